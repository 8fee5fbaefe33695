// The endpoint's way through its phases: what happens when webrtcbin, the peer or the clock says something.

#include <algorithm>

#include "base/log.hpp"
#include "gst/element.hpp"
#include "webrtc/announced.hpp"
#include "webrtc/dtls_certificate.hpp"
#include "webrtc/endpoint_impl.hpp"
#include "webrtc/ice_life.hpp"
#include "webrtc/port_range.hpp"
#include "webrtc/session_stats.hpp"

namespace tessera::webrtc {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds negotiation_limit{10'000};
constexpr milliseconds gathering_limit{3'000};

// Data of a signal handler: nothing in it keeps the endpoint alive, and it may outlive the endpoint.
struct Poster {
  Loop* loop;
  std::weak_ptr<EndpointImpl> endpoint;
  void (EndpointImpl::*step)();
};
void destroy_poster(gpointer data, GClosure*) {
  delete static_cast<Poster*>(data);
}

void on_notify(GObject*, GParamSpec*, gpointer data) {
  const Poster& poster = *static_cast<Poster*>(data);
  poster.loop->post([weak = poster.endpoint, step = poster.step] {
    if (const auto self = weak.lock()) (self.get()->*step)();
  });
}

using CandidateTaker = std::function<void(std::string)>;
void on_candidate(GstElement*, guint, gchar* line, gpointer data) {
  (*static_cast<CandidateTaker*>(data))(line);
}

void on_pad_added(GstElement*, GstPad* pad, gpointer data) {
  (*static_cast<std::shared_ptr<ReceivePath>*>(data))->stream_added(pad);
}

}  // namespace

std::function<void()> EndpointImpl::post(void (EndpointImpl::*step)()) {
  return [&loop = loop_, weak = weak_from_this(), step] {
    loop.post([weak, step] {
      if (const auto self = weak.lock()) (self.get()->*step)();
    });
  };
}

void EndpointImpl::watch_signals() {
  const auto watch = [this](const char* signal, void (EndpointImpl::*step)()) {
    signals_.emplace_back(webrtcbin_, signal, &on_notify, new Poster{&loop_, weak_from_this(), step},
                          &destroy_poster);
  };
  watch("notify::ice-gathering-state", &EndpointImpl::on_gathering_state);
  watch("notify::ice-connection-state", &EndpointImpl::on_connection_state);
  watch("notify::connection-state", &EndpointImpl::on_connection_state);
  auto* taker = new CandidateTaker([&loop = loop_, weak = weak_from_this()](std::string line) {
    loop.post([weak, line = std::move(line)] {
      if (const auto self = weak.lock()) self->on_local_candidate(line);
    });
  });
  signals_.emplace_back(webrtcbin_, "on-ice-candidate", &on_candidate, taker,
                        [](gpointer data, GClosure*) { delete static_cast<CandidateTaker*>(data); });
  signals_.emplace_back(
      webrtcbin_, "pad-added", &on_pad_added, new std::shared_ptr<ReceivePath>(receive_),
      [](gpointer data, GClosure*) { delete static_cast<std::shared_ptr<ReceivePath>*>(data); });
}

void EndpointImpl::watch_bus() {
  const auto bus = gst::adopt(gst_element_get_bus(pipeline_.get()));
  bus_ = gst::BusWatch(loop_, bus.get(), [weak = weak_from_this()](GstMessage* message) {
    const auto type = GST_MESSAGE_TYPE(message);
    const auto self = weak.lock();
    if (!self || (type != GST_MESSAGE_ERROR && type != GST_MESSAGE_WARNING)) return;
    self->warn_of(message);
    if (type == GST_MESSAGE_ERROR) self->close("media-error");
  });
}

// A peer can make a depayloader complain about each of its packets: one line a second has to do.
void EndpointImpl::warn_of(GstMessage* message) {
  const GstClockTime now = gst::now();
  if (warned_at_ != 0 && now < warned_at_ + GST_SECOND && GST_MESSAGE_TYPE(message) != GST_MESSAGE_ERROR) {
    ++unsaid_warnings_;
    return;
  }
  warned_at_ = now;
  const std::uint64_t unsaid = std::exchange(unsaid_warnings_, 0);
  log::warn("endpoint {}: {}{}", spec_.name, gst::describe(message),
            unsaid == 0 ? "" : fmt::format(" (and {} warnings before it)", unsaid));
}

void EndpointImpl::negotiate() {
  deadline_ = loop_.after(negotiation_limit, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->fail(error("internal", "webrtcbin did not answer in time"));
  });
  negotiation_ =
      std::make_unique<Negotiation>(loop_, webrtcbin_, plan_, [weak = weak_from_this()](auto local) {
        if (const auto self = weak.lock()) self->on_negotiated(std::move(local));
      });
  negotiation_->start();
}

void EndpointImpl::on_negotiated(Result<LocalParameters> local) {
  if (phase_ != Phase::negotiating) return;
  if (!local) return fail(local.error());
  local_ = std::move(*local);
  if (auto fingerprint = own_dtls_fingerprint()) local_->fingerprint = std::move(*fingerprint);
  // All m-lines share the DTLS transport; any transceiver leads to it.
  GstWebRTCRTPTransceiver* raw = nullptr;
  g_signal_emit_by_name(webrtcbin_, "get-transceiver", 0, &raw);
  const auto transceiver = gst::adopt(raw);
  const auto receiver = transceiver ? gst::object_property<GObject>(transceiver.get(), "receiver") : nullptr;
  auto transport =
      receiver ? gst::object_property<GstWebRTCDTLSTransport>(receiver.get(), "transport") : nullptr;
  if (!transport) return fail(error("internal", "webrtcbin has no DTLS transport after negotiation"));
  // webrtcbin's own state stays "connected" when the peer says goodbye.
  signals_.emplace_back(transport.get(), "notify::state", &on_notify,
                        new Poster{&loop_, weak_from_this(), &EndpointImpl::on_dtls_state}, &destroy_poster);
  dtls_ = gst::ref(transport.get());
  link_->gate.watch(std::move(transport));

  phase_ = Phase::gathering;
  if (spec_.trickle) return answer();
  deadline_ = loop_.after(gathering_limit, [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (!self || self->phase_ != Phase::gathering) return;
    log::warn("endpoint {}: ICE gathering took too long; answering with what there is", self->spec_.name);
    self->answer();
  });
  on_gathering_state();  // it may be complete already
}

void EndpointImpl::on_gathering_state() {
  const bool waits = phase_ == Phase::gathering || (spec_.trickle && phase_ == Phase::answered);
  if (!waits || gst::enum_property(webrtcbin_, "ice-gathering-state") != "complete") return;
  // Every candidate was announced before this state; the last may still be behind us in the loop's queue.
  post (&EndpointImpl::on_gathered)();
}

void EndpointImpl::on_gathered() {
  if (phase_ == Phase::gathering) answer();
  if (phase_ == Phase::answered && local_candidates_.empty()) close(no_candidates().code);
}

// The agent says nothing when it finds no port: its gathering then never ends.
Error EndpointImpl::no_candidates() const {
  if (spec_.ice.min_port > 0) {
    ports_used_up().fetch_add(1, std::memory_order_relaxed);
    return error("ports-used-up",
                 "every UDP port from {} to {} (ice.minPort, ice.maxPort) is in use; try again when "
                 "somebody has left",
                 spec_.ice.min_port, spec_.ice.max_port);
  }
  return error("no-candidates", "this server has no address for media now; see ice.addresses");
}

void EndpointImpl::on_local_candidate(const std::string& line) {
  const auto parsed = parse_candidate(line);
  if (!parsed || !usable(*parsed)) return;
  for (const auto& candidate : with_announced(*parsed, spec_.ice.announced)) {
    const std::string told = to_line(candidate);
    if (std::find(local_candidates_.begin(), local_candidates_.end(), told) != local_candidates_.end())
      continue;
    local_candidates_.push_back(told);
    if (!spec_.trickle || (phase_ != Phase::answered && phase_ != Phase::connected)) continue;
    const auto events = link_->control_events();
    if (events.local_candidate) events.local_candidate(told, plan_.accepted().front()->mline);
  }
}

void EndpointImpl::answer() {
  if (!spec_.trickle && local_candidates_.empty()) return fail(no_candidates());
  phase_ = Phase::answered;
  deadline_.reset();
  answered_at_ = gst::now();
  const bool complete = !spec_.trickle;
  const auto early = complete ? std::vector<std::string>{} : local_candidates_;
  const auto text =
      answer_for_client(plan_, *local_, complete ? local_candidates_ : std::vector<std::string>{}, complete);
  silence_watch_ = loop_.every(std::min(milliseconds(500), spec_.silence_limit / 2 + milliseconds(1)),
                               [weak = weak_from_this()] {
                                 if (const auto self = weak.lock()) self->check_silence();
                               });
  if (spec_.trickle)
    deadline_ = loop_.after(negotiation_limit, [weak = weak_from_this()] {
      if (const auto self = weak.lock()) self->on_gathered();
    });
  const int mline = plan_.accepted().front()->mline;
  const auto events = link_->control_events();
  if (events.answer) events.answer(text);
  for (const auto& line : early)
    if (events.local_candidate) events.local_candidate(line, mline);
  on_connection_state();
}

void EndpointImpl::on_connection_state() {
  ice_state_ = gst::enum_property(webrtcbin_, "ice-connection-state");
  if (phase_ != Phase::answered && phase_ != Phase::connected) return;
  const auto state = gst::enum_property(webrtcbin_, "connection-state");
  if (ice_state_ == "failed") return close("ice-failed");
  if (state == "failed") return close("dtls-failed");
  if (state == "connected" && phase_ == Phase::answered) verify();
}

// DTLS is up (or a packet came through it): let the peer in, or throw it out.
void EndpointImpl::verify() {
  if (phase_ != Phase::answered) return;
  const auto state = link_->gate.check();
  if (state == FingerprintGate::State::shut) {
    log::warn("endpoint {}: the peer's certificate is not the one its offer announced", spec_.name);
    return close("bad-fingerprint");
  }
  if (state != FingerprintGate::State::open) return;
  phase_ = Phase::connected;
  link_->last_heard.store(gst::now());
  if (audio_) audio_->open();
  if (video_) video_->open();
  statistics_ = PendingReply(loop_, [weak = weak_from_this()](Result<PromiseReply> reply) {
    const auto self = weak.lock();
    if (self && reply) self->selected_pair_ = selected_pair(reply->content.get());
  });
  g_signal_emit_by_name(webrtcbin_, "get-stats", nullptr, statistics_.get());
  const auto events = link_->control_events();
  if (events.connected) events.connected();
  if (video_ && events.key_frame_wanted) events.key_frame_wanted();
}

// close_notify: the peer has left, and says so.
void EndpointImpl::on_dtls_state() {
  if (phase_ != Phase::connected || !dtls_ || gst::enum_property(dtls_.get(), "state") != "closed") return;
  close("peer-closed");
}

void EndpointImpl::check_silence() {
  const auto limit = static_cast<GstClockTime>(spec_.silence_limit.count()) * GST_MSECOND;
  const GstClockTime now = gst::now();
  // Whoever sends no RTP or RTCP may be well all the same: its checks of ICE say so. Asked for only when they
  // are all that is left; the first question comes early enough for a check to follow (they are 5 s apart).
  if (phase_ == Phase::connected && now > link_->last_heard.load() + limit / 3)
    if (const auto age = last_datagram_age(webrtcbin_); age && now > *age)
      link_->last_heard.store(std::max(link_->last_heard.load(), now - *age));
  if (phase_ == Phase::connected && now > link_->last_heard.load() + limit) close("silence");
  // A client that never comes: it gets twice as long, people click on permission dialogues meanwhile.
  if (phase_ == Phase::answered && now > answered_at_ + 2 * limit) close("ice-failed");
}

void EndpointImpl::on_bad_packets() {
  log::warn("endpoint {}: {} malformed packets; the last one: {}", spec_.name, link_->refused->malformed(),
            payload::name_of(link_->refused->last()));
  close("bad-packets");
}

// A new connection has room for new streams; this one would soon let none in, and nobody would know why.
void EndpointImpl::on_streams_used_up() {
  if (phase_ == Phase::closed) return;
  log::warn("endpoint {}: the peer has begun too many streams in one connection", spec_.name);
  close("too-many-streams");
}

void EndpointImpl::on_data_flood() {
  log::warn("endpoint {}: the peer floods its data channels, which nobody reads", spec_.name);
  close("too-much-data");
}

void EndpointImpl::on_data_channel(gst::Ptr<GObject> channel) {
  if (phase_ == Phase::closed || !data_ || data_->add(std::move(channel))) return;
  log::warn("endpoint {}: more than {} data channels", spec_.name, most_data_channels);
  close("too-much-data");
}

void EndpointImpl::fail(Error failure) {
  if (phase_ != Phase::negotiating && phase_ != Phase::gathering) return;
  phase_ = Phase::closed;
  deadline_.reset();
  log::warn("endpoint {}: {}", spec_.name, failure.message);
  if (const auto events = link_->control_events(); events.failed) events.failed(std::move(failure));
}

void EndpointImpl::close(const std::string& reason) {
  if (phase_ == Phase::closed) return;
  if (phase_ == Phase::negotiating || phase_ == Phase::gathering)
    return fail(error("internal", "the connection broke while it was set up ({})", reason));
  phase_ = Phase::closed;
  silence_watch_.reset();
  if (audio_) audio_->close();
  if (video_) video_->close();
  log::info("endpoint {} closed: {}", spec_.name, reason);
  if (const auto events = link_->control_events(); events.closed) events.closed(reason);
}

}  // namespace tessera::webrtc
