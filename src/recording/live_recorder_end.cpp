// How a recording ends, and what is done each second so that it may end at any moment.
#include <unistd.h>

#include <algorithm>

#include "base/log.hpp"
#include "recording/live_manifest.hpp"
#include "recording/live_recorder.hpp"
#include "recording/manifest.hpp"
#include "recording/part_files.hpp"

namespace tessera::recording {
namespace {

/// How long a stop waits for the picture at which it is to happen.
constexpr auto hurry_after = std::chrono::milliseconds(300);
constexpr auto end_deadline = std::chrono::seconds(10);

}  // namespace

std::string_view name_of(RecorderState state) {
  switch (state) {
    case RecorderState::starting:
      return "starting";
    case RecorderState::recording:
      return "recording";
    case RecorderState::paused:
      return "paused";
    case RecorderState::stopping:
      return "stopping";
    case RecorderState::finishing:
      return "finishing";
    case RecorderState::failed:
      return "failed";
  }
  return "?";
}

void LiveRecorder::begin_stopping(const std::string& reason) {
  state_ = RecorderState::stopping;
  end_reason_ = reason;
  manifest_.set("endReason", reason);
  set_state(manifest_, "stopping");
  save();
  on_state_(RecorderState::stopping, "");
  hurry_timer_ = loop_.after(hurry_after, [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (!self) return;
    const std::lock_guard lock(self->feed_mutex_);
    self->cutter_->hurry();
  });
  end_timer_ = loop_.after(end_deadline, [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (!self || self->state_ != RecorderState::stopping) return;
    log::warn("recording {}: the disk does not take the end; closing without it", self->spec_.id);
    const auto left = self->writers_;
    for (const auto& [part, writer] : left) self->close_writer(part, false);
  });
}

void LiveRecorder::close_writer(int part, bool whole) {
  const auto found = writers_.find(part);
  if (found == writers_.end()) return;
  const WriterPtr writer = std::move(found->second);
  writers_.erase(found);
  closing_[part] = writer;
  writer->mute();
  worker_.run("close recording", [&loop = loop_, weak = weak_from_this(), writer, part, whole, lock = lock_] {
    const bool safe = writer->close().ok();
    loop.post([weak, part, bytes = writer->bytes(), whole = whole && safe] {
      if (const auto self = weak.lock()) self->on_closed(part, bytes, whole);
    });
  });
}

// Taken over from a process that died, and ended before the first picture: what this process made holds
// nothing.
void LiveRecorder::discard_unused() {
  const WriterPtr unused = next_writer_;
  writers_.erase(unused->part());
  unused->mute();
  worker_.run("discard part", [&loop = loop_, weak = weak_from_this(), unused, lock = lock_] {
    (void)unused->close();
    ::unlink(unused->path().c_str());
    loop.post([weak] {
      if (const auto self = weak.lock()) self->complete(RecorderState::finishing, "");
    });
  });
}

void LiveRecorder::on_closed(int part, std::uint64_t bytes, bool whole) {
  closing_.erase(part);
  closed_bytes_ += bytes;
  largest_closed_ = std::max(largest_closed_, bytes);
  note_part_closed(manifest_, part, bytes, whole);
  if (state_ == RecorderState::stopping && writers_.empty() && closing_.empty())
    complete(RecorderState::finishing, "");
  else if (state_ != RecorderState::failed)
    save();
}

void LiveRecorder::fail(const Error& failure) {
  if (state_ == RecorderState::failed || state_ == RecorderState::finishing || !lock_) return;
  log::error("recording {}: {}", spec_.id, failure.message);
  state_ = RecorderState::failed;
  set_error(manifest_, failure);
  if (!manifest_.has("endReason")) manifest_.set("endReason", failure.code);
  {
    const std::lock_guard lock(feed_mutex_);
    if (cutter_) {
      cutter_->stop(0);  // takes nothing more; the files are closed as they are
      cutter_->hurry();
    }
  }
  const auto left = std::exchange(writers_, {});
  for (const auto& [part, writer] : left) {
    writer->mute();
    worker_.run("close recording", [writer = writer, lock = lock_] { (void)writer->close(); });
  }
  complete(RecorderState::failed, failure.code + ": " + failure.message);
}

void LiveRecorder::complete(RecorderState last, const std::string& message) {
  sync_timer_.reset();
  hurry_timer_.reset();
  end_timer_.reset();
  note_figures();
  set_state(manifest_, name_of(last));
  bool whole = last == RecorderState::finishing;
  for (const Json& part : manifest_["parts"].items()) whole = whole && part["closed"].as_bool();
  manifest_.set("closed", whole);
  worker_.run("close recording",
              [&loop = loop_, weak = weak_from_this(), lock = std::move(lock_), directory = spec_.directory,
               manifest = manifest_, last, message]() mutable {
                if (auto saved = save_manifest(directory, manifest); !saved)
                  log::warn("{}", saved.error().message);
                lock.reset();  // the finisher may start
                loop.post([weak, last, message] {
                  const auto self = weak.lock();
                  if (!self) return;
                  self->state_ = last;
                  self->on_state_(last, message);
                });
              });
}

void LiveRecorder::sync() {
  if (writers_.empty() || syncing_->exchange(true)) return;  // the disk is slower than the timer
  std::vector<WriterPtr> writers;
  for (const auto& [part, writer] : writers_) writers.push_back(writer);
  worker_.run("sync recording", [&loop = loop_, weak = weak_from_this(), writers = std::move(writers),
                                 directory = spec_.directory, quota = quota_, syncing = syncing_,
                                 reserve = spec_.reserve_bytes, to_finish = bytes_to_finish()] {
    Result<void> synced;
    for (const WriterPtr& writer : writers)
      if (auto one = writer->sync(); !one) synced = std::move(one);
    auto free = free_bytes(directory);
    const std::uint64_t held = quota ? quota->held(std::chrono::steady_clock::now()) : 0;
    // What others' finishers write now, beside live files that go then, comes back.
    std::uint64_t needed = to_finish;
    if (free && *free < reserve + needed) {
      needed -= std::min(needed, being_finished_beside(directory));
      free = free_bytes(directory);  // one may have been done with in between
    }
    *syncing = false;
    loop.post([weak, synced, free, held, needed] {
      const auto self = weak.lock();
      if (!self) return;
      if (!synced) return self->fail(synced.error());
      if (free) self->on_synced(*free, held, needed);
    });
  });
}

void LiveRecorder::on_synced(std::uint64_t free, std::uint64_t held, std::uint64_t to_finish) {
  const auto live = [this] { return state_ == RecorderState::recording || state_ == RecorderState::paused; };
  if (!live()) return;
  Moment here;
  std::uint64_t dropped = 0;
  {
    const std::lock_guard lock(feed_mutex_);
    here = moment(clock());
    dropped = dropped_frames_;
    if (spec_.split_bytes > 0 && writer_ && writer_->bytes() >= spec_.split_bytes) cutter_->split();
  }
  if (dropped > reported_drops_) {
    report(RecorderEvent::Kind::dropped, here,
           Json::object({{"frames", static_cast<std::int64_t>(dropped - reported_drops_)}}));
    reported_drops_ = dropped;
  }
  watch_disk(free, to_finish, here);
  if (quota_ && live()) watch_quota(held, here);
}

void LiveRecorder::watch_disk(std::uint64_t free, std::uint64_t to_finish, const Moment& here) {
  outlook_ = guard_.look(std::chrono::steady_clock::now(), free, total_bytes(), to_finish);
  if (outlook_.verdict == DiskOutlook::Verdict::warn)
    foretell("disk-low", "The disk of the recordings", *outlook_.left, here);
  else if (outlook_.verdict == DiskOutlook::Verdict::stop)
    end_for(
        "disk-low", "disk-full",
        fmt::format("The recording ends: the disk has {} MB left, of which {} MB are kept in reserve, and "
                    "{} MB are needed to finish it.",
                    free / 1'000'000, spec_.reserve_bytes / 1'000'000, to_finish / 1'000'000),
        here);
}

/// The room's quota is a disk of its own.
void LiveRecorder::watch_quota(std::uint64_t held, const Moment& here) {
  const std::uint64_t free = spec_.quota_bytes > held ? spec_.quota_bytes - held : 0;
  const DiskOutlook outlook = quota_guard_.look(std::chrono::steady_clock::now(), free, held);
  if (outlook.verdict == DiskOutlook::Verdict::warn)
    foretell("quota-low", "What this room's recordings may hold", *outlook.left, here);
  else if (outlook.verdict == DiskOutlook::Verdict::stop)
    end_for("quota-exceeded", "quota-exceeded",
            "The recording ends: this room's recordings hold as much as they may.", here);
}

void LiveRecorder::foretell(const char* code, std::string_view what, std::chrono::seconds left,
                            const Moment& here) {
  const std::string text = forecast_text(what, left);
  log::warn("recording {}: {}", spec_.id, text);
  report(RecorderEvent::Kind::warning, here,
         Json::object(
             {{"code", code}, {"text", text}, {"secondsLeft", static_cast<std::int64_t>(left.count())}}));
}

void LiveRecorder::end_for(const char* reason, const char* code, const std::string& text,
                           const Moment& here) {
  log::error("recording {}: {}", spec_.id, text);
  report(RecorderEvent::Kind::warning, here, Json::object({{"code", code}, {"text", text}}));
  stop(reason);
}

// Parts are finished one after the other: each beside its live file, which goes then.
std::uint64_t LiveRecorder::bytes_to_finish() const {
  if (spec_.reserve_bytes == 0) return 0;  // nobody wants to be kept from filling the disk
  std::uint64_t largest = largest_closed_;
  for (const auto* writers : {&writers_, &closing_})
    for (const auto& [part, writer] : *writers) largest = std::max(largest, writer->bytes());
  std::int64_t changed_ms = 0;
  if (manifest_["loudness"].is_number()) {
    const std::lock_guard lock(feed_mutex_);
    const auto recorded = std::chrono::nanoseconds(cutter_ ? cutter_->recorded() : 0) + before_;
    changed_ms = spec_.format.audio == AudioCodec::pcm
                     ? as_large_as_the_part
                     : std::chrono::duration_cast<std::chrono::milliseconds>(recorded).count();
  }
  return finishing_bytes(largest, changed_ms) + finishing_extra_bytes;
}

std::uint64_t LiveRecorder::total_bytes() const {
  std::uint64_t bytes = closed_bytes_;
  for (const auto* writers : {&writers_, &closing_})
    for (const auto& [part, writer] : *writers) bytes += writer->bytes();
  return bytes;
}

void LiveRecorder::note_figures() {
  const std::lock_guard lock(feed_mutex_);
  if (!manifest_.has("endedAt")) manifest_.set("endedAt", timestamp(wall_now()));
  manifest_.set("bytes", static_cast<std::int64_t>(closed_bytes_));
  if (!cutter_ || !cutter_->begun()) return;
  const auto recorded = std::chrono::nanoseconds(cutter_->recorded()) + before_;
  manifest_.set("durationMs",
                static_cast<std::int64_t>(std::chrono::round<std::chrono::milliseconds>(recorded).count()));
  manifest_.set("droppedFrames", static_cast<std::int64_t>(dropped_frames_));
  manifest_.set("silenceMs", static_cast<std::int64_t>(silent_frames_ * 1000 / pcm_rate));
}

Json LiveRecorder::describe() const {
  const std::lock_guard lock(feed_mutex_);
  const auto recorded = std::chrono::nanoseconds(cutter_ ? cutter_->recorded() : 0) + before_;
  Json about = Json::object(
      {{"id", spec_.id},
       {"state", name_of(state_)},
       {"format", spec_.format.name},
       {"startedAt", manifest_["startedAt"]},
       {"durationMs",
        static_cast<std::int64_t>(std::chrono::round<std::chrono::milliseconds>(recorded).count())},
       {"bytes", static_cast<std::int64_t>(total_bytes())},
       {"part", std::max(part_, 1)},
       {"droppedFrames", static_cast<std::int64_t>(dropped_frames_)}});
  if (manifest_.has("name")) about.set("name", manifest_["name"]);
  about.set("chat", manifest_["chat"].as_bool());
  if (outlook_.left) about.set("diskSecondsLeft", static_cast<std::int64_t>(outlook_.left->count()));
  if (!end_reason_.empty()) about.set("endReason", end_reason_);
  return about;
}

}  // namespace tessera::recording
