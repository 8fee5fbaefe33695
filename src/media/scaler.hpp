#pragma once
// Scales and crops (or boxes) frames of one source into one tile size, keeping its tables between frames.

#include "gst/ptr.hpp"
#include "media/fit.hpp"
#include "media/frame.hpp"

namespace tessera::media {

/// Used by one thread at a time.
class Scaler {
 public:
  Scaler(int width, int height, Fit fit, Yuv bars);

  /// Writes the whole of `out` (I420, width × height). False when the frame cannot be read or converted.
  bool scale(const GstVideoInfo& info, GstBuffer* raw, GstVideoFrame* out);

 private:
  bool prepare(const GstVideoInfo& info);

  int width_, height_;
  Fit fit_;
  Yuv bars_;
  GstVideoInfo source_;  ///< what `converter_` was made for
  FitPlan plan_;
  gst::Ptr<GstVideoConverter> converter_;
};

}  // namespace tessera::media
