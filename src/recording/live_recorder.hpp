#pragma once
#include <atomic>
#include <map>
#include <mutex>
#include <optional>

#include "recording/cutter.hpp"
#include "recording/disk_guard.hpp"
#include "recording/files.hpp"
#include "recording/part_writer.hpp"
#include "recording/quota.hpp"
#include "recording/recorder.hpp"

namespace tessera::recording {

/// The Recorder. Lives on the control thread; the pushers touch only what `feed_mutex_` guards and the
/// pipelines' queues: the cutter decides there, and what it decided is told to the control thread by posting.
/// Whatever may wait for the disk (syncs, manifests, a pipeline's end) runs on the worker, with copies of
/// what it needs, so that it may outlive the recorder.
class LiveRecorder final : public Recorder,
                           private CutterOutput,
                           public std::enable_shared_from_this<LiveRecorder> {
 public:
  using StateCallback = std::function<void(RecorderState, std::string)>;

  LiveRecorder(Loop& loop, Worker& worker, RecorderSpec spec, StateCallback on_state);
  ~LiveRecorder() override;
  Result<void> start();

  void push_video(const gst::EncodedFrame& frame) override;
  void push_audio(GstClockTime running_time, const std::int16_t* samples, std::size_t count) override;
  Result<void> pause() override;
  Result<void> resume() override;
  void split() override;
  void stop(const std::string& reason) override;
  [[nodiscard]] RecorderState state() const override { return state_; }
  [[nodiscard]] Json describe() const override;

 private:
  using WriterPtr = std::shared_ptr<PartWriter>;

  // The cutter's decisions (live_recorder_feed.cpp): feed_mutex_ is held, on any thread.
  void begin_part(GstClockTime running_time) override;
  bool video(const gst::EncodedFrame& frame, GstClockTime time) override;
  void no_video(GstClockTime from, GstClockTime until) override;
  void sound(const PcmRun& run, GstClockTime time) override;
  bool takes_sound() override;
  void paused(GstClockTime running_time, GstClockTime time) override;
  void resumed(GstClockTime running_time, GstClockTime time) override;
  void end_part(GstClockTime running_time, GstClockTime time, bool last) override;
  [[nodiscard]] bool key_frame_due(GstClockTime running_time);
  /// A moment as events tell it.
  struct Moment {
    WallTime at{};
    RecordedClock::Place place;
  };
  [[nodiscard]] Moment moment(GstClockTime running_time) const;
  template <typename Work>
  void tell(Work work);

  // On the control thread.
  Result<void> take_folder();
  void resume_folder();
  Result<void> open_writer(const WriterPtr& writer);
  void on_part(int part, const Moment& moment);
  void on_paused(const Moment& moment);
  void on_resumed(const Moment& moment);
  void on_part_end(int part, std::chrono::milliseconds duration, const Moment& moment, bool last);
  void begin_stopping(const std::string& reason);
  void close_writer(int part, bool whole);
  void discard_unused();
  void on_closed(int part, std::uint64_t bytes, bool whole);
  void complete(RecorderState last, const std::string& message);
  void fail(const Error& failure);
  void sync();
  void on_synced(std::uint64_t free, std::uint64_t held, std::uint64_t to_finish);
  void watch_disk(std::uint64_t free, std::uint64_t to_finish, const Moment& here);
  void watch_quota(std::uint64_t held, const Moment& here);
  void foretell(const char* code, std::string_view what, std::chrono::seconds left, const Moment& here);
  void end_for(const char* reason, const char* code, const std::string& text, const Moment& here);
  void note_figures();
  void save();
  void report(RecorderEvent::Kind kind, const Moment& moment, Json details = Json::object());
  void post(std::function<void(LiveRecorder&)> work);
  [[nodiscard]] GstClockTime clock() const;
  [[nodiscard]] std::uint64_t total_bytes() const;
  /// What its finisher needs. (The reserve is beyond that: for what is recorded until it has ended.)
  [[nodiscard]] std::uint64_t bytes_to_finish() const;
  /// Over all parts, those of processes before this one counted.
  [[nodiscard]] std::chrono::milliseconds position(const RecordedClock::Place& place) const;

  Loop& loop_;
  Worker& worker_;
  RecorderSpec spec_;  ///< as given, but for the clock
  StateCallback on_state_;
  std::atomic<RecorderState> state_{RecorderState::starting};

  // Control thread.
  Json manifest_;
  std::shared_ptr<FolderLock> lock_;
  std::map<int, WriterPtr> writers_;  ///< not closed yet
  std::map<int, WriterPtr> closing_;  ///< the worker is closing them
  std::uint64_t closed_bytes_ = 0, largest_closed_ = 0;
  std::chrono::milliseconds before_{0};  ///< recorded by processes before this one
  std::string part_reason_ = "start", end_reason_;
  bool resumed_paused_ = false;  ///< took over a recording that was paused
  DiskGuard guard_, quota_guard_;
  std::shared_ptr<QuotaMeter> quota_;  ///< null without a quota; used on the worker
  DiskOutlook outlook_;
  std::uint64_t reported_drops_ = 0;
  std::shared_ptr<std::atomic<bool>> syncing_ = std::make_shared<std::atomic<bool>>(false);

  // What the pushers share.
  mutable std::mutex feed_mutex_;
  std::optional<Cutter> cutter_;
  WriterPtr writer_, next_writer_;
  int part_ = 0;
  std::uint64_t dropped_frames_ = 0, silent_frames_ = 0;
  GstClockTime asked_at_ = GST_CLOCK_TIME_NONE;

  SourceGuard sync_timer_, hurry_timer_, end_timer_;
};

}  // namespace tessera::recording
