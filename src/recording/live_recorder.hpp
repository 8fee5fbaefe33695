#pragma once
#include <atomic>
#include <mutex>
#include <optional>

#include "recording/files.hpp"
#include "recording/names.hpp"
#include "recording/pcm_timeline.hpp"
#include "recording/record_pipeline.hpp"
#include "recording/recorder.hpp"

namespace tessera::recording {

/// The Recorder. Lives on the control thread; the pushers touch only `feed_` (under its mutex) and the
/// pipeline's queues. Whatever may wait for the disk (syncs, manifests, the pipeline's end) runs on the
/// worker, with copies of what it needs, so that it may outlive the recorder.
class LiveRecorder final : public Recorder, public std::enable_shared_from_this<LiveRecorder> {
 public:
  using StateCallback = std::function<void(RecorderState, std::string)>;

  LiveRecorder(Loop& loop, Worker& worker, RecorderSpec spec, StateCallback on_state);
  ~LiveRecorder() override;
  Result<void> start();

  void push_video(const gst::EncodedFrame& frame) override;
  void push_audio(GstClockTime running_time, const std::int16_t* samples, std::size_t count) override;
  void stop() override;
  [[nodiscard]] RecorderState state() const override { return state_; }
  [[nodiscard]] Json describe() const override;

 private:
  /// What the pushers share. Times are running times unless they are said to count from the start.
  struct Feed {
    bool open = true;
    std::optional<GstClockTime> start;  ///< of the first key frame
    WallTime started_at{};              ///< the same moment by the wall clock
    GstClockTime video_end = 0;
    GstClockTime skipped_until = 0;  ///< pictures up to here were declared missing
    bool dropping = false;           ///< until the next key frame
    std::uint64_t dropped_frames = 0;
    std::uint64_t silent_samples = 0;
    PcmTimeline sound;
  };
  /// What outlives the recorder on the worker until the file is closed.
  struct Session {
    std::shared_ptr<RecordPipeline> pipeline;
    std::optional<FolderLock> lock;
    Descriptor file;  ///< of the live file, for syncing
    std::atomic<std::uint64_t> bytes{0};
    std::atomic<bool> syncing{false};
  };

  // With feed_mutex_ held:
  void append(PcmRun run);
  bool backlog_allows(bool key);
  void bridge_silence(GstClockTime video_time);
  void bridge_missing_video();

  void begun();
  void sync();
  void ended();
  void fail(Error failure);
  void close(RecorderState last, bool whole, std::string message);
  void save();
  void note_figures();

  Loop& loop_;
  Worker& worker_;
  const RecorderSpec spec_;
  StateCallback on_state_;
  std::atomic<RecorderState> state_{RecorderState::starting};
  Json manifest_;
  mutable std::mutex feed_mutex_;
  Feed feed_;
  std::shared_ptr<Session> session_;
  SourceGuard sync_timer_, end_timer_;
};

}  // namespace tessera::recording
