#pragma once
// A small drawing with transparency, prepared once so that laying it over an I420 picture is a multiply and
// an add.

#include <cairo.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "gst/ptr.hpp"

namespace tessera::media {

struct CairoDeleter {
  void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
  void operator()(cairo_t* context) const { cairo_destroy(context); }
};
using CairoSurface = std::unique_ptr<cairo_surface_t, CairoDeleter>;
using CairoContext = std::unique_ptr<cairo_t, CairoDeleter>;

/// Immutable after making, so it may be laid over pictures on any thread.
class Overlay {
 public:
  Overlay() = default;
  /// From an ARGB32 surface (premultiplied, as cairo draws); (x, y) even: where it goes in the tile.
  Overlay(cairo_surface_t* surface, int x, int y);

  [[nodiscard]] bool empty() const { return width_ == 0; }
  [[nodiscard]] int x() const { return x_; }
  [[nodiscard]] int y() const { return y_; }
  [[nodiscard]] int width() const { return width_; }
  [[nodiscard]] int height() const { return height_; }

  /// Lays it over the picture; what falls outside is left out.
  void blend(GstVideoFrame* frame) const;
  /// Lays another picture over it where this is opaque: pixel (x + dx, y + dy) of `other` over (x, y). Even
  /// dx, dy; the overlay lies inside of both.
  void reveal(GstVideoFrame* frame, GstVideoFrame* other, int dx, int dy) const;

 private:
  /// One plane: colour already multiplied by its opacity, and 255 − opacity. width × height, row by row.
  struct Plane {
    int width = 0, height = 0;
    std::vector<std::uint8_t> color, keep;
  };
  int x_ = 0, y_ = 0, width_ = 0, height_ = 0;
  Plane planes_[3];
};

/// Writes an opaque RGB surface (at least the picture's size) into an I420 picture.
void paint(cairo_surface_t* surface, GstVideoFrame* frame);

}  // namespace tessera::media
