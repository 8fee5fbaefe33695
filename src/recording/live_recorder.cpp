#include "recording/live_recorder.hpp"

#include <sys/stat.h>

#include "base/log.hpp"
#include "gst/element.hpp"
#include "recording/live_manifest.hpp"
#include "recording/manifest.hpp"
#include "recording/part_files.hpp"

namespace tessera::recording {
namespace {

constexpr auto sync_period = std::chrono::seconds(1);

/// The highest part that a folder holds, live or finished; 0 when there is none.
int last_part_in(const std::string& directory) {
  const PartMap parts = part_files(directory);
  return parts.empty() ? 0 : parts.rbegin()->first;
}

WallTime last_written(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return wall_now();
  return WallTime(std::chrono::milliseconds(static_cast<std::int64_t>(info.st_mtim.tv_sec) * 1000 +
                                            info.st_mtim.tv_nsec / 1'000'000));
}

}  // namespace

Result<std::shared_ptr<Recorder>> Recorder::create(Loop& loop, Worker& worker, RecorderSpec spec,
                                                   std::function<void(RecorderState, std::string)> on_state) {
  auto recorder = std::make_shared<LiveRecorder>(loop, worker, std::move(spec), std::move(on_state));
  if (auto started = recorder->start(); !started) return started.error();
  return std::shared_ptr<Recorder>(std::move(recorder));
}

LiveRecorder::LiveRecorder(Loop& loop, Worker& worker, RecorderSpec spec, StateCallback on_state)
    : loop_(loop),
      worker_(worker),
      spec_(std::move(spec)),
      on_state_(std::move(on_state)),
      guard_({spec_.reserve_bytes, spec_.warn_before}),
      quota_guard_({.reserve = 1, .warn_before = spec_.warn_before}) {
  if (spec_.quota_bytes > 0) quota_ = std::make_shared<QuotaMeter>(spec_.directory);
  if (!spec_.clock) spec_.clock = std::make_shared<RecordedClock>();
}

LiveRecorder::~LiveRecorder() {
  sync_timer_.reset();
  hurry_timer_.reset();
  end_timer_.reset();
  // Dropped without stop(): the live files stay as they are, for recovery.
  for (const auto& [part, writer] : writers_) {
    writer->mute();
    worker_.run("abandon recording", [writer = writer, lock = lock_] { (void)writer->close(); });
  }
}

Result<void> LiveRecorder::start() {
  if (auto taken = take_folder(); !taken) return taken;
  auto manifest = load_manifest(spec_.directory);
  manifest_ = manifest && (*manifest)["id"].as_string() == spec_.id
                  ? std::move(*manifest)
                  : new_manifest(spec_.id, spec_.room, wall_now());
  for (const auto& [key, value] : spec_.details.members())
    if (!manifest_.has(key)) manifest_.set(key, value);
  if (spec_.format.has_video())
    manifest_.set("width", spec_.width).set("height", spec_.height).set("framerate", spec_.framerate);
  manifest_.set("format", spec_.format.name).set("closed", false);
  if (spec_.resume) resume_folder();

  const auto ns = [](std::chrono::milliseconds time) {
    return static_cast<GstClockTime>(time.count()) * GST_MSECOND;
  };
  {
    const std::lock_guard lock(feed_mutex_);
    CutterOutput& output = *this;  // its own decisions: nobody else's business
    cutter_.emplace(
        output,
        CutterSpec{.has_video = spec_.format.has_video(),
                   .frame_duration = GST_SECOND / static_cast<GstClockTime>(std::max(spec_.framerate, 1)),
                   .channels = spec_.channels,
                   .split_after = ns(spec_.split_after),
                   .stop_after = spec_.max_duration > before_     ? ns(spec_.max_duration - before_)
                                 : spec_.max_duration.count() > 0 ? 1
                                                                  : 0,
                   .paused = resumed_paused_,
                   .most_parts = max_parts - part_});
    next_writer_ = std::make_shared<PartWriter>(part_ + 1, spec_.directory + "/" + live_name(part_ + 1));
  }
  // The first part's pipeline at once: who starts a recording is told when it can not be.
  if (auto opened = open_writer(next_writer_); !opened) return opened;
  set_state(manifest_, name_of(state_));
  save();
  sync_timer_ = loop_.every(sync_period, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->sync();
  });
  return {};
}

Result<void> LiveRecorder::take_folder() {
  auto lock = FolderLock::try_take(spec_.directory);
  if (!lock) return lock.error();
  if (!lock->has_value()) return error("conflict", "{} is being recorded or finished", spec_.directory);
  part_ = last_part_in(spec_.directory);
  if (part_ >= max_parts) return error("conflict", "{} has all the parts it can have", spec_.directory);
  if (part_ > 0 && !spec_.resume) return error("conflict", "{} already holds a recording", spec_.directory);
  const auto space = free_bytes(spec_.directory);
  if (!space) return space.error();
  const std::uint64_t needed = spec_.reserve_bytes > 0 ? spec_.reserve_bytes + finishing_extra_bytes : 0;
  if (*space < needed)
    return error("disk-full",
                 "{} MB free for {}, and {} MB are needed to begin, most of them in reserve; make room and "
                 "start again",
                 *space / 1'000'000, spec_.directory, needed / 1'000'000);
  lock_ = std::make_shared<FolderLock>(std::move(**lock));
  reserve_manifest_space(spec_.directory);
  return {};
}

void LiveRecorder::resume_folder() {
  // What somebody paused stays paused until somebody resumes it.
  resumed_paused_ = spec_.paused || manifest_["state"].as_string() == "paused";
  before_ = note_crash(manifest_, last_written(spec_.directory + "/" + live_name(part_)),
                       resumed_paused_ ? "paused" : "crash");
  for (const auto& [part, files] : part_files(spec_.directory))
    largest_closed_ =
        std::max(largest_closed_, regular_file_size(spec_.directory + "/" + live_name(part)).value_or(0));
  if (!manifest_["parts"].items().empty()) part_reason_ = "crash";
  if (resumed_paused_) state_ = RecorderState::paused;
}

Result<void> LiveRecorder::open_writer(const WriterPtr& writer) {
  const auto report = [&loop = loop_, weak = weak_from_this()](auto work) {
    // Posted, because what follows takes down the bus watch that is speaking.
    loop.post([weak, work = std::move(work)] {
      if (const auto self = weak.lock()) work(*self);
    });
  };
  const int part = writer->part();
  auto opened = writer->open(
      loop_, {spec_.format, spec_.pipeline, spec_.width, spec_.height, spec_.framerate, spec_.channels},
      {.ended = [report, part] { report([part](LiveRecorder& self) { self.close_writer(part, true); }); },
       .failed = [report](Error failure) { report([failure](LiveRecorder& self) { self.fail(failure); }); }});
  if (opened) writers_[part] = writer;
  return opened;
}

GstClockTime LiveRecorder::clock() const {
  return spec_.now ? spec_.now() : gst::now();
}

std::chrono::milliseconds LiveRecorder::position(const RecordedClock::Place& place) const {
  return before_ + std::chrono::round<std::chrono::milliseconds>(std::chrono::nanoseconds(place.total));
}

void LiveRecorder::save() {
  worker_.run("save manifest", [directory = spec_.directory, manifest = manifest_] {
    if (auto saved = save_manifest(directory, manifest); !saved) log::warn("{}", saved.error().message);
  });
}

void LiveRecorder::report(RecorderEvent::Kind kind, const Moment& moment, Json details) {
  if (spec_.on_event) spec_.on_event({kind, moment.at, moment.place, std::move(details)});
}

void LiveRecorder::on_part(int part, const Moment& moment) {
  if (part_reason_ == "start") manifest_.set("startedAt", timestamp(moment.at));
  note_part(manifest_, {part, moment.at, position(moment.place), part_reason_,
                        spec_.format.has_video() ? spec_.width : 0, spec_.height});
  note_gap_end(manifest_, moment.at);
  Json details = Json::object({{"file", live_name(part)},
                               {"width", spec_.width},
                               {"height", spec_.height},
                               {"framerate", spec_.framerate},
                               {"format", spec_.format.name},
                               {"reason", part_reason_},
                               {"recording", spec_.id}});
  if (manifest_.has("name")) details.set("name", manifest_["name"]);
  report(RecorderEvent::Kind::part, moment, std::move(details));
  part_reason_ = "split";
  if (state_ == RecorderState::starting) {
    state_ = RecorderState::recording;
    set_state(manifest_, "recording");
    on_state_(RecorderState::recording, "");
  }
  save();
}

void LiveRecorder::on_paused(const Moment& moment) {
  note_gap(manifest_, moment.at, position(moment.place), "paused");
  report(RecorderEvent::Kind::paused, moment);
  save();
}

void LiveRecorder::on_resumed(const Moment& moment) {
  note_gap_end(manifest_, moment.at);
  report(RecorderEvent::Kind::resumed, moment);
  save();
}

void LiveRecorder::on_part_end(int part, std::chrono::milliseconds duration, const Moment& moment,
                               bool last) {
  if (state_ == RecorderState::failed || state_ == RecorderState::finishing) return;
  note_part_end(manifest_, part, duration);
  report(RecorderEvent::Kind::part_end, moment,
         Json::object({{"durationMs", static_cast<std::int64_t>(duration.count())}}));
  if (last && state_ != RecorderState::stopping) begin_stopping("max-duration");
  if (last) {
    manifest_.set("endedAt", timestamp(moment.at));
    note_gap_end(manifest_, moment.at);
    report(RecorderEvent::Kind::ended, moment, Json::object({{"reason", end_reason_}}));
  }
  save();
}

Result<void> LiveRecorder::pause() {
  if (state_ == RecorderState::paused) return {};
  if (state_ != RecorderState::recording)
    return error("conflict", "the recording is {}; only one that runs can be paused", name_of(state_));
  {
    const std::lock_guard lock(feed_mutex_);
    cutter_->pause(clock());
  }
  state_ = RecorderState::paused;
  set_state(manifest_, "paused");
  save();
  on_state_(RecorderState::paused, "");
  return {};
}

Result<void> LiveRecorder::resume() {
  if (state_ == RecorderState::recording) return {};
  if (state_ != RecorderState::paused)
    return error("conflict", "the recording is {}; only one that is paused can go on", name_of(state_));
  {
    const std::lock_guard lock(feed_mutex_);
    cutter_->resume(clock());
    asked_at_ = clock();
  }
  if (const auto& ask = spec_.begin_anew ? spec_.begin_anew : spec_.request_key_frame) ask();
  state_ = RecorderState::recording;
  set_state(manifest_, "recording");
  save();
  on_state_(RecorderState::recording, "");
  return {};
}

void LiveRecorder::split() {
  const std::lock_guard lock(feed_mutex_);
  cutter_->split();
}

void LiveRecorder::stop(const std::string& reason) {
  if (state_ != RecorderState::starting && state_ != RecorderState::recording &&
      state_ != RecorderState::paused)
    return;
  bool begun = false;
  {
    const std::lock_guard lock(feed_mutex_);
    begun = cutter_->begun();
    if (begun || spec_.resume) cutter_->stop(clock());
  }
  if (!begun && !spec_.resume) {
    end_reason_ = reason;
    return fail({spec_.format.has_video() ? "no-picture" : "no-sound",
                 "the recording was stopped before anything came to record"});
  }
  begin_stopping(reason);
  if (!begun) discard_unused();
}

}  // namespace tessera::recording
