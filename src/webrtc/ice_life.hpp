#pragma once
// Signs of life below RTP: ICE's own checks, which libnice answers without telling anybody.

#include <optional>

#include "webrtc/gst_types.hpp"

namespace tessera::webrtc {

/// How long ago the last datagram of any kind was read from the socket of the selected pair, in the kernel's
/// own stamp of it. Nothing where there is no such socket (a relay of ours, TCP) and at the first call for a
/// socket, which only tells the kernel to stamp from now on.
std::optional<GstClockTime> last_datagram_age(GstElement* webrtcbin);

}  // namespace tessera::webrtc
