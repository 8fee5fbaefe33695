#include "media/drawing.hpp"

#include <pango/pangocairo.h>

#include <algorithm>
#include <numbers>

#include "media/name.hpp"

namespace tessera::media {
namespace {

struct GObjectDeleter {
  void operator()(gpointer object) const { g_object_unref(object); }
};
using Layout = std::unique_ptr<PangoLayout, GObjectDeleter>;

CairoSurface new_surface(int width, int height) {
  return CairoSurface(cairo_image_surface_create(CAIRO_FORMAT_ARGB32, width, height));
}

void set_source(cairo_t* cairo, std::uint32_t rgb, double alpha = 1) {
  cairo_set_source_rgba(cairo, (rgb >> 16 & 0xff) / 255.0, (rgb >> 8 & 0xff) / 255.0, (rgb & 0xff) / 255.0,
                        alpha);
}

std::uint32_t shade(std::uint32_t rgb, double factor) {
  auto part = [&](int shift) {
    return static_cast<std::uint32_t>(std::clamp((rgb >> shift & 0xff) * factor, 0.0, 255.0)) << shift;
  };
  return part(16) | part(8) | part(0);
}

/// One elided line of text. `size` in pixels; Pango picks fonts for every script and direction.
Layout make_layout(cairo_t* cairo, const std::string& text, double size, int most_width, bool bold) {
  Layout layout(pango_cairo_create_layout(cairo));
  PangoFontDescription* font = pango_font_description_from_string(bold ? "Sans Bold" : "Sans Semi-Bold");
  pango_font_description_set_absolute_size(font, size * PANGO_SCALE);
  pango_layout_set_font_description(layout.get(), font);
  pango_font_description_free(font);
  pango_layout_set_single_paragraph_mode(layout.get(), TRUE);
  pango_layout_set_text(layout.get(), text.c_str(), static_cast<int>(text.size()));
  int width = 0;
  pango_layout_get_pixel_size(layout.get(), &width, nullptr);
  if (width > most_width) {  // a width set on a short line would push right-to-left text to its far end
    pango_layout_set_width(layout.get(), most_width * PANGO_SCALE);
    pango_layout_set_ellipsize(layout.get(), PANGO_ELLIPSIZE_END);
  }
  return layout;
}

struct TextSize {
  int width = 0, height = 0;
};
TextSize size_of(PangoLayout* layout) {
  TextSize size;
  pango_layout_get_pixel_size(layout, &size.width, &size.height);
  return size;
}

void rounded_rectangle(cairo_t* cairo, double width, double height, double radius) {
  constexpr double quarter = std::numbers::pi / 2;
  cairo_new_sub_path(cairo);
  cairo_arc(cairo, width - radius, radius, radius, -quarter, 0);
  cairo_arc(cairo, width - radius, height - radius, radius, 0, quarter);
  cairo_arc(cairo, radius, height - radius, radius, quarter, 2 * quarter);
  cairo_arc(cairo, radius, radius, radius, 2 * quarter, 3 * quarter);
  cairo_close_path(cairo);
}

/// A crossed-out microphone in a square of `size` at (x, y).
void draw_muted(cairo_t* cairo, double x, double y, double size) {
  cairo_save(cairo);
  cairo_translate(cairo, x, y);
  cairo_scale(cairo, size / 16, size / 16);
  set_source(cairo, 0xff6b66);
  cairo_set_line_cap(cairo, CAIRO_LINE_CAP_ROUND);
  cairo_set_line_width(cairo, 5);  // the capsule
  cairo_move_to(cairo, 8, 4);
  cairo_line_to(cairo, 8, 7);
  cairo_stroke(cairo);
  cairo_set_line_width(cairo, 1.5);  // the holder and its foot
  cairo_arc(cairo, 8, 7, 4.7, 0, std::numbers::pi);
  cairo_stroke(cairo);
  cairo_move_to(cairo, 8, 12);
  cairo_line_to(cairo, 8, 14.5);
  cairo_stroke(cairo);
  cairo_set_line_width(cairo, 1.8);  // the stroke through it
  cairo_move_to(cairo, 2.5, 1.5);
  cairo_line_to(cairo, 13.5, 14.5);
  cairo_stroke(cairo);
  cairo_restore(cairo);
}

int round_up_even(double value) {
  return (static_cast<int>(value) + 2) & ~1;
}

constexpr std::uint32_t plate_color = 0x0b0f14;
constexpr double plate_alpha = 0.62;

}  // namespace

Overlay draw_label(const std::string& name, bool muted, int tile_width, int tile_height, int inset) {
  const std::string text = clean_name(name);
  if (text.empty() && !muted) return {};
  const double size = std::clamp(tile_height * 0.06, 11.0, 24.0);
  const int margin = inset + std::max(4, static_cast<int>(size * 0.45));
  const int padding = static_cast<int>(size * 0.5);
  const int badge = muted ? static_cast<int>(size * 1.15) : 0;
  const int gap = muted && !text.empty() ? padding / 2 : 0;
  const int height = round_up_even(size * 1.65);
  const int room = tile_width - 2 * margin - 2 * padding - badge - gap;
  if (room < static_cast<int>(size * 1.5) || tile_height < height + 2 * margin) return {};

  const auto probe_surface = new_surface(1, 1);
  const CairoContext probe(cairo_create(probe_surface.get()));
  const Layout layout = make_layout(probe.get(), text, size, room, false);
  const TextSize text_size = text.empty() ? TextSize{} : size_of(layout.get());
  const int width = round_up_even(text_size.width + badge + gap + 2 * padding);

  const auto surface = new_surface(width, height);
  const CairoContext cairo(cairo_create(surface.get()));
  rounded_rectangle(cairo.get(), width, height, size * 0.4);
  set_source(cairo.get(), plate_color, plate_alpha);
  cairo_fill(cairo.get());
  if (muted) draw_muted(cairo.get(), padding, (height - badge) / 2.0, badge);
  if (!text.empty()) {
    cairo_move_to(cairo.get(), padding + badge + gap, (height - text_size.height) / 2.0);
    set_source(cairo.get(), 0xffffff);
    pango_cairo_show_layout(cairo.get(), layout.get());
  }
  return Overlay(surface.get(), margin, tile_height - margin - height);
}

Overlay draw_caption(const std::string& text, int tile_width, int tile_height) {
  const double size = std::clamp(tile_height * 0.065, 11.0, 28.0);
  const int padding = static_cast<int>(size * 0.8);
  const int height = round_up_even(size * 2);
  const int room = tile_width - 4 - 2 * padding;
  if (room < static_cast<int>(size * 2) || tile_height < height) return {};
  const auto probe_surface = new_surface(1, 1);
  const CairoContext probe(cairo_create(probe_surface.get()));
  const Layout layout = make_layout(probe.get(), text, size, room, false);
  const TextSize text_size = size_of(layout.get());
  const int width = round_up_even(text_size.width + 2 * padding);
  const auto surface = new_surface(width, height);
  const CairoContext cairo(cairo_create(surface.get()));
  rounded_rectangle(cairo.get(), width, height, height / 2.0);
  set_source(cairo.get(), plate_color, 0.7);
  cairo_fill(cairo.get());
  cairo_move_to(cairo.get(), padding, (height - text_size.height) / 2.0);
  set_source(cairo.get(), 0xffffff);
  pango_cairo_show_layout(cairo.get(), layout.get());
  return Overlay(surface.get(), (tile_width - width) / 2, (tile_height - height) / 2);
}

void draw_card(GstVideoFrame* frame, const std::string& name, const std::string& caption) {
  const int width = GST_VIDEO_FRAME_WIDTH(frame), height = GST_VIDEO_FRAME_HEIGHT(frame);
  const std::uint32_t color = name_color(name);
  const auto surface = new_surface(width, height);
  const CairoContext cairo(cairo_create(surface.get()));
  set_source(cairo.get(), shade(color, 0.42));
  cairo_paint(cairo.get());

  const double diameter = std::min(width, height) * 0.46;
  const double text_size = std::clamp(height * 0.055, 11.0, 26.0);
  const bool captioned = !caption.empty() && height > 5 * text_size;
  const double x = width / 2.0, y = height / 2.0 - (captioned ? text_size * 0.9 : 0);
  cairo_arc(cairo.get(), x, y, diameter / 2, 0, 2 * std::numbers::pi);
  set_source(cairo.get(), color);
  cairo_fill(cairo.get());
  if (diameter >= 12) {
    const std::string text = initials(name);
    double size = diameter * 0.4;
    Layout layout = make_layout(cairo.get(), text, size, width, true);
    const double room = diameter * 0.8, wide = size_of(layout.get()).width;
    if (wide > room) layout = make_layout(cairo.get(), text, size *= room / wide, width, true);
    const TextSize extent = size_of(layout.get());
    cairo_move_to(cairo.get(), x - extent.width / 2.0, y - extent.height / 2.0);
    set_source(cairo.get(), 0xffffff);
    pango_cairo_show_layout(cairo.get(), layout.get());
  }
  if (captioned) {
    const Layout layout = make_layout(cairo.get(), caption, text_size, width - 8, false);
    const TextSize size = size_of(layout.get());
    cairo_move_to(cairo.get(), x - size.width / 2.0, y + diameter / 2 + text_size * 0.5);
    set_source(cairo.get(), 0xffffff, 0.8);
    pango_cairo_show_layout(cairo.get(), layout.get());
  }
  paint(surface.get(), frame);
}

void warm_up_fonts() {
  draw_label("Aa 文字 نص 🙂", false, 640, 360, 0);
}

}  // namespace tessera::media
