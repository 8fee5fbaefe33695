#pragma once
#include <memory>
#include <optional>

#include "gst/encoded_frame.hpp"
#include "media/h264_size.hpp"
#include "payload/picture_colors.hpp"
#include "payload/picture_size.hpp"
#include "payload/vp9_header.hpp"

namespace tessera::media {

/// Whether a picture of this size is decoded: a few bytes can announce one of gigabytes.
bool decodable(const payload::PictureSize& size);

/// Reads from each encoded frame how large its picture is, before a decoder makes room for it: H.264's
/// parameter sets, VP8's and VP9's frame headers. What the caps say is checked too, but not believed: the
/// depayloaders of VP8 and VP9 copy it from what the sender claims beside the frame.
/// One a stream; on the stream's thread.
class FrameInspector {
 public:
  struct Verdict {
    bool refused = false;      ///< too large, or not readable, or what refers to such a frame
    bool key = false;          ///< a decoder can start here
    std::uint64_t pixels = 0;  ///< that decoding it makes
    bool alone = false;        ///< a VP9 frame without an index: see payload::vp9_single_frame_index
  };

  explicit FrameInspector(gst::Codec codec);

  /// False when the decoder must not get these caps.
  bool look_at_caps(const GstCaps* caps);
  Verdict look_at(GstBuffer* frame);
  /// Of the frames looked at, as their stream says.
  [[nodiscard]] const payload::PictureColors& colors() const { return colors_; }

 private:
  Verdict look_at_h264(GstBuffer* frame);
  Verdict look_at_vp8(GstBuffer* frame);
  Verdict look_at_vp9(GstBuffer* frame);
  /// Remembers the size that H.264's parameter sets give.
  void take(const std::optional<H264SizeReader::Size>& size);
  Verdict verdict(bool key, std::uint64_t pixels) const { return {refused_, key, pixels, false}; }

  const gst::Codec codec_;
  std::unique_ptr<H264SizeReader> h264_;
  payload::Vp9SizeReader vp9_;
  payload::PictureSize size_;  ///< of H.264's parameter sets, or of VP8's last key frame
  payload::PictureColors colors_;
  bool caps_refused_ = false;
  bool refused_ = false;
  bool start_codes_ = false;  ///< H.264's parameter sets are in the stream, not in the caps
};

}  // namespace tessera::media
