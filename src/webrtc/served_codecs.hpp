#pragma once
#include <string>
#include <vector>

#include "gst/encoded_frame.hpp"

namespace tessera::webrtc {

/// Video codecs of an answer by preference, of the names in video.codecs ("h264", "vp8"): what is sent, and
/// VP9, which is only received.
std::vector<gst::Codec> served_codecs(const std::vector<std::string>& names);

/// What clients are asked to send, by preference. VP8 where they can, whatever we send to them: so everybody
/// can share the room's one H.264 encode, the recorder included, and nobody's camera depends on a hardware
/// encoder's quirks.
std::vector<gst::Codec> received_codecs();

}  // namespace tessera::webrtc
