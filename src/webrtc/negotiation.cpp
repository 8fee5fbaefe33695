#include "webrtc/negotiation.hpp"

#include "webrtc/rtp_caps.hpp"

namespace tessera::webrtc {
namespace {

gst::Ptr<GstWebRTCSessionDescription> description(GstWebRTCSDPType type, const std::string& text) {
  GstSDPMessage* message = nullptr;
  if (gst_sdp_message_new_from_text(text.c_str(), &message) != GST_SDP_OK) return nullptr;
  return gst::adopt(gst_webrtc_session_description_new(type, message));
}

}  // namespace

GstPromise* Negotiation::then(std::function<void(PromiseReply)> step) {
  reply_ = PendingReply(loop_, [this, step = std::move(step)](Result<PromiseReply> reply) {
    if (reply)
      step(std::move(*reply));
    else
      finish(reply.error());
  });
  return reply_.get();
}

void Negotiation::set_description(const char* signal, GstWebRTCSDPType type, const std::string& text,
                                  std::function<void()> next) {
  const auto described = description(type, text);
  if (!described) return finish(error("internal", "GStreamer cannot read the description for {}", signal));
  GstPromise* reply = then([next = std::move(next)](PromiseReply) { next(); });
  g_signal_emit_by_name(webrtcbin_, signal, described.get(), reply);
}

void Negotiation::start() {
  set_description("set-remote-description", GST_WEBRTC_SDP_TYPE_OFFER, offer_for_webrtcbin(plan_),
                  [this] { create_answer(); });
}

void Negotiation::create_answer() {
  GstPromise* reply = then([this](PromiseReply answer) { set_local(answer.description); });
  g_signal_emit_by_name(webrtcbin_, "create-answer", nullptr, reply);
}

void Negotiation::set_local(const std::string& answer) {
  auto local = read_local_answer(plan_, answer);
  if (!local) return finish(local.error());
  set_description("set-local-description", GST_WEBRTC_SDP_TYPE_ANSWER, answer_for_webrtcbin(plan_, *local),
                  [this, parameters = *local] { finish(parameters); });
}

void Negotiation::finish(Result<LocalParameters> result) {
  if (auto done = std::exchange(done_, nullptr)) done(std::move(result));
}

void add_receive_transceivers(GstElement* webrtcbin, const AnswerPlan& plan) {
  for (const auto* media : plan.accepted()) {
    if (media->sends || media->data()) continue;
    const auto caps = rtp_caps(*media, *media->receive, 0);
    GstWebRTCRTPTransceiver* raw = nullptr;
    g_signal_emit_by_name(webrtcbin, "add-transceiver", GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_RECVONLY,
                          caps.get(), &raw);
    const auto transceiver = gst::adopt(raw);
    if (transceiver) g_object_set(transceiver.get(), "do-nack", media->audio() ? FALSE : TRUE, nullptr);
  }
}

}  // namespace tessera::webrtc
