#include "webrtc/data_channels.hpp"

#include <string_view>

#include "base/log.hpp"
#include "gst/element.hpp"
#include "webrtc/data_budget.hpp"
#include "webrtc/owned_bytes.hpp"

namespace tessera::webrtc {
namespace {

constexpr std::string_view event_label = "tessera";
constexpr std::size_t longest_event = 60'000;  ///< below what any peer has to take (64 kB)
constexpr guint64 most_waiting = 256 * 1024;   ///< bytes that the peer has not taken yet

struct Arrival {
  std::uint32_t association = 0;
  std::shared_ptr<Link> link;
  std::string owner;
  std::function<void()> on_refused, on_flood;
};

// Used on the thread that brings the peer's packets.
struct Inflow {
  Arrival arrival;
  DataBudget budget;
  bool flooded = false;
};

GstPadProbeReturn on_packet(GstPad*, GstPadProbeInfo* info, gpointer data) {
  auto& flow = *static_cast<Inflow*>(data);
  const auto state = flow.arrival.link->gate.check();
  if (state == FingerprintGate::State::shut) flow.arrival.on_refused();
  if (state != FingerprintGate::State::open || flow.flooded) return GST_PAD_PROBE_DROP;
  const GstClockTime now = gst::now();
  flow.arrival.link->last_heard.store(now, std::memory_order_relaxed);
  const auto bytes = gst_buffer_get_size(GST_PAD_PROBE_INFO_BUFFER(info));
  if (flow.budget.take(bytes, now)) return GST_PAD_PROBE_OK;
  flow.flooded = true;
  flow.arrival.on_flood();
  return GST_PAD_PROBE_DROP;
}

void on_element_added(GstBin*, GstBin*, GstElement* element, gpointer data) {
  const auto& arrival = *static_cast<Arrival*>(data);
  GstElementFactory* factory = gst_element_get_factory(element);
  const std::string_view name = factory ? GST_OBJECT_NAME(factory) : "";
  if (name != "sctpdec" && name != "sctpenc") return;
  g_object_set(element, "sctp-association-id", guint{arrival.association}, nullptr);
  if (name == "sctpenc") return;
  const auto sink = gst::adopt(gst_element_get_static_pad(element, "sink"));
  mark_bytes_of(sink.get(), arrival.owner);
  gst_pad_add_probe(sink.get(), GST_PAD_PROBE_TYPE_BUFFER, on_packet, new Inflow{arrival, {}, false},
                    [](gpointer flow) { delete static_cast<Inflow*>(flow); });
}

using TakeChannel = std::function<void(gst::Ptr<GObject>)>;
void on_data_channel(GstElement*, GObject* channel, gpointer data) {
  (*static_cast<TakeChannel*>(data))(gst::adopt(G_OBJECT(g_object_ref(channel))));
}

std::string label_of(GObject* channel) {
  gchar* raw = nullptr;
  g_object_get(channel, "label", &raw, nullptr);
  const auto label = gst::adopt(raw);
  return label ? label.get() : "";
}

}  // namespace

DataChannels::DataChannels(GstElement* webrtcbin, std::shared_ptr<Link> link, std::string owner,
                           Handlers handlers) {
  element_added_ = gst::Signal(webrtcbin, "deep-element-added", &on_element_added,
                               new Arrival{id_.value(), std::move(link), std::move(owner),
                                           std::move(handlers.on_refused), std::move(handlers.on_flood)},
                               [](gpointer data, GClosure*) { delete static_cast<Arrival*>(data); });
  channel_added_ = gst::Signal(webrtcbin, "on-data-channel", &on_data_channel,
                               new TakeChannel(std::move(handlers.on_channel)),
                               [](gpointer data, GClosure*) { delete static_cast<TakeChannel*>(data); });
}

void DataChannels::forget() {
  element_added_.reset();
  channel_added_.reset();
}

bool DataChannels::add(gst::Ptr<GObject> channel) {
  if (channels_.size() >= most_data_channels) return false;
  if (!events_ && label_of(channel.get()) == event_label)
    events_ = gst::adopt(G_OBJECT(g_object_ref(channel.get())));
  channels_.push_back(std::move(channel));
  return true;
}

void DataChannels::send_event(const std::string& text) {
  if (!events_ || gst::enum_property(events_.get(), "ready-state") != "open") return;
  guint64 waiting = 0;
  g_object_get(events_.get(), "buffered-amount", &waiting, nullptr);
  if (text.size() > longest_event || waiting > most_waiting) {
    log::debug("an event of {} bytes is not sent over the data channel: {} bytes wait", text.size(), waiting);
    return;
  }
  g_signal_emit_by_name(events_.get(), "send-string", text.c_str());
}

}  // namespace tessera::webrtc
