#include "media/video_input.hpp"

#include <gst/app/gstappsink.h>

#include "config/pipelines.hpp"
#include "gst/cpu_stage.hpp"
#include "gst/element.hpp"
#include "gst/mapped_buffer.hpp"
#include "media/frame.hpp"
#include "media/h264_size.hpp"

namespace tessera::media {
namespace {

/// Goes with the appsink. Both ends of a decoder run on the depayloader's thread, so plain members do.
struct Decoded {
  std::shared_ptr<Tile> tile;
  std::uint64_t entered =
      0;  ///< the thread's CPU time when the packet went in, or when the last frame was handed on
  bool refused = false;                  ///< the stream's pictures are too large
  std::unique_ptr<H264SizeReader> h264;  ///< of an H.264 stream
  bool start_codes = false;              ///< its parameter sets are in the stream, not in codec_data
};

/// A few bytes can announce a picture of gigabytes: what is larger than any camera or screen is not decoded.
/// The depayloaders of VP8 and VP9 read the size from the stream and put it into the caps; H.264's says it in
/// parameter sets, in the stream or in the caps' codec_data.
constexpr int largest_area = 1 << 24;  // 5120×2880 and a little

bool too_large(int width, int height) {
  return width > largest_side || height > largest_side || width * height > largest_area;
}

/// Parameter sets that cannot be read are no better than too large ones.
bool acceptable(const H264SizeReader::Size& size) {
  return size.width > 0 && size.height > 0 && !too_large(size.width, size.height);
}

GstPadProbeReturn on_entry(GstPad*, GstPadProbeInfo* info, gpointer data) {
  auto* decoded = static_cast<Decoded*>(data);
  if (decoded->start_codes) {
    const gst::MappedBuffer mapped(GST_PAD_PROBE_INFO_BUFFER(info));
    if (const auto size = decoded->h264->in_access_unit(mapped.bytes()))
      decoded->refused = !acceptable(*size);
  }
  if (decoded->refused) return GST_PAD_PROBE_DROP;
  decoded->entered = gst::thread_cpu_ns();
  return GST_PAD_PROBE_OK;
}

bool too_large(const GstCaps* caps) {
  const GstStructure* format = caps && !gst_caps_is_empty(caps) ? gst_caps_get_structure(caps, 0) : nullptr;
  int width = 0, height = 0;
  if (!format || !gst_structure_get_int(format, "width", &width) ||
      !gst_structure_get_int(format, "height", &height))
    return false;
  return too_large(width, height);
}

bool has_start_codes(const GstCaps* caps) {
  return g_strcmp0(gst_structure_get_string(gst_caps_get_structure(caps, 0), "stream-format"),
                   "byte-stream") == 0;
}

bool config_is_refused(H264SizeReader& reader, const GstCaps* caps) {
  const GValue* value = gst_structure_get_value(gst_caps_get_structure(caps, 0), "codec_data");
  if (!value || !GST_VALUE_HOLDS_BUFFER(value)) return false;
  const gst::MappedBuffer config(gst_value_get_buffer(value));
  const auto size = reader.in_config(config.bytes());
  return size && !acceptable(*size);
}

GstPadProbeReturn on_entry_event(GstPad*, GstPadProbeInfo* info, gpointer data) {
  GstEvent* event = GST_PAD_PROBE_INFO_EVENT(info);
  if (GST_EVENT_TYPE(event) != GST_EVENT_CAPS) return GST_PAD_PROBE_OK;
  GstCaps* caps = nullptr;
  gst_event_parse_caps(event, &caps);
  auto* decoded = static_cast<Decoded*>(data);
  decoded->start_codes = decoded->h264 && has_start_codes(caps);
  decoded->refused = too_large(caps) || (decoded->h264 && config_is_refused(*decoded->h264, caps));
  return decoded->refused ? GST_PAD_PROBE_DROP : GST_PAD_PROBE_OK;
}

GstFlowReturn on_sample(GstAppSink* sink, gpointer data) {
  auto* decoded = static_cast<Decoded*>(data);
  const auto sample = gst::adopt(gst_app_sink_pull_sample(sink));
  const std::uint64_t now = gst::thread_cpu_ns();
  // A decoder with threads of its own calls from one of them, where the clock started elsewhere.
  if (decoded->entered != 0 && now > decoded->entered)
    gst::stage_counters()[static_cast<std::size_t>(gst::Stage::decode)].fetch_add(now - decoded->entered,
                                                                                  std::memory_order_relaxed);
  if (sample) decoded->tile->push(sample.get());
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

Result<void> attach_video_input(GstBin* pipeline, GstPad* source, gst::Codec codec,
                                const config::Pipelines& pipelines, std::shared_ptr<Tile> tile) {
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
  auto decoded = std::make_unique<Decoded>();
  decoded->tile = std::move(tile);
  if (codec == gst::Codec::h264) decoded->h264 = std::make_unique<H264SizeReader>();
  const auto entry = gst::adopt(gst_element_get_static_pad(decoder->get(), "sink"));
  if (!entry) return error("bad-pipeline", "pipelines/{}.gst has no open sink pad", name);
  // Both live exactly as long as the elements: the appsink owns the data, and the decoder never runs without
  // it.
  gst_pad_add_probe(entry.get(), GST_PAD_PROBE_TYPE_BUFFER, on_entry, decoded.get(), nullptr);
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
