#include "media/corner_cut.hpp"

#include <algorithm>

#include "media/pen.hpp"

namespace tessera::media {
namespace {

Overlay outside_of(int width, int height, int radius, int x, int y, int side) {
  const auto surface = new_surface(side, side);
  const CairoContext cairo(cairo_create(surface.get()));
  set_source(cairo.get(), 0);
  cairo_paint(cairo.get());
  cairo_translate(cairo.get(), -x, -y);
  rounded_rectangle(cairo.get(), 0, 0, width, height, radius);
  cairo_set_operator(cairo.get(), CAIRO_OPERATOR_DEST_OUT);
  cairo_fill(cairo.get());
  return Overlay(surface.get(), x, y);
}

}  // namespace

CornerCut::CornerCut(int width, int height, int radius) {
  const int side = std::min((radius + 1) & ~1, std::min(width, height) / 2 & ~1);
  if (side < 2) return;
  const int right = (width - side) & ~1, bottom = (height - side) & ~1;
  outside_ = {outside_of(width, height, radius, 0, 0, side),
              outside_of(width, height, radius, right, 0, side),
              outside_of(width, height, radius, 0, bottom, side),
              outside_of(width, height, radius, right, bottom, side)};
}

Rect CornerCut::rect(int corner) const {
  const Overlay& one = outside_[static_cast<std::size_t>(corner)];
  return {one.x(), one.y(), one.width(), one.height()};
}

void CornerCut::reveal(int corner, GstVideoFrame* tile, GstVideoFrame* beneath, int dx, int dy) const {
  outside_[static_cast<std::size_t>(corner)].reveal(tile, beneath, dx, dy);
}

}  // namespace tessera::media
