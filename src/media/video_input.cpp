#include "media/video_input.hpp"

#include <gst/app/gstappsink.h>
#include <gst/video/video.h>

#include "base/log.hpp"
#include "config/pipelines.hpp"
#include "gst/cpu_stage.hpp"
#include "gst/element.hpp"
#include "media/colorimetry.hpp"
#include "media/frame_inspector.hpp"
#include "payload/vp9_header.hpp"

namespace tessera::media {
namespace {

/// Goes with the appsink. Both ends of a decoder run on the depayloader's thread, so plain members do.
struct Decoded {
  std::shared_ptr<Tile> tile;
  FrameInspector frames;
  std::shared_ptr<PixelMeter> meter;
  std::uint64_t entered =
      0;  ///< the thread's CPU time when the packet went in, or when the last frame was handed on
  PixelMeter::Time asked{};  ///< when a key frame was asked for, because frames were skipped
  ColoredCaps caps{};
};

/// A key frame brings back a picture whose frames were skipped. Every two seconds is enough: where the sender
/// is limited to key frames, each of them is one picture more.
void ask_for_key_frame(Decoded& decoded, GstPad* pad, PixelMeter::Time now) {
  if (now - decoded.asked < std::chrono::seconds(2)) return;
  decoded.asked = now;
  gst_pad_push_event(pad, gst_video_event_new_upstream_force_key_unit(GST_CLOCK_TIME_NONE, FALSE, 0));
}

GstBuffer* with_index(GstBuffer* frame) {
  const auto index = payload::vp9_single_frame_index(gst_buffer_get_size(frame));
  gpointer bytes = g_memdup2(index.data(), index.size());
  GstBuffer* indexed = gst_buffer_make_writable(frame);
  gst_buffer_append_memory(indexed, gst_memory_new_wrapped(GST_MEMORY_FLAG_READONLY, bytes, index.size(), 0,
                                                           index.size(), bytes, g_free));
  return indexed;
}

/// Whether the decoder gets the frame, which may be another one then.
bool let_in(Decoded& decoded, GstPad* pad, GstBuffer*& frame) {
  const auto now = std::chrono::steady_clock::now();
  const auto found = decoded.frames.look_at(frame);
  if (found.refused) refused_frames().fetch_add(1, std::memory_order_relaxed);
  if (found.refused || (decoded.meter && !decoded.meter->admit(found.pixels, found.key, now))) {
    ask_for_key_frame(decoded, pad, now);
    return false;
  }
  if (found.alone) frame = with_index(frame);
  return true;
}

GstPadProbeReturn on_entry(GstPad* pad, GstPadProbeInfo* info, gpointer data) {
  auto* decoded = static_cast<Decoded*>(data);
  if (info->type & GST_PAD_PROBE_TYPE_BUFFER_LIST) {
    // No depayloader of today sends lists. One that does must not get past this.
    log::warn("{}: a list of frames is not decoded", GST_OBJECT_NAME(pad));
    return GST_PAD_PROBE_DROP;
  }
  GstBuffer* frame = GST_PAD_PROBE_INFO_BUFFER(info);
  if (!let_in(*decoded, pad, frame)) return GST_PAD_PROBE_DROP;
  info->data = frame;
  decoded->entered = gst::thread_cpu_ns();
  return GST_PAD_PROBE_OK;
}

GstPadProbeReturn on_entry_event(GstPad*, GstPadProbeInfo* info, gpointer data) {
  GstEvent* event = GST_PAD_PROBE_INFO_EVENT(info);
  if (GST_EVENT_TYPE(event) != GST_EVENT_CAPS) return GST_PAD_PROBE_OK;
  GstCaps* caps = nullptr;
  gst_event_parse_caps(event, &caps);
  return static_cast<Decoded*>(data)->frames.look_at_caps(caps) ? GST_PAD_PROBE_OK : GST_PAD_PROBE_DROP;
}

GstFlowReturn on_sample(GstAppSink* sink, gpointer data) {
  auto* decoded = static_cast<Decoded*>(data);
  auto sample = gst::adopt(gst_app_sink_pull_sample(sink));
  const std::uint64_t now = gst::thread_cpu_ns();
  // A decoder with threads of its own calls from one of them, where the clock started elsewhere.
  if (decoded->entered != 0 && now > decoded->entered)
    gst::stage_counters()[static_cast<std::size_t>(gst::Stage::decode)].fetch_add(now - decoded->entered,
                                                                                  std::memory_order_relaxed);
  if (sample && gst_sample_get_caps(sample.get())) {
    sample = gst::adopt(gst_sample_make_writable(sample.release()));
    gst_sample_set_caps(sample.get(),
                        decoded->caps.of(gst_sample_get_caps(sample.get()), decoded->frames.colors()));
    decoded->tile->push(sample.get());
  }
  decoded->entered = gst::thread_cpu_ns();
  return GST_FLOW_OK;
}

/// Takes half-attached elements out again.
struct Undo {
  GstBin* pipeline;
  std::vector<GstElement*> elements;
  bool done = false;
  ~Undo() {
    if (done) return;
    for (GstElement* element : elements) {
      gst_element_set_state(element, GST_STATE_NULL);
      gst_bin_remove(pipeline, element);
    }
  }
};

}  // namespace

std::atomic<std::uint64_t>& refused_frames() {
  static std::atomic<std::uint64_t> count{0};
  return count;
}

Result<void> attach_video_input(GstBin* pipeline, GstPad* source, gst::Codec codec,
                                const config::Pipelines& pipelines, std::shared_ptr<Tile> tile,
                                std::shared_ptr<PixelMeter> meter) {
  const std::string name = fmt::format("decode-{}", gst::name_of(codec));
  auto description = pipelines.get(name);
  if (!description) return error("bad-pipeline", "{}", description.error().message);
  auto decoder = gst::parse_bin(*description, name);
  if (!decoder) return std::move(decoder).error();
  auto sink = gst::make("appsink");
  if (!sink) return std::move(sink).error();
  gst_object_set_name(GST_OBJECT(decoder->get()),
                      nullptr);  // an endpoint may have more than one: let it be numbered

  // No clock, no preroll, no quality-of-service events: every decoded frame is handed on at once.
  const auto caps = gst::adopt(gst_caps_from_string("video/x-raw"));
  g_object_set(sink->get(), "sync", FALSE, "async", FALSE, "qos", FALSE, "max-buffers", 1u, "drop", TRUE,
               "enable-last-sample", FALSE, "caps", caps.get(), nullptr);
  auto decoded = std::make_unique<Decoded>(Decoded{std::move(tile), FrameInspector(codec), std::move(meter)});
  const auto entry = gst::adopt(gst_element_get_static_pad(decoder->get(), "sink"));
  if (!entry) return error("bad-pipeline", "pipelines/{}.gst has no open sink pad", name);
  // Both live exactly as long as the elements: the appsink owns the data, and the decoder never runs without
  // it.
  gst_pad_add_probe(
      entry.get(),
      static_cast<GstPadProbeType>(int{GST_PAD_PROBE_TYPE_BUFFER} | int{GST_PAD_PROBE_TYPE_BUFFER_LIST}),
      on_entry, decoded.get(), nullptr);
  gst_pad_add_probe(entry.get(), GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_entry_event, decoded.get(), nullptr);
  GstAppSinkCallbacks callbacks{};
  callbacks.new_sample = on_sample;
  gst_app_sink_set_callbacks(GST_APP_SINK(sink->get()), &callbacks, decoded.release(),
                             [](gpointer data) { delete static_cast<Decoded*>(data); });

  gst_bin_add_many(pipeline, decoder->get(), sink->get(), nullptr);
  Undo undo{pipeline, {decoder->get(), sink->get()}};
  if (!gst_element_link(decoder->get(), sink->get()))
    return error("bad-pipeline", "pipelines/{}.gst must give video/x-raw", name);
  // Downstream first, so that nothing arrives at an element that is not running.
  if (!gst_element_sync_state_with_parent(sink->get()) || !gst_element_sync_state_with_parent(decoder->get()))
    return error("state-change", "{} did not start", name);
  if (const GstPadLinkReturn linked = gst_pad_link(source, entry.get()); linked != GST_PAD_LINK_OK)
    return error("bad-pipeline", "pipelines/{}.gst does not take what the depayloader gives ({})", name,
                 gst_pad_link_get_name(linked));
  undo.done = true;
  return {};
}

}  // namespace tessera::media
