#pragma once
#include "webrtc/endpoint.hpp"
#include "webrtc/gst_types.hpp"

namespace tessera::webrtc {

/// Adds what the RTP session knows: loss, jitter, round trip, what the peer reports. Takes the session's lock
/// briefly.
void read_session(GstElement* rtpbin, Endpoint::Stats& stats);

/// "host 127.0.0.1:5000 – prflx 127.0.0.1:6000" from webrtcbin's statistics; empty when no pair is selected.
std::string selected_pair(const GstStructure* statistics);

}  // namespace tessera::webrtc
