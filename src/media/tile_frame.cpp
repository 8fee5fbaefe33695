#include "media/tile_frame.hpp"

#include <algorithm>

#include "media/frame.hpp"
#include "media/pen.hpp"

namespace tessera::media {
namespace {

/// One corner, `side` pixels square, whose upper left pixel is (x, y) of the tile.
Overlay draw_corner(const TileFrame::Shape& shape, const BackdropPicture& behind, int tile_x, int tile_y,
                    int x, int y, int side) {
  const auto surface = new_surface(side, side);
  const CairoContext context(cairo_create(surface.get()));
  cairo_t* cairo = context.get();
  behind.paint(cairo, tile_x + x, tile_y + y);
  cairo_translate(cairo, -x, -y);
  if (shape.cut) {
    set_source(cairo, shape.color, shape.border > 0 ? 1 : 0);
    cairo_set_operator(cairo, CAIRO_OPERATOR_SOURCE);
    cairo_paint(cairo);
  } else if (shape.border > 0) {
    rounded_rectangle(cairo, 0, 0, shape.width, shape.height, shape.radius);
    set_source(cairo, shape.color);
    cairo_fill(cairo);
  }
  // What is left open is the picture.
  const int b = shape.border;
  rounded_rectangle(cairo, b, b, shape.width - 2 * b, shape.height - 2 * b, std::max(0, shape.radius - b));
  cairo_set_operator(cairo, CAIRO_OPERATOR_DEST_OUT);
  cairo_set_source_rgba(cairo, 0, 0, 0, 1);
  cairo_fill(cairo);
  return Overlay(surface.get(), x, y);
}

}  // namespace

TileFrame::TileFrame(const Shape& shape, const BackdropPicture& behind, int x, int y)
    : border_(shape.border), color_(to_yuv(shape.color)) {
  const int most = std::min(shape.width, shape.height) / 2 & ~1;
  if (shape.radius <= 0 || most < 2) return;
  Shape clear = shape;
  clear.radius = std::min(shape.radius, most);
  const int side = std::min(most, (std::max(clear.radius, clear.border) + 1) & ~1);
  const int right = (shape.width - side) & ~1, bottom = (shape.height - side) & ~1;
  corners_ = {draw_corner(clear, behind, x, y, 0, 0, side), draw_corner(clear, behind, x, y, right, 0, side),
              draw_corner(clear, behind, x, y, 0, bottom, side),
              draw_corner(clear, behind, x, y, right, bottom, side)};
}

void TileFrame::draw(GstVideoFrame* frame) const {
  draw_border(frame, border_, color_);
  for (const auto& corner : corners_) corner.blend(frame);
}

}  // namespace tessera::media
