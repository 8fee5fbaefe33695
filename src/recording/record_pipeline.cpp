#include "recording/record_pipeline.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "gst/cpu_stage.hpp"
#include "gst/element.hpp"
#include "recording/filler.hpp"
#include "recording/pcm_timeline.hpp"

namespace tessera::recording {
namespace {

/// The MDCT of AAC-LC spans two frames of 1024 samples, so the encoder's first packet holds nothing but the
/// run-up.
constexpr std::uint64_t aac_frame = 1024;

/// avenc_aac stamps its packets as if there were no run-up, so each sound would come 21.3 ms late. Dropping
/// the first packet and moving the others back by one frame puts every sample at its own time, without an
/// edit list, in the live file already. The price is that the first 21 ms fade in.
GstPadProbeReturn remove_priming(GstPadProbeInfo* info, bool& first) {
  if (std::exchange(first, false)) return GST_PAD_PROBE_DROP;
  GstBuffer* buffer = gst_buffer_make_writable(GST_PAD_PROBE_INFO_BUFFER(info));
  GST_PAD_PROBE_INFO_DATA(info) = buffer;
  const GstClockTime run_up = time_of_sample(aac_frame);
  if (GST_BUFFER_PTS_IS_VALID(buffer))
    GST_BUFFER_PTS(buffer) = GST_BUFFER_PTS(buffer) > run_up ? GST_BUFFER_PTS(buffer) - run_up : 0;
  GST_BUFFER_DTS(buffer) = GST_CLOCK_TIME_NONE;
  return GST_PAD_PROBE_OK;
}

/// Matroska's header is written once, and matroskamux fails when the caps change after it. A new SPS (the
/// encoder was restarted, or its size changed) is also in the stream before its key frame, where decoders
/// find it.
gst::PadProbe keep_first_caps(GstPad* pad) {
  return gst::PadProbe(
      pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, [seen = false](GstPad*, GstPadProbeInfo* info) mutable {
        GstEvent* event = GST_PAD_PROBE_INFO_EVENT(info);
        if (GST_EVENT_TYPE(event) != GST_EVENT_CAPS) return GST_PAD_PROBE_OK;
        if (!std::exchange(seen, true)) return GST_PAD_PROBE_OK;
        log::info("the recorded picture changed its parameters; they go on within the stream");
        return GST_PAD_PROBE_DROP;
      });
}

/// matroskamux waits for every track before it writes any (its pads are locked to waiting, so a GAP event
/// changes nothing). While pictures are missing, each gap therefore becomes an access unit without a picture:
/// a filler NAL unit (H.264 7.3.2.7), which decoders skip and the finisher leaves out.
gst::PadProbe fill_gaps(GstPad* pad) {
  return gst::PadProbe(pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, [](GstPad* source, GstPadProbeInfo* info) {
    GstEvent* event = GST_PAD_PROBE_INFO_EVENT(info);
    if (GST_EVENT_TYPE(event) != GST_EVENT_GAP) return GST_PAD_PROBE_OK;
    GstClockTime start = 0, duration = 0;
    gst_event_parse_gap(event, &start, &duration);
    auto buffer = gst::adopt(gst_buffer_new_allocate(nullptr, filler_unit.size(), nullptr));
    gst_buffer_fill(buffer.get(), 0, filler_unit.data(), filler_unit.size());
    GST_BUFFER_PTS(buffer.get()) = start + (GST_CLOCK_TIME_IS_VALID(duration) ? duration : 0);
    GST_BUFFER_FLAG_SET(buffer.get(), GST_BUFFER_FLAG_DELTA_UNIT);
    gst_pad_push(source, buffer.release());  // on this pad's own streaming thread
    return GST_PAD_PROBE_DROP;
  });
}

/// Accounts the CPU time of a streaming thread, from one buffer to the next.
gst::PadProbe account_cpu(GstElement* source) {
  const auto pad = gst::adopt(gst_element_get_static_pad(source, "src"));
  return gst::PadProbe(
      pad.get(), GST_PAD_PROBE_TYPE_BUFFER, [before = std::uint64_t{0}](GstPad*, GstPadProbeInfo*) mutable {
        const std::uint64_t now = gst::thread_cpu_ns();
        const auto stage = static_cast<std::size_t>(gst::Stage::record);
        gst::stage_counters()[stage].fetch_add(now - std::min(before, now), std::memory_order_relaxed);
        before = now;
        return GST_PAD_PROBE_OK;
      });
}

void configure_source(GstElement* source, const std::string& caps_text) {
  const auto caps = gst::adopt(gst_caps_from_string(caps_text.c_str()));
  // No limit and no signals here: the recorder bounds the queue by its backlog, at key frames.
  g_object_set(source, "caps", caps.get(), "format", GST_FORMAT_TIME, "is-live", FALSE, "block", FALSE,
               "max-bytes", guint64{0}, "max-buffers", guint64{0}, "max-time", guint64{0}, "emit-signals",
               FALSE, nullptr);
}

Error error_of(GstMessage* message) {
  GError* raw = nullptr;
  gst_message_parse_error(message, &raw, nullptr);
  const auto failure = gst::adopt(raw);
  const bool full =
      failure && g_error_matches(failure.get(), GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NO_SPACE_LEFT);
  return error(full ? "disk-full" : "cannot-write", "recording stopped: {}", gst::describe(message));
}

}  // namespace

Result<std::shared_ptr<RecordPipeline>> RecordPipeline::create(Loop& loop, const std::string& description,
                                                               const std::string& file, int width, int height,
                                                               int framerate, PipelineReports reports) {
  auto parsed = gst::parse_bin(description, "record");
  if (!parsed) return parsed.error();
  const auto part = [&](const char* name) {
    return gst::adopt(gst_bin_get_by_name(GST_BIN(parsed->get()), name));
  };
  const auto sink = part("file");
  const auto aac = part("aac");
  const auto mux = part("mux");
  std::shared_ptr<RecordPipeline> made(new RecordPipeline);
  made->video_ = part("video");
  made->audio_ = part("audio");
  const bool sources = GST_IS_APP_SRC(made->video_.get()) && GST_IS_APP_SRC(made->audio_.get());
  if (!sources || !sink || !aac || !mux)
    return error("bad-pipeline",
                 "record-mkv needs appsrcs \"video\" and \"audio\", \"aac\", \"mux\" and \"file\"");

  configure_source(
      made->video_.get(),
      fmt::format("video/x-h264,stream-format=byte-stream,alignment=au,width={},height={},framerate={}/1",
                  width, height, framerate));
  configure_source(made->audio_.get(),
                   fmt::format("audio/x-raw,format=S16LE,layout=interleaved,channels=1,rate={}", pcm_rate));
  g_object_set(sink.get(), "location", file.c_str(), nullptr);
  made->frame_duration_ = GST_SECOND / static_cast<GstClockTime>(std::max(framerate, 1));
  made->zeros_ = gst::adopt(gst_buffer_new_allocate(nullptr, pcm_rate * sizeof(std::int16_t), nullptr));
  gst_buffer_memset(made->zeros_.get(), 0, 0, pcm_rate * sizeof(std::int16_t));

  const auto aac_pad = gst::adopt(gst_element_get_static_pad(aac.get(), "src"));
  made->priming_ = gst::PadProbe(
      aac_pad.get(), GST_PAD_PROBE_TYPE_BUFFER,
      [first = true](GstPad*, GstPadProbeInfo* info) mutable { return remove_priming(info, first); });
  if (const auto pad = gst::adopt(gst_element_get_static_pad(mux.get(), "video_0"))) {
    made->caps_ = keep_first_caps(pad.get());
    if (const auto peer = gst::adopt(gst_pad_get_peer(pad.get()))) made->gaps_ = fill_gaps(peer.get());
  }
  made->video_cpu_ = account_cpu(made->video_.get());
  made->audio_cpu_ = account_cpu(made->audio_.get());

  made->pipeline_ = gst::make_pipeline("record");
  gst_bin_add(GST_BIN(made->pipeline_.get()), parsed->release());
  const auto bus = gst::adopt(gst_element_get_bus(made->pipeline_.get()));
  made->watch_ = gst::BusWatch(loop, bus.get(), [reports = std::move(reports)](GstMessage* message) {
    if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_EOS) reports.ended();
    if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR) reports.failed(error_of(message));
    if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_WARNING) log::warn("recording: {}", gst::describe(message));
  });
  if (auto started = gst::set_state(made->pipeline_.get(), GST_STATE_PLAYING); !started) {
    made->close();
    return error("cannot-write", "cannot start recording into {}: {}", file, started.error().message);
  }
  return made;
}

void RecordPipeline::send(GstAppSrc* source, gst::Ptr<GstBuffer> buffer) {
  gst_app_src_push_buffer(source, buffer.release());  // refused only while shutting down
}

void RecordPipeline::push_video(const gst::EncodedFrame& frame, GstClockTime time) {
  auto buffer = gst::adopt(gst_buffer_copy(frame.buffer.get()));  // the bytes stay shared
  GST_BUFFER_PTS(buffer.get()) = time;
  GST_BUFFER_DTS(buffer.get()) = GST_CLOCK_TIME_NONE;
  // Always the nominal duration: matroskamux writes any other as a block group, without the key-frame flag's
  // absence.
  GST_BUFFER_DURATION(buffer.get()) = frame_duration_;
  if (frame.key)
    GST_BUFFER_FLAG_UNSET(buffer.get(), GST_BUFFER_FLAG_DELTA_UNIT);
  else
    GST_BUFFER_FLAG_SET(buffer.get(), GST_BUFFER_FLAG_DELTA_UNIT);
  send(GST_APP_SRC(video_.get()), std::move(buffer));
}

void RecordPipeline::push_audio(const std::int16_t* samples, std::size_t count, GstClockTime time) {
  const std::size_t bytes = count * sizeof(std::int16_t);
  auto buffer = gst::adopt(gst_buffer_new_allocate(nullptr, bytes, nullptr));
  gst_buffer_fill(buffer.get(), 0, samples, bytes);
  GST_BUFFER_PTS(buffer.get()) = time;
  GST_BUFFER_DURATION(buffer.get()) = time_of_sample(count);
  send(GST_APP_SRC(audio_.get()), std::move(buffer));
}

void RecordPipeline::push_silence(std::uint64_t samples, GstClockTime time) {
  for (std::uint64_t done = 0; done < samples;) {
    const std::uint64_t count = std::min(samples - done, pcm_rate);
    auto buffer = gst::adopt(
        gst_buffer_copy_region(zeros_.get(), GST_BUFFER_COPY_MEMORY, 0, count * sizeof(std::int16_t)));
    GST_BUFFER_PTS(buffer.get()) = time + time_of_sample(done);
    GST_BUFFER_DURATION(buffer.get()) = time_of_sample(count);
    send(GST_APP_SRC(audio_.get()), std::move(buffer));
    done += count;
  }
}

void RecordPipeline::skip_video(GstClockTime from, GstClockTime until) {
  // Not gst_element_send_event, which takes the state lock; appsrc's own method only queues.
  GST_ELEMENT_GET_CLASS(video_.get())->send_event(video_.get(), gst_event_new_gap(from, until - from));
}

void RecordPipeline::end() {
  gst_app_src_end_of_stream(GST_APP_SRC(video_.get()));
  gst_app_src_end_of_stream(GST_APP_SRC(audio_.get()));
}

GstClockTime RecordPipeline::video_backlog() const {
  return gst_app_src_get_current_level_time(GST_APP_SRC(video_.get()));
}
GstClockTime RecordPipeline::audio_backlog() const {
  return gst_app_src_get_current_level_time(GST_APP_SRC(audio_.get()));
}

void RecordPipeline::close() {
  gst_element_set_state(pipeline_.get(), GST_STATE_NULL);
}

}  // namespace tessera::recording
