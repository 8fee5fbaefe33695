#include "recording/record_pipeline.hpp"

#include <algorithm>
#include <filesystem>

#include "base/log.hpp"
#include "gst/cpu_stage.hpp"
#include "gst/element.hpp"
#include "recording/files.hpp"
#include "recording/filler.hpp"

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
/// a filler NAL unit (H.264 7.3.2.7), or a VP8 frame that is not shown; decoders skip it and the finisher
/// leaves it out.
gst::PadProbe fill_gaps(GstPad* pad, std::span<const std::uint8_t> filler) {
  return gst::PadProbe(
      pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, [filler](GstPad* source, GstPadProbeInfo* info) {
        GstEvent* event = GST_PAD_PROBE_INFO_EVENT(info);
        if (GST_EVENT_TYPE(event) != GST_EVENT_GAP) return GST_PAD_PROBE_OK;
        GstClockTime start = 0, duration = 0;
        gst_event_parse_gap(event, &start, &duration);
        auto buffer = gst::adopt(gst_buffer_new_allocate(nullptr, filler.size(), nullptr));
        gst_buffer_fill(buffer.get(), 0, filler.data(), filler.size());
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
  if (!full) return error("cannot-write", "recording stopped: {}", gst::describe(message));
  log::error("recording stopped: {}", gst::describe(message));
  return recordings_disk_full();
}

}  // namespace

Result<void> check_record_bin(GstElement* bin, const Format& format) {
  const auto has = [&](const char* name) {
    return gst::adopt(gst_bin_get_by_name(GST_BIN(bin), name)) != nullptr;
  };
  const auto has_source = [&](const char* name) {
    const auto found = gst::adopt(gst_bin_get_by_name(GST_BIN(bin), name));
    return found && GST_IS_APP_SRC(found.get());
  };
  const bool whole = has("mux") && has("file") && has_source("audio") &&
                     (!format.has_video() || has_source("video")) &&
                     (format.audio != AudioCodec::aac || has("aac"));
  if (whole) return {};
  return error("bad-pipeline", "{} needs an appsrc \"audio\"{}{}, a muxer \"mux\" and a filesink \"file\"",
               format.pipeline, format.has_video() ? ", an appsrc \"video\"" : "",
               format.audio == AudioCodec::aac ? ", an AAC encoder \"aac\"" : "");
}

Result<std::shared_ptr<RecordPipeline>> RecordPipeline::create(Loop& loop, const RecordPipelineSpec& spec,
                                                               const std::string& file,
                                                               PipelineReports reports) {
  auto parsed = gst::parse_bin(spec.description, "record");
  if (!parsed) return parsed.error();
  if (auto parts = check_record_bin(parsed->get(), spec.format); !parts) return std::move(parts).error();
  const auto part = [&](const char* name) {
    return gst::adopt(gst_bin_get_by_name(GST_BIN(parsed->get()), name));
  };
  std::shared_ptr<RecordPipeline> made(new RecordPipeline);
  made->audio_ = part("audio");
  made->frame_bytes_ = sizeof(std::int16_t) * static_cast<std::size_t>(spec.channels);
  configure_source(made->audio_.get(),
                   fmt::format("audio/x-raw,format=S16LE,layout=interleaved,channels={},rate={}",
                               spec.channels, pcm_rate));
  made->audio_cpu_ = account_cpu(made->audio_.get());
  const gsize second = pcm_rate * made->frame_bytes_;
  made->zeros_ = gst::adopt(gst_buffer_new_allocate(nullptr, second, nullptr));
  gst_buffer_memset(made->zeros_.get(), 0, 0, second);
  g_object_set(part("file").get(), "location", file.c_str(), nullptr);
  if (const auto aac = part("aac"); aac && spec.format.audio == AudioCodec::aac) {
    const auto pad = gst::adopt(gst_element_get_static_pad(aac.get(), "src"));
    made->priming_ = gst::PadProbe(
        pad.get(), GST_PAD_PROBE_TYPE_BUFFER,
        [first = true](GstPad*, GstPadProbeInfo* info) mutable { return remove_priming(info, first); });
  }
  if (spec.format.has_video()) made->set_up_video(spec, part("video"), part("mux").get());

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
    const auto space = free_bytes(std::filesystem::path(file).parent_path());
    Error failure =
        error("cannot-write", "cannot start recording into {}: {}", file, started.error().message);
    if (!space || *space > 0) return failure;
    log::error("{}", failure.message);
    return recordings_disk_full();
  }
  return made;
}

void RecordPipeline::set_up_video(const RecordPipelineSpec& spec, gst::Ptr<GstElement> source,
                                  GstElement* mux) {
  video_ = std::move(source);
  frame_duration_ = GST_SECOND / static_cast<GstClockTime>(std::max(spec.framerate, 1));
  const bool h264 = spec.format.video == VideoCodec::h264;
  configure_source(video_.get(), fmt::format("{},width={},height={},framerate={}/1",
                                             // VP8 says nothing of its colours, so the container does.
                                             h264 ? "video/x-h264,stream-format=byte-stream,alignment=au"
                                                  : "video/x-vp8,colorimetry=bt601",
                                             spec.width, spec.height, spec.framerate));
  video_cpu_ = account_cpu(video_.get());
  const auto pad = gst::adopt(gst_element_get_static_pad(mux, "video_0"));
  if (!pad) return;
  caps_ = keep_first_caps(pad.get());
  if (const auto peer = gst::adopt(gst_pad_get_peer(pad.get())))
    gaps_ = fill_gaps(peer.get(), filler_of(spec.format.video));
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

void RecordPipeline::push_audio(std::span<const std::int16_t> interleaved, GstClockTime time) {
  auto buffer = gst::adopt(gst_buffer_new_allocate(nullptr, interleaved.size_bytes(), nullptr));
  gst_buffer_fill(buffer.get(), 0, interleaved.data(), interleaved.size_bytes());
  GST_BUFFER_PTS(buffer.get()) = time;
  GST_BUFFER_DURATION(buffer.get()) = time_of_sample(interleaved.size_bytes() / frame_bytes_);
  send(GST_APP_SRC(audio_.get()), std::move(buffer));
}

void RecordPipeline::push_silence(std::uint64_t frames, GstClockTime time) {
  for (std::uint64_t done = 0; done < frames;) {
    const std::uint64_t count = std::min(frames - done, pcm_rate);
    auto buffer =
        gst::adopt(gst_buffer_copy_region(zeros_.get(), GST_BUFFER_COPY_MEMORY, 0, count * frame_bytes_));
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
  if (video_) gst_app_src_end_of_stream(GST_APP_SRC(video_.get()));
  gst_app_src_end_of_stream(GST_APP_SRC(audio_.get()));
}

GstClockTime RecordPipeline::video_backlog() const {
  return video_ ? gst_app_src_get_current_level_time(GST_APP_SRC(video_.get())) : 0;
}
GstClockTime RecordPipeline::audio_backlog() const {
  return gst_app_src_get_current_level_time(GST_APP_SRC(audio_.get()));
}

void RecordPipeline::close() {
  gst_element_set_state(pipeline_.get(), GST_STATE_NULL);
}

}  // namespace tessera::recording
