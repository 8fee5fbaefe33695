#pragma once
// Scales and crops (or boxes) frames of one source into one tile size, keeping its tables between frames.

#include <array>
#include <optional>

#include "gst/ptr.hpp"
#include "media/bilinear.hpp"
#include "media/color_matrix.hpp"
#include "media/fit.hpp"
#include "media/frame.hpp"

namespace tessera::media {

/// Used by one thread at a time.
class Scaler {
 public:
  Scaler(int width, int height, Fit fit, Yuv bars);

  /// Writes the whole of `out` (I420 in the canvas's colours, width × height). False when the frame cannot be
  /// read or converted.
  bool scale(const GstVideoInfo& info, GstBuffer* raw, GstVideoFrame* out);

 private:
  bool prepare(const GstVideoInfo& info);
  /// Planes of I420 that become at most twice smaller.
  void prepare_planes(const GstVideoInfo& info);
  bool prepare_converter(const GstVideoInfo& info, unsigned taps);
  void scale_planes(GstVideoFrame* in, GstVideoFrame* out);

  int width_, height_;
  Fit fit_;
  Yuv bars_;
  GstVideoInfo source_;  ///< what the tables were made for; of no format before
  FitPlan plan_;
  std::optional<Bilinear> luma_, chroma_;  ///< a third of the converter's time
  gst::Ptr<GstVideoConverter> converter_;  ///< everything else
  std::optional<ColorMatrix> colors_;      ///< of what is scaled; none where the source has the canvas's
};

}  // namespace tessera::media
