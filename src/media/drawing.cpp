#include "media/drawing.hpp"

#include <algorithm>
#include <numbers>

#include "media/image.hpp"
#include "media/label.hpp"
#include "media/name.hpp"
#include "media/pen.hpp"

namespace tessera::media {
namespace {

std::uint32_t shade(std::uint32_t rgb, double factor) {
  auto part = [&](int shift) {
    return static_cast<std::uint32_t>(std::clamp((rgb >> shift & 0xff) * factor, 0.0, 255.0)) << shift;
  };
  return part(16) | part(8) | part(0);
}

int round_up_even(double value) {
  return (static_cast<int>(value) + 2) & ~1;
}

constexpr std::uint32_t plate_color = 0x0b0f14;

}  // namespace

Overlay draw_caption(const std::string& text, int tile_width, int tile_height) {
  const double size = std::clamp(tile_height * 0.065, 11.0, 28.0);
  const int padding = static_cast<int>(size * 0.8);
  const int height = round_up_even(size * 2);
  const int room = tile_width - 4 - 2 * padding;
  if (room < static_cast<int>(size * 2) || tile_height < height) return {};
  const TextSize text_size = measure_text(text, size, room);
  const int width = round_up_even(text_size.width + 2 * padding);
  const auto surface = new_surface(width, height);
  const CairoContext cairo(cairo_create(surface.get()));
  rounded_rectangle(cairo.get(), 0, 0, width, height, height / 2.0);
  set_source(cairo.get(), plate_color, 0.7);
  cairo_fill(cairo.get());
  const TextLayout line = make_text(cairo.get(), text, size, room);
  cairo_move_to(cairo.get(), padding, (height - text_size.height) / 2.0);
  set_source(cairo.get(), 0xffffff);
  pango_cairo_show_layout(cairo.get(), line.get());
  return Overlay(surface.get(), (tile_width - width) / 2, (tile_height - height) / 2);
}

namespace {

void draw_initials(cairo_t* cairo, const std::string& name, double x, double y, double diameter) {
  const std::string text = initials(name);
  const int limit = static_cast<int>(4 * diameter);
  double size = diameter * 0.4;
  TextLayout line = make_text(cairo, text, size, limit, true);
  const double room = diameter * 0.8, wide = size_of(line.get()).width;
  if (wide > room) line = make_text(cairo, text, size *= room / wide, limit, true);
  const TextSize extent = size_of(line.get());
  cairo_move_to(cairo, x - extent.width / 2.0, y - extent.height / 2.0);
  set_source(cairo, 0xffffff);
  pango_cairo_show_layout(cairo, line.get());
}

void draw_avatar(cairo_t* cairo, const Image& avatar, double x, double y, double diameter) {
  cairo_save(cairo);
  cairo_arc(cairo, x, y, diameter / 2, 0, 2 * std::numbers::pi);
  cairo_clip(cairo);
  cairo_translate(cairo, x - diameter / 2, y - diameter / 2);
  avatar.draw(cairo, diameter, diameter, Fit::cover);
  cairo_restore(cairo);
}

}  // namespace

void draw_card(GstVideoFrame* frame, const std::string& name, const Image* avatar,
               const std::string& caption) {
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
  if (avatar)
    draw_avatar(cairo.get(), *avatar, x, y, diameter);
  else if (diameter >= 12)
    draw_initials(cairo.get(), name, x, y, diameter);
  if (captioned) {
    const TextLayout line = make_text(cairo.get(), caption, text_size, width - 8);
    const TextSize size = size_of(line.get());
    cairo_move_to(cairo.get(), x - size.width / 2.0, y + diameter / 2 + text_size * 0.5);
    set_source(cairo.get(), 0xffffff, 0.8);
    pango_cairo_show_layout(cairo.get(), line.get());
  }
  paint(surface.get(), frame);
}

void warm_up_fonts() {
  draw_label({"Aa 文字 نص 🙂"}, layout::LabelPosition::bottom_left, 640, 360, 0);
}

}  // namespace tessera::media
