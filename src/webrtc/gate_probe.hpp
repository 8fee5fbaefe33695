#pragma once
#include <functional>
#include <memory>

#include "gst/encoded_frame.hpp"
#include "payload/payload_gate.hpp"
#include "webrtc/gst_types.hpp"
#include "webrtc/refused_packets.hpp"

namespace tessera::webrtc {

/// How RTP carries that codec.
payload::Format format_of(gst::Codec codec);

/// Puts a payload gate in front of the element whose sink pad this is: packets that it refuses do not reach
/// the element, which sees a hole in the sequence numbers instead. `on_shut` is called once, on the streaming
/// thread, when the endpoint has sent more malformed packets than is tolerated; nothing passes any more then.
/// The gate lives as long as the pad. (GStreamer 1.22.0's depayloaders crash on some payloads: decision 16.)
void install_gate(GstPad* sink, payload::Format format, std::shared_ptr<RefusedPackets> refused,
                  std::function<void()> on_shut);

}  // namespace tessera::webrtc
