#pragma once
// What an offered m-line says about each payload type: codec, parameters, feedback, retransmission,
// extensions.

#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "gst/encoded_frame.hpp"
#include "webrtc/sdp.hpp"

namespace tessera::webrtc {

/// The feedback (RFC 4585, a=rtcp-fb) that we can give or take.
inline constexpr std::array<std::string_view, 4> known_feedback = {"nack", "nack pli", "ccm fir",
                                                                   "transport-cc"};

struct RtpFormat {
  int payload_type = -1;
  std::string encoding;  ///< "VP8", "H264", "opus", "rtx" as written
  int clock_rate = 0;
  int channels = 1;
  std::map<std::string, std::string> parameters;  ///< fmtp, names in lower case
  std::set<std::string> feedback;                 ///< rtcp-fb, of known_feedback
  int rtx = -1;                                   ///< payload type that retransmits this one, or −1
};

/// How a peer's sound is coded. Opus goes through as it is; the others, of telephones and cameras, are
/// recoded at the endpoint.
enum class SoundCoding { opus, g722, pcma, pcmu };

/// The formats in the offerer's order of preference. Payload types 64–95 are left out: with rtcp-mux they
/// would be taken for RTCP (RFC 5761). Formats without an rtpmap are left out, but for those whose numbers
/// have a meaning of their own (RFC 3551: 0, 8 and 9). "bad-sdp" when a format is no payload type.
Result<std::vector<RtpFormat>> formats_of(const SdpMedia& media);

/// The codec, when the format is one that the endpoint can use at all; with `sending`, one that it may also
/// send (a decoder of this profile can decode what our encoders make).
std::optional<gst::Codec> codec_of(const RtpFormat& format, bool sending);

/// The best format for the first of `wanted` that is there, or null.
const RtpFormat* choose_format(const std::vector<RtpFormat>& formats, const std::vector<gst::Codec>& wanted,
                               bool sending);

/// The other formats of the codec of `chosen`, in the offer's order: some senders use another payload type
/// than the first of the answer.
std::vector<RtpFormat> others_of_codec(const std::vector<RtpFormat>& formats, const RtpFormat& chosen);

/// How sound in this format is coded; nothing when it is none that is served.
std::optional<SoundCoding> sound_coding_of(const RtpFormat& format);

/// The best format for sound, or null: Opus, then G.722, then G.711.
const RtpFormat* choose_sound(const std::vector<RtpFormat>& formats);

/// Whether H.264 in this format may be split over packets (packetization-mode=1).
bool splits_h264(const RtpFormat& format);
/// The format's profile-level-id in lower case; nothing when it has none or one that is not six digits.
std::optional<std::string> h264_profile(const RtpFormat& format);

/// Header extension ids (one-byte form, 1–14) by URI; session-level ones count too.
std::map<std::string, int> extensions_of(const Sdp& sdp, const SdpMedia& media);

namespace extension {
inline constexpr std::string_view transport_cc =
    "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";
inline constexpr std::string_view audio_level = "urn:ietf:params:rtp-hdrext:ssrc-audio-level";
inline constexpr std::string_view mid = "urn:ietf:params:rtp-hdrext:sdes:mid";
inline constexpr std::string_view rid = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id";
}  // namespace extension

}  // namespace tessera::webrtc
