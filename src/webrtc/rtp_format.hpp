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

/// The formats in the offerer's order of preference. Payload types 64–95 are left out: with rtcp-mux they
/// would be taken for RTCP (RFC 5761). Formats without an rtpmap are left out. "bad-sdp" when a format is no
/// payload type.
Result<std::vector<RtpFormat>> formats_of(const SdpMedia& media);

/// The codec, when the format is one that the endpoint can use at all; with `sending`, one that it may also
/// send (a decoder of this profile can decode what our encoders make).
std::optional<gst::Codec> codec_of(const RtpFormat& format, bool sending);

/// The best format for the first of `wanted` that is there, or null.
const RtpFormat* choose_format(const std::vector<RtpFormat>& formats, const std::vector<gst::Codec>& wanted,
                               bool sending);

/// Header extension ids (one-byte form, 1–14) by URI; session-level ones count too.
std::map<std::string, int> extensions_of(const Sdp& sdp, const SdpMedia& media);

namespace extension {
inline constexpr std::string_view transport_cc =
    "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";
inline constexpr std::string_view audio_level = "urn:ietf:params:rtp-hdrext:ssrc-audio-level";
}  // namespace extension

}  // namespace tessera::webrtc
