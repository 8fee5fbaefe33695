#include "webrtc/audio_tap.hpp"

#include "gst/cpu_stage.hpp"
#include "gst/element.hpp"

namespace tessera::webrtc {
namespace {

constexpr int longest_gap = 50;  // packets; one second of 20 ms packets

// Lives as long as the appsink's callbacks; used on the stream's thread only.
struct Tap {
  std::shared_ptr<Link> link;
  int level_id;
  LossCounter losses;
};

int level_of(GstRTPBuffer& rtp, int id) {
  gpointer data = nullptr;
  guint size = 0;
  if (id == 0 ||
      !gst_rtp_buffer_get_extension_onebyte_header(&rtp, static_cast<guint8>(id), 0, &data, &size) ||
      size < 1)
    return -1;
  return *static_cast<const guint8*>(data) & 0x7f;
}

void deliver(Tap& tap, GstSample* sample) {
  GstBuffer* packet = gst_sample_get_buffer(sample);
  GstClockTime running_time = gst::running_time(sample);
  if (!GST_CLOCK_TIME_IS_VALID(running_time)) running_time = gst::now();
  GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;
  if (!packet || !gst_rtp_buffer_map(packet, GST_MAP_READ, &rtp)) return;
  const AudioPacketFacts facts{gst_rtp_buffer_get_seq(&rtp), level_of(rtp, tap.level_id)};
  const auto payload = gst::adopt(gst_rtp_buffer_get_payload_buffer(&rtp));
  gst_rtp_buffer_unmap(&rtp);
  if (!payload || gst_buffer_get_size(payload.get()) == 0) return;
  GST_BUFFER_PTS(payload.get()) = running_time;
  const int lost = tap.losses.missing_before(facts.sequence);
  tap.link->with_events([&](const EndpointEvents& events) {
    if (events.audio_packet) events.audio_packet(payload.get(), running_time, lost, facts.level);
  });
}

GstFlowReturn on_sample(GstAppSink* sink, gpointer data) {
  const gst::StageTimer timer(gst::Stage::network);
  const auto sample = gst::adopt(gst_app_sink_pull_sample(sink));
  if (sample) deliver(*static_cast<Tap*>(data), sample.get());
  return GST_FLOW_OK;
}

}  // namespace

int LossCounter::missing_before(std::uint16_t sequence) {
  const auto last = std::exchange(last_, sequence);
  if (!last) return 0;
  const auto step = static_cast<std::int16_t>(static_cast<std::uint16_t>(sequence - *last));
  return step > 1 && step <= longest_gap ? step - 1 : 0;
}

Result<gst::Ptr<GstElement>> make_audio_tap(std::shared_ptr<Link> link, int level_id) {
  auto sink = gst::make("appsink");
  if (!sink) return sink.error();
  g_object_set(sink->get(), "sync", FALSE, "async", FALSE, "enable-last-sample", FALSE, "max-buffers", 50u,
               "drop", TRUE, nullptr);
  GstAppSinkCallbacks callbacks{};
  callbacks.new_sample = on_sample;
  gst_app_sink_set_callbacks(GST_APP_SINK(sink->get()), &callbacks, new Tap{std::move(link), level_id, {}},
                             [](gpointer data) { delete static_cast<Tap*>(data); });
  return sink;
}

}  // namespace tessera::webrtc
