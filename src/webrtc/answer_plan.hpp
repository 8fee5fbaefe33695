#pragma once
// From an offer to the plan of its answer: what each m-line will carry and with which numbers. Pure:
// everything that can be wrong with an offer is found here, before webrtcbin sees a byte of it.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "webrtc/candidate.hpp"
#include "webrtc/certificate_hash.hpp"
#include "webrtc/endpoint.hpp"
#include "webrtc/rtp_format.hpp"
#include "webrtc/sdp.hpp"

namespace tessera::webrtc {

/// One m-line of the offer. Those that are refused (stopped transceivers, kinds that nobody serves) are
/// answered with port 0 and never reach webrtcbin; the others are numbered by `index`, which is webrtcbin's
/// m-line number.
struct MediaPlan {
  int mline = 0;   ///< in the client's descriptions
  int index = -1;  ///< in webrtcbin's, −1 when refused
  std::string kind, protocol, mid;
  std::string refused_format;  ///< something to put on a refused m-line
  std::string refusal;         ///< why it is refused, when the client may not know

  std::string offered_direction;                                 ///< "sendrecv", "sendonly" or "recvonly"
  bool sends = false, receives = false;                          ///< we to the peer, we from the peer
  std::optional<RtpFormat> send;                                 ///< what we send
  std::optional<RtpFormat> receive;                              ///< what we want to be sent
  std::vector<RtpFormat> also_received;                          ///< other payload types of that codec
  int transport_cc = 0, audio_level = 0;                         ///< header extension ids, 0: not offered
  std::vector<std::pair<std::uint32_t, std::string>> ssrcs;      ///< the peer's, with their cname
  std::vector<std::pair<std::uint32_t, std::uint32_t>> repairs;  ///< FID groups: media and its retransmission
  int sctp_port = 0;                                             ///< of data channels: the peer's
  std::string rid;                                               ///< the one simulcast layer that we want
  int mid_id = 0, rid_id = 0;                                    ///< header extensions that go with it

  [[nodiscard]] bool refused() const { return index < 0; }
  [[nodiscard]] bool audio() const { return kind == "audio"; }
  [[nodiscard]] bool video() const { return kind == "video"; }
  [[nodiscard]] bool data() const { return kind == "application"; }
  /// In the answer's order: a sender uses the first, so what we want to receive comes first.
  [[nodiscard]] std::vector<RtpFormat> formats() const;
  /// Our direction, as an attribute name.
  [[nodiscard]] std::string_view direction() const;
};

struct AnswerPlan {
  std::vector<MediaPlan> media;
  bool grouped = false;  ///< the offer has a BUNDLE group
  bool ice_lite = false;
  std::string ufrag, password, setup;  ///< of the m-line that carries the transport
  /// Those of the strongest hash function that the offer has; any of them may match (RFC 8122, section 5).
  std::vector<CertificateHash> fingerprints;
  std::vector<Candidate> candidates;  ///< usable ones, without repetitions
  bool stereo = false;                ///< for EndpointSpec's: of the answer that the client gets
  int audio_bitrate = 0;
  std::vector<std::string> ignored{};  ///< what of the offer was left out as unreadable, for the log

  [[nodiscard]] std::vector<const MediaPlan*> accepted() const;
  /// The accepted section of that kind; null when there is none.
  [[nodiscard]] const MediaPlan* audio() const { return first("audio"); }
  [[nodiscard]] const MediaPlan* video() const { return first("video"); }
  [[nodiscard]] const MediaPlan* data() const { return first("application"); }
  /// In the order of webrtcbin's m-lines.
  [[nodiscard]] std::vector<const MediaPlan*> by_index() const;

 private:
  [[nodiscard]] const MediaPlan* first(std::string_view kind) const;
};

/// "bad-sdp" when it is malformed, "unsupported-offer" when it is well formed but cannot be served as a
/// whole. `codecs` are video codecs by preference; `receive_codecs`, when not empty, the preference for what
/// we are sent.
Result<AnswerPlan> plan_answer(std::string_view offer, EndpointKind kind,
                               const std::vector<gst::Codec>& codecs,
                               const std::vector<gst::Codec>& receive_codecs = {});

}  // namespace tessera::webrtc
