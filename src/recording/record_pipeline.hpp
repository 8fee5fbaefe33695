#pragma once
// The GStreamer side of a live recording: frames and samples on the recording's own time axis in, live.mkv
// out.

#include <gst/app/gstappsrc.h>

#include <memory>
#include <string>

#include "base/loop.hpp"
#include "base/result.hpp"
#include "gst/encoded_frame.hpp"
#include "gst/ptr.hpp"
#include "gst/signal.hpp"

namespace tessera::recording {

/// What the pipeline says about itself, on the control thread.
struct PipelineReports {
  std::function<void()> ended;        ///< the end has been written
  std::function<void(Error)> failed;  ///< "disk-full" or "cannot-write"; may come more than once
};

/// Owned by a LiveRecorder. The push functions may be called from any thread, one at a time, and return at
/// once: appsrc queues without limit, the caller looks at the backlog before it pushes. Times count from the
/// recording's start.
class RecordPipeline {
 public:
  /// `description`: the text of "record-mkv". Errors: "missing-plugin", "bad-pipeline", "cannot-write".
  static Result<std::shared_ptr<RecordPipeline>> create(Loop& loop, const std::string& description,
                                                        const std::string& file, int width, int height,
                                                        int framerate, PipelineReports reports);

  void push_video(const gst::EncodedFrame& frame, GstClockTime time);
  void push_audio(const std::int16_t* samples, std::size_t count, GstClockTime time);
  /// Costs no memory, however long.
  void push_silence(std::uint64_t samples, GstClockTime time);
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
  void send(GstAppSrc* source, gst::Ptr<GstBuffer> buffer);

  gst::Ptr<GstElement> pipeline_;
  gst::Ptr<GstElement> video_, audio_;
  gst::Ptr<GstBuffer> zeros_;  ///< one second of silence, shared by every silent buffer
  GstClockTime frame_duration_ = 0;
  gst::PadProbe priming_, caps_, gaps_, video_cpu_, audio_cpu_;
  gst::BusWatch watch_;
};

}  // namespace tessera::recording
