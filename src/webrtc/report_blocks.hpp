#pragma once
#include <cstdint>
#include <optional>

#include "webrtc/gst_types.hpp"

namespace tessera::webrtc {

/// The fraction (0…1) that a compound RTCP packet reports lost of the stream `ssrc` (RFC 3550, 6.4.1);
/// nothing when it does not say. (The RTP session's own statistics keep one report block per peer, so that of
/// sound or of picture, whichever came last.)
std::optional<double> reported_loss(GstBuffer* rtcp, std::uint32_t ssrc);

}  // namespace tessera::webrtc
