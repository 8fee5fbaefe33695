#include "webrtc/endpoint.hpp"

#include "base/log.hpp"
#include "gst/element.hpp"
#include "webrtc/dtls_certificate.hpp"
#include "webrtc/endpoint_impl.hpp"
#include "webrtc/ice_setup.hpp"
#include "webrtc/session_stats.hpp"

namespace tessera::webrtc {

Result<std::shared_ptr<Endpoint>> Endpoint::create(Loop& loop, Worker& worker, EndpointSpec spec,
                                                   EndpointEvents events) {
  auto plan = plan_answer(spec.offer, spec.kind, spec.codecs, spec.receive_codecs);
  if (!plan) return plan.error();
  plan->stereo = spec.stereo;
  plan->audio_bitrate = spec.audio_bitrate;
  const auto reach = reach_of(spec.ice);
  const auto out_of_reach = [&](const Candidate& candidate) { return !within(reach, candidate); };
  if (const auto dropped = std::erase_if(plan->candidates, out_of_reach); dropped > 0)
    log::info("endpoint {}: {} candidates of the offer are not tried: loopback or link-local", spec.name,
              dropped);
  for (const auto& what : plan->ignored) log::info("endpoint {}: left out of the offer: {}", spec.name, what);
  for (const auto& media : plan->media)
    if (!media.refusal.empty()) log::info("endpoint {}: refused alone: {}", spec.name, media.refusal);
  auto endpoint =
      std::make_shared<EndpointImpl>(loop, worker, std::move(spec), std::move(events), std::move(*plan));
  if (auto started = endpoint->start(); !started) return started.error();
  return std::shared_ptr<Endpoint>(std::move(endpoint));
}

EndpointImpl::EndpointImpl(Loop& loop, Worker& worker, EndpointSpec spec, EndpointEvents events,
                           AnswerPlan plan)
    : loop_(loop),
      worker_(worker),
      spec_(std::move(spec)),
      plan_(std::move(plan)),
      link_(std::make_shared<Link>(std::move(events), plan_.fingerprints)) {}

// Callbacks are cut first, so nobody hears of the rest. The pipeline then goes to NULL on the worker: that
// waits for webrtcbin's threads, which must not find the control thread waiting for them.
EndpointImpl::~EndpointImpl() {
  link_->cut();
  signals_.clear();
  bus_ = {};
  if (negotiation_) negotiation_->forget();
  statistics_.forget();
  if (data_) data_->forget();
  if (receive_) receive_->release();
  if (!pipeline_) return;
  struct Remains {
    std::unique_ptr<DataChannels> data;  ///< its number is free when the pipeline is gone
    gst::Ptr<GstWebRTCDTLSTransport> dtls;
    std::shared_ptr<Link> link;
    std::unique_ptr<SessionTap> tap;
    std::unique_ptr<SendPath> video, audio;
    gst::Ptr<GstElement> pipeline;
    std::unique_ptr<Negotiation> negotiation;
    PendingReply statistics;
  };
  auto remains = std::make_shared<Remains>(Remains{std::move(data_), std::move(dtls_), link_, std::move(tap_),
                                                   std::move(video_), std::move(audio_), std::move(pipeline_),
                                                   std::move(negotiation_), std::move(statistics_)});
  worker_.run("closing endpoint " + spec_.name, [remains] {
    if (remains->negotiation) remains->negotiation->wait();
    remains->statistics.wait();
    gst_element_set_state(remains->pipeline.get(), GST_STATE_NULL);
    remains->dtls.reset();
    remains->link->gate.release();
  });
}

Result<void> EndpointImpl::start() {
  if (auto built = build(); !built) return built.error();
  negotiate();
  return {};
}

Result<void> EndpointImpl::build() {
  pipeline_ = gst::make_pipeline("endpoint-" + spec_.name);
  auto webrtcbin = gst::make("webrtcbin", "webrtc");
  if (!webrtcbin) return webrtcbin.error();
  webrtcbin_ = webrtcbin->get();
  gst_util_set_object_arg(G_OBJECT(webrtcbin_), "bundle-policy", "max-bundle");
  g_object_set(webrtcbin_, "latency", static_cast<guint>(spec_.jitter_latency.count()), nullptr);
  gst_bin_add(GST_BIN(pipeline_.get()), webrtcbin_);
  signals_.push_back(use_own_certificate(webrtcbin_));
  if (auto done = configure_ice(webrtcbin_, spec_.ice); !done) return done.error();

  receive_ = std::make_shared<ReceivePath>(
      pipeline_.get(), plan_, link_, spec_.owner,
      ReceivePath::Handlers{post(&EndpointImpl::on_bad_packets), post(&EndpointImpl::on_streams_used_up)});
  tap_ = std::make_unique<SessionTap>(webrtcbin_, plan_, link_, post(&EndpointImpl::verify));
  if (plan_.data()) watch_data();
  watch_bus();
  watch_signals();
  if (auto done = gst::set_state(pipeline_.get(), GST_STATE_PLAYING); !done) return done.error();
  for (const auto* media : plan_.accepted()) {
    if (!media->sends) continue;
    auto path = SendPath::create(pipeline_.get(), webrtcbin_, *media, link_);
    if (!path) return path.error();
    (media->audio() ? audio_ : video_) = std::move(*path);
  }
  add_receive_transceivers(webrtcbin_, plan_);
  return {};
}

Result<void> EndpointImpl::add_candidate(const std::string& candidate, int mline) {
  if (mline < 0 || mline >= static_cast<int>(plan_.media.size()))
    return error("bad-request", "the offer has no m-line {}", mline);
  // The end of candidates is not passed on: with mDNS candidates dropped the agent may have none at that
  // moment and would give up before the peer's own checks arrive.
  if (candidate.empty() || candidate == "end-of-candidates") return {};
  if (++remote_candidates_ > max_candidates)
    return error("too-large", "more than {} candidates for one endpoint", max_candidates);
  const auto parsed = parse_candidate(candidate);
  if (!parsed) return parsed.error();
  if (!within(reach_of(spec_.ice), *parsed)) {
    log::info("endpoint {}: the candidate {} is not tried: loopback or link-local", spec_.name,
              parsed->address);
    return {};
  }
  // All m-lines share one transport, the first one's: also one that is refused, which may be the tagged one.
  if (!usable(*parsed) || phase_ == Phase::closed) return {};
  g_signal_emit_by_name(webrtcbin_, "add-ice-candidate", 0u, to_line(*parsed).c_str());
  return {};
}

void EndpointImpl::watch_data() {
  data_ = std::make_unique<DataChannels>(
      webrtcbin_, link_, spec_.owner,
      DataChannels::Handlers{post(&EndpointImpl::verify), post(&EndpointImpl::on_data_flood),
                             [&loop = loop_, weak = weak_from_this()](gst::Ptr<GObject> channel) {
                               auto shared = std::make_shared<gst::Ptr<GObject>>(std::move(channel));
                               loop.post([weak, shared] {
                                 if (const auto self = weak.lock()) self->on_data_channel(std::move(*shared));
                               });
                             }});
}

void EndpointImpl::send_event(const std::string& text) {
  if (data_ && phase_ == Phase::connected) data_->send_event(text);
}

std::optional<gst::Codec> EndpointImpl::send_video_codec() const {
  const auto* video = plan_.video();
  return video && video->send ? codec_of(*video->send, true) : std::nullopt;
}

void EndpointImpl::send_video(const gst::EncodedFrame& frame) {
  if (video_) video_->push(frame);
}

void EndpointImpl::send_audio(const gst::EncodedFrame& frame) {
  if (audio_) audio_->push(frame);
}

std::chrono::milliseconds EndpointImpl::silence() const {
  if (phase_ != Phase::connected) return std::chrono::milliseconds(0);
  const GstClockTime now = gst::now(), heard = link_->last_heard.load();
  return std::chrono::milliseconds(now > heard ? (now - heard) / GST_MSECOND : 0);
}

Endpoint::Stats EndpointImpl::stats() const {
  Stats stats;
  stats.packets_received = link_->packets_received.load();
  stats.bytes_received = link_->bytes_received.load();
  stats.bad_packets = link_->refused->malformed();
  stats.frames_sent = link_->frames_sent.load();
  stats.frames_dropped = link_->frames_dropped.load();
  stats.ice_state = ice_state_;
  stats.selected_pair = selected_pair_;
  if (phase_ == Phase::connected && tap_->rtpbin()) read_session(tap_->rtpbin(), stats);
  return stats;
}

}  // namespace tessera::webrtc
