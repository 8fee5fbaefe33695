#include "media/label.hpp"

#include <algorithm>
#include <numbers>

#include "media/name.hpp"
#include "media/pen.hpp"

namespace tessera::media {
namespace {

using layout::LabelPosition;

constexpr std::uint32_t plate_color = 0x0b0f14;
constexpr double plate_alpha = 0.62;

int round_up_even(double value) {
  return (static_cast<int>(value) + 2) & ~1;
}

/// A square of 16 by 16 units of `size` pixels at (x, y).
void enter_square(cairo_t* cairo, double x, double y, double size) {
  cairo_save(cairo);
  cairo_translate(cairo, x, y);
  cairo_scale(cairo, size / 16, size / 16);
  cairo_set_line_cap(cairo, CAIRO_LINE_CAP_ROUND);
}

void stroke_line(cairo_t* cairo, double x0, double y0, double x1, double y1, double width) {
  cairo_set_line_width(cairo, width);
  cairo_move_to(cairo, x0, y0);
  cairo_line_to(cairo, x1, y1);
  cairo_stroke(cairo);
}

/// A crossed-out microphone.
void draw_muted(cairo_t* cairo, double x, double y, double size) {
  enter_square(cairo, x, y, size);
  set_source(cairo, 0xff6b66);
  stroke_line(cairo, 8, 4, 8, 7, 5);  // the capsule
  cairo_set_line_width(cairo, 1.5);   // the holder and its foot
  cairo_arc(cairo, 8, 7, 4.7, 0, std::numbers::pi);
  cairo_stroke(cairo);
  stroke_line(cairo, 8, 12, 8, 14.5, 1.5);
  stroke_line(cairo, 2.5, 1.5, 13.5, 14.5, 1.8);  // the stroke through it
  cairo_restore(cairo);
}

/// A raised hand: four fingers, a thumb and the palm.
void draw_hand(cairo_t* cairo, double x, double y, double size) {
  enter_square(cairo, x, y, size);
  set_source(cairo, 0xffc83d);
  const double tips[] = {3.4, 1.6, 1.4, 2.8};
  for (int finger = 0; finger < 4; ++finger)
    stroke_line(cairo, 5.2 + 2.3 * finger, tips[finger], 5.2 + 2.3 * finger, 9.5, 1.7);
  stroke_line(cairo, 2.2, 9, 5, 12, 1.8);
  rounded_rectangle(cairo, 4.3, 8.2, 8.7, 6.6, 3);
  cairo_fill(cairo);
  cairo_restore(cairo);
}

void draw_plate(cairo_t* cairo, int width, int height, double radius, double alpha) {
  rounded_rectangle(cairo, 0, 0, width, height, radius);
  set_source(cairo, plate_color, alpha);
  cairo_fill(cairo);
}

struct Spot {
  int x, y;
};
Spot spot_of(LabelPosition position, int width, int height, int tile_width, int tile_height, int margin) {
  const bool top = position == LabelPosition::top_left || position == LabelPosition::top_center ||
                   position == LabelPosition::top_right;
  const bool left = position == LabelPosition::top_left || position == LabelPosition::bottom_left;
  const bool right = position == LabelPosition::top_right || position == LabelPosition::bottom_right;
  return {left    ? margin
          : right ? tile_width - margin - width
                  : (tile_width - width) / 2,
          top ? margin : tile_height - margin - height};
}

}  // namespace

Overlay draw_label(const LabelText& label, LabelPosition position, int tile_width, int tile_height,
                   int inset) {
  const std::string text = clean_name(label.name);
  const int badges = (label.muted ? 1 : 0) + (label.hand ? 1 : 0);
  if (text.empty() && badges == 0) return {};
  const double size = std::clamp(tile_height * 0.06, 11.0, 24.0);
  const int margin = inset + std::max(4, static_cast<int>(size * 0.45));
  const int padding = static_cast<int>(size * 0.5), gap = padding / 2;
  const int badge = static_cast<int>(size * 1.15);
  const int height = round_up_even(size * 1.65);
  const int room = tile_width - 2 * margin - 2 * padding - badges * (badge + gap);
  if (room < static_cast<int>(size * 1.5) || tile_height < height + 2 * margin) return {};

  const TextSize text_size = measure_text(text, size, room);
  const int parts = badges + (text.empty() ? 0 : 1);
  const int width = round_up_even(text_size.width + badges * badge + (parts - 1) * gap + 2 * padding);
  const auto surface = new_surface(width, height);
  const CairoContext cairo(cairo_create(surface.get()));
  draw_plate(cairo.get(), width, height, size * 0.4, plate_alpha);
  int x = padding;
  const auto put = [&](bool wanted, auto draw) {
    if (!wanted) return;
    draw(cairo.get(), x, (height - badge) / 2.0, badge);
    x += badge + gap;
  };
  put(label.hand, draw_hand);
  put(label.muted, draw_muted);
  if (!text.empty()) {
    const TextLayout line = make_text(cairo.get(), text, size, room);
    cairo_move_to(cairo.get(), x, (height - text_size.height) / 2.0);
    set_source(cairo.get(), 0xffffff);
    pango_cairo_show_layout(cairo.get(), line.get());
  }
  const Spot spot = spot_of(position, width, height, tile_width, tile_height, margin);
  return Overlay(surface.get(), spot.x, spot.y);
}

Overlay draw_more(int count, LabelPosition label, int tile_width, int tile_height, int inset) {
  if (count <= 0) return {};
  const double size = std::clamp(tile_height * 0.09, 11.0, 32.0);
  const int margin = inset + std::max(4, static_cast<int>(size * 0.3));
  const int height = round_up_even(size * 1.7);
  const std::string text = "+" + std::to_string(count);
  const TextSize text_size = measure_text(text, size, tile_width, true);
  const int width = std::max(height, round_up_even(text_size.width + size));
  if (width + 2 * margin > tile_width || height + 2 * margin > tile_height) return {};
  const auto surface = new_surface(width, height);
  const CairoContext cairo(cairo_create(surface.get()));
  draw_plate(cairo.get(), width, height, height / 2.0, 0.8);
  const TextLayout line = make_text(cairo.get(), text, size, tile_width, true);
  cairo_move_to(cairo.get(), (width - text_size.width) / 2.0, (height - text_size.height) / 2.0);
  set_source(cairo.get(), 0xffffff);
  pango_cairo_show_layout(cairo.get(), line.get());
  const auto corner = label == LabelPosition::top_right ? LabelPosition::top_left : LabelPosition::top_right;
  const Spot spot = spot_of(corner, width, height, tile_width, tile_height, margin);
  return Overlay(surface.get(), spot.x, spot.y);
}

}  // namespace tessera::media
