#pragma once
// Which colours the numbers of a picture stand for, on the way in and on the way out.

#include "gst/encoded_frame.hpp"
#include "gst/ptr.hpp"
#include "payload/picture_colors.hpp"

namespace tessera::media {

/// What a stream's tags mean. Nothing said, or nothing known: BT.601, 16–235, as browsers send.
GstVideoColorimetry colorimetry_of(const payload::PictureColors& colors);

/// What the mix is sent and recorded in: BT.709 as H.264 from a height of 720 on, else BT.601, which is all
/// that VP8 knows. Always 16–235. See decision 28.
GstVideoColorimetry sent_colorimetry(gst::Codec codec, int height);

/// Caps of decoded pictures with the colours that their stream gives, in place of what a decoder or
/// GStreamer guesses (BT.709 from a height of 577 on, even for VP8). Used by one thread.
class ColoredCaps {
 public:
  /// The same caps as long as both stay the same. Valid until the next call.
  GstCaps* of(GstCaps* decoded, const payload::PictureColors& colors);

 private:
  gst::Ptr<GstCaps> decoded_, colored_;
  payload::PictureColors colors_;
};

}  // namespace tessera::media
