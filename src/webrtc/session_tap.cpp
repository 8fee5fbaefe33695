#include "webrtc/session_tap.hpp"

#include <map>
#include <string_view>

#include "gst/element.hpp"
#include "webrtc/gst_types.hpp"
#include "webrtc/report_blocks.hpp"

namespace tessera::webrtc {
namespace {

struct Context {
  std::shared_ptr<Link> link;
  std::function<void()> on_refused;
};

void count(Link& link, GstPadProbeInfo* info) {
  std::uint64_t packets = 1;
  std::uint64_t bytes = 0;
  if (info->type & GST_PAD_PROBE_TYPE_BUFFER_LIST) {
    packets = gst_buffer_list_length(GST_PAD_PROBE_INFO_BUFFER_LIST(info));
    bytes = gst_buffer_list_calculate_size(GST_PAD_PROBE_INFO_BUFFER_LIST(info));
  } else {
    bytes = gst_buffer_get_size(GST_PAD_PROBE_INFO_BUFFER(info));
  }
  link.packets_received.fetch_add(packets, std::memory_order_relaxed);
  link.bytes_received.fetch_add(bytes, std::memory_order_relaxed);
}

void read_report(Link& link, GstBuffer* rtcp) {
  const auto ssrc = link.audio_ssrc.load(std::memory_order_relaxed);
  const auto loss = ssrc ? reported_loss(rtcp, ssrc) : std::nullopt;
  if (!loss) return;
  link.with_events([&](const EndpointEvents& events) {
    if (events.audio_loss) events.audio_loss(*loss);
  });
}

// Every packet, RTP or RTCP: nothing of an unverified peer gets to the session.
GstPadProbeReturn on_packet(Context& context, bool rtp, GstPadProbeInfo* info) {
  const auto state = context.link->gate.check();
  if (state == FingerprintGate::State::shut) context.on_refused();
  if (state != FingerprintGate::State::open) return GST_PAD_PROBE_DROP;
  context.link->last_heard.store(gst::now(), std::memory_order_relaxed);
  if (rtp)
    count(*context.link, info);
  else if (info->type & GST_PAD_PROBE_TYPE_BUFFER)
    read_report(*context.link, GST_PAD_PROBE_INFO_BUFFER(info));
  return GST_PAD_PROBE_OK;
}

void on_pad_added(GstElement*, GstPad* pad, gpointer data) {
  const std::string_view name = GST_PAD_NAME(pad);
  const bool rtp = name.starts_with("recv_rtp_sink_");
  if (!rtp && !name.starts_with("recv_rtcp_sink_")) return;
  // The probe stays for the pad's life; its closure holds the context.
  using Closure = std::pair<std::shared_ptr<Context>, bool>;
  const auto call = [](GstPad*, GstPadProbeInfo* info, gpointer closure) {
    auto& [context, is_rtp] = *static_cast<Closure*>(closure);
    return on_packet(*context, is_rtp, info);
  };
  gst_pad_add_probe(pad,
                    static_cast<GstPadProbeType>(GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST),
                    call, new Closure(*static_cast<std::shared_ptr<Context>*>(data), rtp),
                    [](gpointer closure) { delete static_cast<Closure*>(closure); });
}

// Where nothing is to be received, webrtcbin leaves this pad unlinked: one RTP packet of a peer that sends
// all the same would then end the way in, and its RTCP and data with it.
GstPadProbeReturn drop_when_unlinked(GstPad* pad, GstPadProbeInfo*, gpointer) {
  return gst_pad_is_linked(pad) ? GST_PAD_PROBE_OK : GST_PAD_PROBE_DROP;
}

void guard_unlinked(GstElement* receive_bin) {
  const auto pad = gst::adopt(gst_element_get_static_pad(receive_bin, "rtp_src"));
  if (pad)
    gst_pad_add_probe(
        pad.get(), static_cast<GstPadProbeType>(GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST),
        drop_when_unlinked, nullptr, nullptr);
}

// webrtcbin paces what it sends by time stamp. Ours are those of the tick that made the frame, already past;
// waiting could only add delay.
void on_element_added(GstBin*, GstBin*, GstElement* element, gpointer) {
  if (std::string_view(G_OBJECT_TYPE_NAME(element)) == "TransportReceiveBin") return guard_unlinked(element);
  GstElementFactory* factory = gst_element_get_factory(element);
  if (factory && std::string_view(GST_OBJECT_NAME(factory)) == "clocksync")
    g_object_set(element, "sync", FALSE, nullptr);
}

// Whether to ask for retransmission, by the peer's SSRC. One that the offer did not name may be the
// picture's: clients need not name any (RFC 8829).
struct Retransmission {
  std::map<guint, bool> by_ssrc;
  bool of_others = false;
};

// webrtcbin (1.22) gives every jitter buffer the setting of the last m-line: sound would be asked for again
// in vain, or lost pictures not at all.
void on_jitter_buffer(GstElement*, GstElement* buffer, guint, guint ssrc, gpointer data) {
  const auto& wanted = *static_cast<Retransmission*>(data);
  const auto found = wanted.by_ssrc.find(ssrc);
  const bool ask = found != wanted.by_ssrc.end() ? found->second : wanted.of_others;
  g_object_set(buffer, "do-retransmission", ask ? TRUE : FALSE, nullptr);
}

Retransmission* retransmission_of(const AnswerPlan& plan) {
  auto* wanted = new Retransmission;
  for (const auto* media : plan.accepted()) {
    const bool ask = media->video() && media->receive && media->receive->feedback.contains("nack");
    wanted->of_others |= ask;
    for (const auto& [ssrc, cname] : media->ssrcs) wanted->by_ssrc.emplace(ssrc, ask);
  }
  return wanted;
}

}  // namespace

SessionTap::SessionTap(GstElement* webrtcbin, const AnswerPlan& plan, std::shared_ptr<Link> link,
                       std::function<void()> on_refused)
    : rtpbin_(gst_bin_get_by_name(GST_BIN(webrtcbin), "rtpbin")) {
  element_added_ = gst::Signal(webrtcbin, "deep-element-added", &on_element_added, nullptr);
  if (!rtpbin_) return;
  // Sender reports tie RTP time to capture time: sound and picture of one tick get the same NTP time whatever
  // their encoders took. (With the default, send time, they would also need a configured pipeline latency.)
  g_object_set(rtpbin_.get(), "rtcp-sync-send-time", FALSE, nullptr);
  // Every SSRC costs a jitter buffer and its thread until the endpoint ends; a peer may invent any number.
  g_object_set(rtpbin_.get(), "max-streams", guint{max_streams}, nullptr);
  auto context = std::make_shared<Context>(Context{std::move(link), std::move(on_refused)});
  pad_added_ =
      gst::Signal(rtpbin_.get(), "pad-added", &on_pad_added, new std::shared_ptr<Context>(std::move(context)),
                  [](gpointer data, GClosure*) { delete static_cast<std::shared_ptr<Context>*>(data); });
  jitter_buffer_added_ =
      gst::Signal(rtpbin_.get(), "new-jitterbuffer", &on_jitter_buffer, retransmission_of(plan),
                  [](gpointer data, GClosure*) { delete static_cast<Retransmission*>(data); });
}

}  // namespace tessera::webrtc
