#pragma once
// The sound of telephones, intercoms and cameras that have no Opus. It is recoded where it comes in and goes
// out, so that the room knows one kind of sound only.

#include <string>

#include "webrtc/rtp_format.hpp"

namespace tessera::webrtc {

/// A description for gst_parse_bin: RTP of that coding in, RTP of Opus out.
std::string telephone_to_opus(SoundCoding coding);
/// Opus packets in, that coding out, ready for telephone_payloader().
std::string opus_to_telephone(SoundCoding coding);
/// The payloader's factory.
const char* telephone_payloader(SoundCoding coding);

}  // namespace tessera::webrtc
