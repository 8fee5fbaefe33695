#pragma once
// The end of a received audio stream: RTP packets from the jitter buffer in, Opus packets with running time
// out.

#include <optional>

#include "base/result.hpp"
#include "webrtc/gst_types.hpp"
#include "webrtc/link.hpp"

namespace tessera::webrtc {

/// What one RTP packet says beside its payload.
struct AudioPacketFacts {
  std::uint16_t sequence = 0;
  int level = -1;  ///< RFC 6464, −dBov; −1: not given
};

/// Counts what is missing between packets in sequence order. A jump of more than a second's worth is a new
/// start.
class LossCounter {
 public:
  int missing_before(std::uint16_t sequence);

 private:
  std::optional<std::uint16_t> last_;
};

/// An element (an appsink) for the pipeline that calls events.audio_packet for each packet.
Result<gst::Ptr<GstElement>> make_audio_tap(std::shared_ptr<Link> link, int level_id);

}  // namespace tessera::webrtc
