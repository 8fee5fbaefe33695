#pragma once
// A picture file of an operator (a layout's background or logo, an avatar), decoded once.

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "gst/ptr.hpp"
#include "media/canvas.hpp"
#include "media/overlay.hpp"

namespace tessera::media {

/// Immutable after loading; drawn from on the control thread only (cairo counts references without locks).
class Image {
 public:
  /// PNG or JPEG, told apart by their first bytes; at most 16 MB and 8192 pixels a side. Blocks for the time
  /// of decoding. Errors: "cannot-read", "bad-image", each with the file's name.
  static Result<std::shared_ptr<const Image>> load(const std::string& path);

  Image(CairoSurface surface, int width, int height)
      : surface_(std::move(surface)), width_(width), height_(height) {}

  [[nodiscard]] int width() const { return width_; }
  [[nodiscard]] int height() const { return height_; }

  /// Draws it into the rectangle (0, 0, width, height) of `cairo`, cropped or boxed to that shape.
  void draw(cairo_t* cairo, double width, double height, Fit fit) const;
  /// The whole image as a raw I420 sample, on `behind` where it is transparent.
  [[nodiscard]] gst::Ptr<GstSample> sample(std::uint32_t behind) const;

 private:
  CairoSurface surface_;
  int width_, height_;
};

}  // namespace tessera::media
