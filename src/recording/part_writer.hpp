#pragma once
#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "recording/files.hpp"
#include "recording/record_pipeline.hpp"

namespace tessera::recording {

/// One live file while it is written. A part begins on an encoder's thread, at a key frame, where no pipeline
/// can be built: until open() what comes is queued, a frame or two.
///
/// Owned by a LiveRecorder. The pushes come from any thread, one at a time; open(), mute() and state on the
/// control thread; sync() and close() may wait for the disk and run on the worker.
class PartWriter {
 public:
  PartWriter(int part, std::string path) : part_(part), path_(std::move(path)) {}

  /// Builds the pipeline and writes what is queued. Errors: as RecordPipeline::create.
  Result<void> open(Loop& loop, const RecordPipelineSpec& spec, PipelineReports reports);

  // Times count from the start of the part.
  /// False when the disk is behind and the frame is lost: then all are, to the next key frame.
  bool video(const gst::EncodedFrame& frame, GstClockTime time);
  void no_video(GstClockTime from, GstClockTime until);
  void sound(const PcmRun& run, GstClockTime time);
  [[nodiscard]] bool takes_sound() const;
  /// No more will come.
  void end();

  void mute();
  /// Waits until what is written is on the disk. Error: "disk-full", "cannot-write".
  Result<void> sync();
  /// Ends the pipeline, syncs, and leaves the size in bytes(). `end()` first when the file is to be whole.
  /// Error: what was written may not be on the disk.
  Result<void> close();

  [[nodiscard]] int part() const { return part_; }
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  using Step = std::function<void(RecordPipeline&)>;
  /// Now, or once the pipeline is there.
  void run(Step step);

  const int part_;
  const std::string path_;
  mutable std::mutex mutex_;  ///< guards pipeline_ and queue_
  std::shared_ptr<RecordPipeline> pipeline_;
  std::deque<Step> queue_;
  bool dropping_ = false;  ///< pushers only
  Descriptor file_;
  std::atomic<std::uint64_t> bytes_{0};
};

}  // namespace tessera::recording
