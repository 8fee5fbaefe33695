#pragma once
// The GStreamer side of a part of a recording: frames and samples on the part's own time axis in, a Matroska
// file out.

#include <gst/app/gstappsrc.h>

#include <memory>
#include <span>
#include <string>

#include "base/loop.hpp"
#include "base/result.hpp"
#include "gst/encoded_frame.hpp"
#include "gst/ptr.hpp"
#include "gst/signal.hpp"
#include "recording/format.hpp"
#include "recording/pcm_timeline.hpp"

namespace tessera::recording {

/// What the pipeline says about itself, on the control thread.
struct PipelineReports {
  std::function<void()> ended;        ///< the end has been written
  std::function<void(Error)> failed;  ///< "disk-full" or "cannot-write"; may come more than once
};

struct RecordPipelineSpec {
  Format format = default_format();
  std::string description;  ///< the text of the format's pipelines/record-*.gst
  int width = 0, height = 0, framerate = 30;
  int channels = 1;
};

/// Whether a bin has what the program itself has to find in a format's pipeline. "bad-pipeline" says what it
/// needs.
Result<void> check_record_bin(GstElement* bin, const Format& format);

/// Owned by a PartWriter. The push functions may be called from any thread, one at a time, and return at
/// once: appsrc queues without limit, the caller looks at the backlog before it pushes. Times count from the
/// part's start.
class RecordPipeline {
 public:
  /// Errors: "missing-plugin", "bad-pipeline", "cannot-write", "disk-full".
  static Result<std::shared_ptr<RecordPipeline>> create(Loop& loop, const RecordPipelineSpec& spec,
                                                        const std::string& file, PipelineReports reports);

  void push_video(const gst::EncodedFrame& frame, GstClockTime time);
  void push_audio(std::span<const std::int16_t> interleaved, GstClockTime time);
  /// Costs no memory, however long. `frames`: samples of one channel.
  void push_silence(std::uint64_t frames, GstClockTime time);
  /// There is no picture from `from` to `until`: lets the muxer write the sound meanwhile.
  void skip_video(GstClockTime from, GstClockTime until);
  /// No more will come: finish the file and report `ended`.
  void end();

  /// How much of each is waiting for the disk.
  [[nodiscard]] GstClockTime video_backlog() const;
  [[nodiscard]] GstClockTime audio_backlog() const;

  /// To NULL. May block for as long as the disk does: on a worker. No report comes afterwards.
  void close();
  /// Stops the reports; on the control thread, before close().
  void mute() { watch_ = {}; }

 private:
  RecordPipeline() = default;
  void set_up_video(const RecordPipelineSpec& spec, gst::Ptr<GstElement> source, GstElement* mux);
  void send(GstAppSrc* source, gst::Ptr<GstBuffer> buffer);

  gst::Ptr<GstElement> pipeline_;
  gst::Ptr<GstElement> video_, audio_;
  gst::Ptr<GstBuffer> zeros_;                       ///< one second of silence, shared by every silent buffer
  std::size_t frame_bytes_ = sizeof(std::int16_t);  ///< of one sample of each channel
  GstClockTime frame_duration_ = 0;
  gst::PadProbe priming_, caps_, gaps_, video_cpu_, audio_cpu_;
  gst::BusWatch watch_;
};

}  // namespace tessera::recording
