#pragma once
// The part of an offer that is about reaching the peer: BUNDLE, ICE credentials and candidates, DTLS, SSRCs.

#include "webrtc/answer_plan.hpp"

namespace tessera::webrtc {

/// The mids of the offer's BUNDLE group, in its order; empty when there is none.
std::vector<std::string_view> bundled_mids(const Sdp& sdp);
/// The section that the group names first (RFC 8843: it carries the transport of all, whatever its kind and
/// whether it is refused or not); null without a group. A mid that no section has is passed over.
const SdpMedia* tagged_section(const Sdp& sdp);

/// Fills the plan's transport fields from the accepted m-lines. "bad-sdp" or "unsupported-offer".
Result<void> read_transport(const Sdp& sdp, AnswerPlan& plan);

}  // namespace tessera::webrtc
