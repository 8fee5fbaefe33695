#include "media/encoder.hpp"

#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>

#include "base/log.hpp"
#include "gst/cpu_stage.hpp"
#include "gst/element.hpp"
#include "media/colorimetry.hpp"

namespace tessera::media {
namespace {

/// What the shared encoded frame is (gst/encoded_frame.hpp), whatever encoder an operator puts there.
const char* output_caps(gst::Codec codec) {
  switch (codec) {
    case gst::Codec::h264:
      return "video/x-h264,stream-format=byte-stream,alignment=au";
    case gst::Codec::vp8:
      return "video/x-vp8";
    case gst::Codec::vp9:
      return "video/x-vp9";
    case gst::Codec::opus:
      return "audio/x-opus";
  }
  return "ANY";
}

}  // namespace

Result<std::unique_ptr<Encoder>> Encoder::create(Loop& loop, Spec spec,
                                                 std::function<void(gst::EncodedFrame)> output,
                                                 std::function<void()> on_error) {
  std::unique_ptr<Encoder> encoder(new Encoder(spec.codec, std::move(output)));
  if (auto built = encoder->build(loop, spec, std::move(on_error)); !built) return std::move(built).error();
  return encoder;
}

Result<void> Encoder::build(Loop& loop, const Spec& spec, std::function<void()> on_error) {
  const std::string name = fmt::format("encode-{}", gst::name_of(spec.codec));
  auto source = gst::make("appsrc");
  if (!source) return std::move(source).error();
  auto sink = gst::make("appsink");
  if (!sink) return std::move(sink).error();
  auto bin = gst::parse_bin(spec.description, name);
  if (!bin) return std::move(bin).error();
  pipeline_ = gst::make_pipeline(name);
  source_ = gst::ref(source->get());
  sink_ = gst::ref(sink->get());

  GstVideoInfo info = i420_info(spec.canvas.width, spec.canvas.height, spec.canvas.framerate);
  const GstVideoColorimetry sent = sent_colorimetry(spec.codec, spec.canvas.height);
  colors_ = ColorMatrix::between(info.colorimetry, sent);
  if (colors_) recolored_.emplace(spec.canvas.width, spec.canvas.height);
  info.colorimetry = sent;
  const auto raw = gst::adopt(gst_video_info_to_caps(&info));
  g_object_set(source_.get(), "is-live", TRUE, "format", GST_FORMAT_TIME, "caps", raw.get(), "max-buffers",
               guint64{2}, "max-bytes", guint64{0}, "leaky-type", GST_APP_LEAKY_TYPE_DOWNSTREAM, nullptr);
  const auto encoded = gst::adopt(gst_caps_from_string(output_caps(spec.codec)));
  // Not synchronised, no preroll: a frame leaves when it is encoded.
  g_object_set(sink_.get(), "sync", FALSE, "async", FALSE, "caps", encoded.get(), "enable-last-sample", FALSE,
               nullptr);
  gst_bin_add_many(GST_BIN(pipeline_.get()), source_.get(), bin->get(), sink_.get(), nullptr);
  if (!gst_element_link_many(source_.get(), bin->get(), sink_.get(), nullptr))
    return error("bad-pipeline", "pipelines/{}.gst must take I420 and give {}", name,
                 output_caps(spec.codec));
  sink_pad_ = gst::adopt(gst_element_get_static_pad(sink_.get(), "sink"));

  GstAppSinkCallbacks callbacks{};
  callbacks.new_sample = [](GstAppSink* appsink, gpointer self) {
    const auto sample = gst::adopt(gst_app_sink_pull_sample(appsink));
    if (sample) static_cast<Encoder*>(self)->deliver(sample.get());
    return GST_FLOW_OK;
  };
  gst_app_sink_set_callbacks(GST_APP_SINK(sink_.get()), &callbacks, this, nullptr);

  // CPU of the thread that encodes, from frame to frame. An encoder's own threads are not in it.
  const auto source_pad = gst::adopt(gst_element_get_static_pad(source_.get(), "src"));
  entry_ =
      gst::PadProbe(source_pad.get(), GST_PAD_PROBE_TYPE_BUFFER, [this](GstPad*, GstPadProbeInfo* entering) {
        const std::uint64_t now = gst::thread_cpu_ns();
        auto& counter = gst::stage_counters()[static_cast<std::size_t>(gst::Stage::encode)];
        if (cpu_mark_ != 0) counter.fetch_add(now - cpu_mark_, std::memory_order_relaxed);
        cpu_mark_ = now;
        if (!colors_) return GST_PAD_PROBE_OK;
        auto frame = recolored(GST_PAD_PROBE_INFO_BUFFER(entering));
        if (!frame) return GST_PAD_PROBE_DROP;
        gst_buffer_unref(GST_PAD_PROBE_INFO_BUFFER(entering));
        entering->data = frame.release();
        return GST_PAD_PROBE_OK;
      });

  const auto bus = gst::adopt(gst_element_get_bus(pipeline_.get()));
  bus_watch_ = gst::BusWatch(loop, bus.get(), [name, on_error = std::move(on_error)](GstMessage* message) {
    if (GST_MESSAGE_TYPE(message) != GST_MESSAGE_ERROR) return;
    log::error("{}: {}", name, gst::describe(message));
    on_error();
  });
  return gst::set_state(pipeline_.get(), GST_STATE_PLAYING);
}

Encoder::~Encoder() {
  if (pipeline_) gst_element_set_state(pipeline_.get(), GST_STATE_NULL);
}

gst::Ptr<GstBuffer> Encoder::recolored(GstBuffer* frame) {
  auto copy = recolored_->acquire();
  if (!copy) return nullptr;
  const GstVideoInfo& info = recolored_->info();
  {
    MappedFrame in(info, frame, GST_MAP_READ), out(info, copy.get(), GST_MAP_WRITE);
    if (!in || !out) return nullptr;
    colors_->apply(in.get(), out.get(), {0, 0, info.width, info.height});
  }
  gst_buffer_copy_into(copy.get(), frame, GST_BUFFER_COPY_TIMESTAMPS, 0, static_cast<gsize>(-1));
  return copy;
}

void Encoder::push(GstBuffer* frame) {
  gst_app_src_push_buffer(GST_APP_SRC(source_.get()), gst_buffer_ref(frame));
}

void Encoder::force_key_frame(GstPad* key_frame_pad) {
  // Upstream from the sink's pad: gst_element_send_event would take the state lock.
  gst_pad_push_event(key_frame_pad,
                     gst_video_event_new_upstream_force_key_unit(GST_CLOCK_TIME_NONE, TRUE, 0));
}

void Encoder::deliver(GstSample* sample) {
  GstBuffer* buffer = gst_sample_get_buffer(sample);
  if (!buffer || gst_buffer_get_size(buffer) == 0) return;
  gst::EncodedFrame frame;
  frame.codec = codec_;
  frame.running_time = gst::running_time(sample);
  frame.duration = GST_BUFFER_DURATION(buffer);
  frame.key = !GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_DELTA_UNIT);
  frame.buffer = gst::EncodedFrame::share(gst::ref(buffer));
  const std::uint64_t before = gst::thread_cpu_ns();
  output_(std::move(frame));
  cpu_mark_ += gst::thread_cpu_ns() - before;  // what the consumers used is not encoding
}

}  // namespace tessera::media
