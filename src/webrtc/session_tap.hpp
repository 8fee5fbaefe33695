#pragma once
// What arrives from the network, before anything else sees it: the gate, the counters, the sign of life.

#include <memory>

#include "gst/signal.hpp"
#include "webrtc/answer_plan.hpp"
#include "webrtc/link.hpp"

namespace tessera::webrtc {

/// SSRCs that one peer may use in a connection's life: sound, picture, its retransmission, bandwidth probes,
/// and those that were replaced. Each costs a jitter buffer and its thread until the end.
inline constexpr unsigned max_streams = 32;

/// Owned by the endpoint. Watches the RTP session's sink pads as webrtcbin makes them.
class SessionTap {
 public:
  /// `on_refused` is called (streaming thread, possibly more than once) when the fingerprint does not match.
  SessionTap(GstElement* webrtcbin, const AnswerPlan& plan, std::shared_ptr<Link> link,
             std::function<void()> on_refused);

  /// The RTP element inside webrtcbin, for statistics.
  [[nodiscard]] GstElement* rtpbin() const { return rtpbin_.get(); }

 private:
  gst::Ptr<GstElement> rtpbin_;
  gst::Signal pad_added_, element_added_, jitter_buffer_added_;
};

}  // namespace tessera::webrtc
