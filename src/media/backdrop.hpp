#pragma once
// What is behind the tiles, drawn once for a canvas size.

#include <memory>

#include "gst/ptr.hpp"
#include "media/canvas.hpp"
#include "media/overlay.hpp"

namespace tessera::media {

/// Immutable. `buffer` is shared with the compositor's thread, `paint` is for the control thread.
class BackdropPicture {
 public:
  BackdropPicture(const Backdrop& backdrop, int width, int height);

  [[nodiscard]] const Backdrop& backdrop() const { return backdrop_; }
  /// The whole canvas as I420; nobody writes to it.
  [[nodiscard]] GstBuffer* buffer() const { return buffer_.get(); }
  [[nodiscard]] bool is_plain() const { return surface_ == nullptr; }
  /// Covers everything of `cairo`, whose origin lies at (x, y) of the canvas.
  void paint(cairo_t* cairo, int x, int y) const;

 private:
  Backdrop backdrop_;
  CairoSurface surface_;  ///< null when there is no image
  gst::Ptr<GstBuffer> buffer_;
};

}  // namespace tessera::media
