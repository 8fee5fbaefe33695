#pragma once
#include "webrtc/answer_plan.hpp"
#include "webrtc/gst_types.hpp"

namespace tessera::webrtc {

/// The caps by which webrtcbin knows one format of an m-line. `ssrc` 0: none. H.264's profile-level-id is
/// left out on purpose: with it in a transceiver's preferences the payloader cannot negotiate.
gst::Ptr<GstCaps> rtp_caps(const MediaPlan& media, const RtpFormat& format, std::uint32_t ssrc);

}  // namespace tessera::webrtc
