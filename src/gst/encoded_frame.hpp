#pragma once
// The shared currency between pipelines: one encoded frame, not an RTP packet. Payload types, sequence
// numbers, header extensions and retransmission belong to each endpoint; the encode belongs to the room.

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "gst/ptr.hpp"

namespace tessera::gst {

enum class Codec { h264, vp8, vp9, opus };

constexpr std::string_view name_of(Codec codec) {
  switch (codec) {
    case Codec::h264:
      return "h264";
    case Codec::vp8:
      return "vp8";
    case Codec::vp9:
      return "vp9";
    case Codec::opus:
      return "opus";
  }
  return "?";
}
constexpr bool is_video(Codec codec) {
  return codec != Codec::opus;
}

/// One access unit (H.264: byte-stream, AUD not required, SPS/PPS before each key frame), one VP8/VP9 frame
/// or one Opus packet. Copying it copies a reference, never the bytes.
struct EncodedFrame {
  Codec codec = Codec::h264;
  GstClockTime running_time = GST_CLOCK_TIME_NONE;  ///< of presentation, on the shared clock (gst::now())
  GstClockTime duration = GST_CLOCK_TIME_NONE;
  bool key = false;                   ///< a decoder can start here (always true for Opus)
  std::shared_ptr<GstBuffer> buffer;  ///< read-only: shared by every consumer

  static std::shared_ptr<GstBuffer> share(Ptr<GstBuffer> owned) {
    return std::shared_ptr<GstBuffer>(owned.release(), [](GstBuffer* b) { gst_buffer_unref(b); });
  }
};

/// Called on the producer's thread (an encoder's streaming thread, the bridge's tick). Must not block.
using FrameConsumer = std::function<void(const EncodedFrame&)>;

}  // namespace tessera::gst
