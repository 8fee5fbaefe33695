#include "recording/live_recorder.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/log.hpp"
#include "gst/element.hpp"
#include "recording/manifest.hpp"

namespace tessera::recording {
namespace {

/// What may wait for the disk before frames are dropped.
constexpr GstClockTime max_backlog = 2 * GST_SECOND;
/// How long one stream may be missing before the other goes on without it. Far beyond any encoder's delay.
constexpr GstClockTime patience = GST_SECOND;
/// A missing picture is declared in steps of this, a missing sound is filled up to this before the picture.
constexpr GstClockTime step = 200 * GST_MSECOND;
constexpr auto sync_period = std::chrono::seconds(1);
constexpr auto end_deadline = std::chrono::seconds(10);

}  // namespace

std::string_view name_of(RecorderState state) {
  switch (state) {
    case RecorderState::starting:
      return "starting";
    case RecorderState::recording:
      return "recording";
    case RecorderState::stopping:
      return "stopping";
    case RecorderState::finishing:
      return "finishing";
    case RecorderState::failed:
      return "failed";
  }
  return "?";
}

Result<std::shared_ptr<Recorder>> Recorder::create(Loop& loop, Worker& worker, RecorderSpec spec,
                                                   std::function<void(RecorderState, std::string)> on_state) {
  auto recorder = std::make_shared<LiveRecorder>(loop, worker, std::move(spec), std::move(on_state));
  if (auto started = recorder->start(); !started) return started.error();
  return std::shared_ptr<Recorder>(std::move(recorder));
}

LiveRecorder::LiveRecorder(Loop& loop, Worker& worker, RecorderSpec spec, StateCallback on_state)
    : loop_(loop), worker_(worker), spec_(std::move(spec)), on_state_(std::move(on_state)) {}

LiveRecorder::~LiveRecorder() {
  sync_timer_.reset();
  end_timer_.reset();
  if (!session_) return;
  // Dropped without stop(): the live file stays as it is, for recovery.
  session_->pipeline->mute();
  worker_.run("abandon recording", [session = std::move(session_)] { session->pipeline->close(); });
}

Result<void> LiveRecorder::start() {
  const std::string file = spec_.directory + "/" + live_file;
  auto lock = FolderLock::try_take(spec_.directory);
  if (!lock) return lock.error();
  if (!lock->has_value() || regular_file_size(file) || regular_file_size(spec_.directory + "/" + final_file))
    return error("conflict", "{} already holds a recording", spec_.directory);
  const auto space = free_bytes(spec_.directory);
  if (!space) return space.error();
  if (*space < spec_.reserve_bytes)
    return error("disk-full", "{} MB free for {}, and {} MB are kept in reserve; make room and start again",
                 *space / 1'000'000, spec_.directory, spec_.reserve_bytes / 1'000'000);

  auto session = std::make_shared<Session>();
  const auto weak = weak_from_this();
  auto pipeline =
      RecordPipeline::create(loop_, spec_.pipeline, file, spec_.width, spec_.height, spec_.framerate,
                             // Posted, because what follows takes down the bus watch that is speaking.
                             {.ended =
                                  [&loop = loop_, weak] {
                                    loop.post([weak] {
                                      if (auto self = weak.lock()) self->ended();
                                    });
                                  },
                              .failed =
                                  [&loop = loop_, weak](Error failure) {
                                    loop.post([weak, failure] {
                                      if (auto self = weak.lock()) self->fail(failure);
                                    });
                                  }});
  if (!pipeline) return pipeline.error();
  session->pipeline = std::move(*pipeline);
  session->file = Descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  session->lock = std::move(*lock);
  session_ = std::move(session);

  manifest_ = new_manifest(spec_.id, spec_.room, wall_now());
  for (const auto& [key, value] : spec_.details.members())
    if (!manifest_.has(key)) manifest_.set(key, value);
  manifest_.set("files", Json::array({live_file}));
  manifest_.set("width", spec_.width).set("height", spec_.height).set("framerate", spec_.framerate);
  save();
  sync_timer_ = loop_.every(sync_period, [weak] {
    if (auto self = weak.lock()) self->sync();
  });
  return {};
}

void LiveRecorder::push_video(const gst::EncodedFrame& frame) {
  if (frame.codec != gst::Codec::h264 || !frame.buffer || !GST_CLOCK_TIME_IS_VALID(frame.running_time))
    return;
  bool ask = false;
  {
    const std::lock_guard lock(feed_mutex_);
    if (!feed_.open) return;
    if (!feed_.start) {
      if (!frame.key) return;
      feed_.start = frame.running_time;
      if (spec_.clock) spec_.clock->run(1, frame.running_time, 0);
      append(feed_.sound.begin(frame.running_time));
      // The wall-clock time of the first picture, which was taken before it got here.
      const GstClockTime now = gst::now();
      feed_.started_at =
          wall_now() -
          std::chrono::milliseconds(now > frame.running_time ? (now - frame.running_time) / GST_MSECOND : 0);
      loop_.post([weak = weak_from_this()] {
        if (auto self = weak.lock()) self->begun();
      });
    }
    if (frame.running_time < *feed_.start) return;
    if (backlog_allows(frame.key)) {
      session_->pipeline->push_video(frame, frame.running_time - *feed_.start);
      const GstClockTime duration = GST_SECOND / static_cast<GstClockTime>(std::max(spec_.framerate, 1));
      feed_.video_end = std::max(feed_.video_end, frame.running_time + duration);
      bridge_silence(frame.running_time);
    } else {
      ask = feed_.dropped_frames % static_cast<std::uint64_t>(std::max(spec_.framerate, 1)) == 0;
      ++feed_.dropped_frames;
    }
  }
  if (ask && spec_.request_key_frame) spec_.request_key_frame();
}

bool LiveRecorder::backlog_allows(bool key) {
  if (session_->pipeline->video_backlog() > max_backlog)
    feed_.dropping = true;
  else if (key)
    feed_.dropping = false;
  return !feed_.dropping;
}

void LiveRecorder::push_audio(GstClockTime running_time, const std::int16_t* samples, std::size_t count) {
  if (!GST_CLOCK_TIME_IS_VALID(running_time)) return;
  const std::lock_guard lock(feed_mutex_);
  if (!feed_.open) return;
  // What does not fit is left out; the next that fits is preceded by as much silence.
  if (feed_.start && session_->pipeline->audio_backlog() > max_backlog) return;
  append(feed_.sound.add(running_time, {samples, count}));
  if (feed_.start) bridge_missing_video();
}

void LiveRecorder::append(PcmRun run) {
  const std::uint64_t total = run.silence + run.sound.size();
  if (total == 0) return;
  const std::uint64_t first = feed_.sound.written() - total;
  feed_.silent_samples += run.silence;
  session_->pipeline->push_silence(run.silence, time_of_sample(first));
  if (!run.sound.empty())
    session_->pipeline->push_audio(run.sound.data(), run.sound.size(), time_of_sample(first + run.silence));
}

void LiveRecorder::bridge_silence(GstClockTime video_time) {
  if (video_time > feed_.sound.end() + patience) append(feed_.sound.fill_until(video_time - step));
}

void LiveRecorder::bridge_missing_video() {
  const GstClockTime sound = feed_.sound.end();
  const GstClockTime from = std::max(feed_.video_end, feed_.skipped_until);
  if (sound < feed_.video_end + patience || sound < from + step) return;
  session_->pipeline->skip_video(from - *feed_.start, sound - *feed_.start);
  feed_.skipped_until = sound;
}

void LiveRecorder::begun() {
  if (state_ != RecorderState::starting) return;
  state_ = RecorderState::recording;
  {
    const std::lock_guard lock(feed_mutex_);
    manifest_.set("startedAt", timestamp(feed_.started_at));
  }
  set_state(manifest_, "recording");
  save();
  on_state_(RecorderState::recording, "");
}

void LiveRecorder::save() {
  worker_.run("save manifest", [directory = spec_.directory, manifest = manifest_] {
    if (auto saved = save_manifest(directory, manifest); !saved) log::warn("{}", saved.error().message);
  });
}

void LiveRecorder::sync() {
  if (!session_ || session_->syncing.exchange(true)) return;  // the disk is slower than the timer
  worker_.run("sync recording", [&loop = loop_, weak = weak_from_this(), session = session_] {
    struct stat info {};
    const bool synced = ::fdatasync(session->file.get()) == 0;
    const int code = errno;
    if (::fstat(session->file.get(), &info) == 0) session->bytes = static_cast<std::uint64_t>(info.st_size);
    session->syncing = false;
    if (synced) return;
    loop.post([weak, failure = error(code == ENOSPC ? "disk-full" : "cannot-write",
                                     "cannot sync the live file: {}", std::strerror(code))] {
      if (auto self = weak.lock()) self->fail(failure);
    });
  });
}

void LiveRecorder::stop() {
  if (state_ != RecorderState::starting && state_ != RecorderState::recording) return;
  bool anything = false;
  {
    const std::lock_guard lock(feed_mutex_);
    feed_.open = false;
    anything = feed_.start.has_value();
    if (anything) {
      append(feed_.sound.fill_until(feed_.video_end));
      session_->pipeline->end();
    }
  }
  if (!anything) return fail({"no-picture", "the recording was stopped before its first picture came"});
  if (state_ == RecorderState::starting) begun();  // its own message is still on the way
  state_ = RecorderState::stopping;
  set_state(manifest_, "stopping");
  save();
  on_state_(RecorderState::stopping, "");
  end_timer_ = loop_.after(end_deadline, [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (!self || self->state_ != RecorderState::stopping) return;
    log::warn("recording {}: the disk does not take the end; closing without it", self->spec_.id);
    self->close(RecorderState::finishing, false, "");
  });
}

void LiveRecorder::ended() {
  if (state_ == RecorderState::stopping) close(RecorderState::finishing, true, "");
}

void LiveRecorder::fail(Error failure) {
  if (state_ == RecorderState::failed || state_ == RecorderState::finishing || !session_) return;
  log::error("recording {}: {}", spec_.id, failure.message);
  state_ = RecorderState::failed;
  set_error(manifest_, failure);
  close(RecorderState::failed, false, failure.code + ": " + failure.message);
}

void LiveRecorder::close(RecorderState last, bool whole, std::string message) {
  sync_timer_.reset();
  end_timer_.reset();
  note_figures();
  set_state(manifest_, name_of(last));
  manifest_.set("closed", whole);
  if (!session_) return;
  session_->pipeline->mute();
  worker_.run("close recording", [&loop = loop_, weak = weak_from_this(), session = std::move(session_),
                                  directory = spec_.directory, manifest = manifest_, last,
                                  message = std::move(message)]() mutable {
    session->pipeline->close();
    if (::fsync(session->file.get()) != 0) log::warn("cannot sync {}: {}", directory, std::strerror(errno));
    struct stat info {};
    if (::fstat(session->file.get(), &info) == 0)
      manifest.set("bytes", static_cast<std::int64_t>(info.st_size));
    if (auto saved = save_manifest(directory, manifest); !saved) log::warn("{}", saved.error().message);
    session.reset();  // gives the lock back: the finisher may start
    loop.post([weak, last, message] {
      const auto self = weak.lock();
      if (!self) return;
      self->state_ = last;
      self->on_state_(last, message);
    });
  });
}

void LiveRecorder::note_figures() {
  const std::lock_guard lock(feed_mutex_);
  feed_.open = false;
  manifest_.set("endedAt", timestamp(wall_now()));
  if (!feed_.start) return;
  const GstClockTime end = std::max(feed_.video_end, feed_.sound.end());
  if (spec_.clock) spec_.clock->hold(end);
  manifest_.set("durationMs", static_cast<std::int64_t>((end - *feed_.start) / GST_MSECOND));
  manifest_.set("droppedFrames", static_cast<std::int64_t>(feed_.dropped_frames));
  manifest_.set("silenceMs", static_cast<std::int64_t>(feed_.silent_samples * 1000 / pcm_rate));
}

Json LiveRecorder::describe() const {
  const std::lock_guard lock(feed_mutex_);
  const GstClockTime end = std::max(feed_.video_end, feed_.sound.end());
  return Json::object(
      {{"id", spec_.id},
       {"state", name_of(state_)},
       {"startedAt", manifest_["startedAt"]},
       {"durationMs", static_cast<std::int64_t>(feed_.start ? (end - *feed_.start) / GST_MSECOND : 0)},
       {"bytes", session_ ? static_cast<std::int64_t>(session_->bytes) : manifest_["bytes"].as_int()}});
}

}  // namespace tessera::recording
