#pragma once
// The part of an offer that is about reaching the peer: BUNDLE, ICE credentials and candidates, DTLS, SSRCs.

#include "webrtc/answer_plan.hpp"

namespace tessera::webrtc {

/// Fills the plan's transport fields from the accepted m-lines. "bad-sdp" or "unsupported-offer".
Result<void> read_transport(const Sdp& sdp, AnswerPlan& plan);

}  // namespace tessera::webrtc
