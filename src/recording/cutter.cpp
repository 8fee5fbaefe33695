#include "recording/cutter.hpp"

#include <algorithm>
#include <utility>

namespace tessera::recording {
namespace {

/// How long one stream may be missing before the other goes on without it. Far beyond any encoder's delay.
constexpr GstClockTime patience = GST_SECOND;
/// A missing picture is declared in steps of this, a missing sound is filled up to this before the picture.
constexpr GstClockTime step = 200 * GST_MSECOND;
/// How old a picture may be when it comes out of its encoder.
constexpr GstClockTime encoding_time = 100 * GST_MSECOND;

}  // namespace

Cutter::Cutter(CutterOutput& output, const CutterSpec& spec)
    : output_(output),
      spec_(spec),
      sound_(spec.channels),
      phase_(spec.paused ? Phase::paused : Phase::waiting) {}

GstClockTime Cutter::part_time() const {
  if (phase_ != Phase::running) return position_;
  return spec_.has_video ? std::max(position_, time_of(std::max(seen_end_, start_))) : time_of(sound_.next());
}

void Cutter::video(const gst::EncodedFrame& frame) {
  const GstClockTime at = frame.running_time;
  if (!spec_.has_video || phase_ == Phase::ended || phase_ == Phase::paused) return;
  if (phase_ == Phase::waiting) {
    if (!frame.key || at < from_) return;
    open(at);
  }
  if (at < start_) return;
  if (cut_at_ && at >= *cut_at_) return close(std::max(seen_end_, *cut_at_));
  if (frame.key && at > start_ && may_split() &&
      (split_ || (spec_.split_after > 0 && time_of(at) + slack() >= spec_.split_after)))
    next_part(at);
  const bool taken = output_.video(frame, time_of(at));
  seen_end_ = std::max(seen_end_, at + spec_.frame_duration);
  if (taken) video_end_ = std::max(video_end_, at + spec_.frame_duration);
  give_sound(seen_end_);
  if (at > sound_.next() + patience) append(sound_.fill(at - step));
  if (spec_.split_after > 0 && part_time() + slack() >= spec_.split_after) split();
  check_length(seen_end_);
}

void Cutter::sound(GstClockTime running_time, std::span<const std::int16_t> interleaved) {
  if (phase_ == Phase::ended || !output_.takes_sound()) return;
  const auto frames = interleaved.size() / static_cast<std::size_t>(spec_.channels);
  const GstClockTime end = running_time + time_of_sample(frames);
  sound_.add(running_time, interleaved);
  if (spec_.has_video) return bridge_missing_video();

  // Sound alone: cut to the sample.
  if (phase_ == Phase::waiting && end > from_) open(std::max(running_time, from_));
  if (phase_ != Phase::running) return;
  if (cut_at_ && end >= *cut_at_) return close(std::max(*cut_at_, sound_.next()));
  if (may_split() && (split_ || (spec_.split_after > 0 && time_of(running_time) >= spec_.split_after)))
    next_part(running_time);
  append(sound_.take(end));
  check_length(end);
}

void Cutter::bridge_missing_video() {
  if (phase_ != Phase::running) return;
  const GstClockTime heard = sound_.heard_until();
  const GstClockTime from = std::max(video_end_, skipped_until_);
  if (heard < video_end_ + patience || heard < from + step) return;
  if (cut_at_ && heard >= *cut_at_ + patience) return close(std::max(from, *cut_at_));
  const GstClockTime until = cut_at_ ? std::max(from, std::min(heard, *cut_at_)) : heard;
  if (until <= from) return;
  output_.no_video(time_of(from), time_of(until));
  skipped_until_ = until;
  append(sound_.take(until));
}

void Cutter::pause(GstClockTime at) {
  if (phase_ == Phase::running && !cut_at_) cut_at_ = at;
  if (phase_ == Phase::waiting) phase_ = Phase::paused;
}

void Cutter::resume(GstClockTime at) {
  if (phase_ == Phase::running && cut_at_ && !stop_) hurry();
  if (phase_ != Phase::paused) return;
  phase_ = Phase::waiting;
  // The next key frame may have been composed before it was known that the recording goes on, and is encoded
  // only now.
  from_ = std::max(at > encoding_time ? at - encoding_time : 0, closed_at_);
  resuming_ = begun_ || spec_.paused;
}

void Cutter::stop(GstClockTime at) {
  if (phase_ == Phase::ended || stop_) return;
  stop_ = true;
  if (phase_ == Phase::running) {
    cut_at_ = cut_at_ ? std::min(*cut_at_, at) : at;
    return;
  }
  phase_ = Phase::ended;
  if (part_open_) output_.end_part(at, position_, true);
  part_open_ = false;
}

void Cutter::split() {
  split_ = may_split();
}

void Cutter::hurry() {
  if (phase_ != Phase::running || !cut_at_) return;
  if (!spec_.has_video) return close(sound_.next());
  GstClockTime end = std::max({seen_end_, skipped_until_, start_});
  // Where pictures had ceased, the sound went on without them.
  const GstClockTime heard = sound_.heard_until();
  if (heard >= video_end_ + patience) end = std::max(end, std::min(heard, *cut_at_));
  close(end);
}

void Cutter::open(GstClockTime running_time) {
  if (part_open_ && split_) {
    output_.end_part(running_time, position_, false);
    part_open_ = false;
    before_ += position_;
  }
  if (!part_open_) position_ = 0;
  start_ = running_time;
  phase_ = Phase::running;
  video_end_ = seen_end_ = skipped_until_ = running_time;
  sound_.begin(running_time, position_);
  if (!part_open_) {
    ++parts_;
    output_.begin_part(running_time);
  }
  if (std::exchange(resuming_, false)) output_.resumed(running_time, position_);
  part_open_ = begun_ = true;
  split_ = false;
}

void Cutter::close(GstClockTime running_time) {
  append(sound_.end(running_time));
  position_ = time_of(running_time);
  closed_at_ = running_time;
  phase_ = Phase::paused;
  cut_at_.reset();
  if (!stop_) return output_.paused(running_time, position_);
  phase_ = Phase::ended;
  part_open_ = false;
  output_.end_part(running_time, position_, true);
}

void Cutter::next_part(GstClockTime running_time) {
  append(sound_.end(running_time));
  const GstClockTime length = time_of(running_time);
  output_.end_part(running_time, length, false);
  before_ += length;
  position_ = 0;
  start_ = running_time;
  video_end_ = seen_end_ = skipped_until_ = running_time;
  split_ = false;
  sound_.begin(running_time, 0);
  ++parts_;
  output_.begin_part(running_time);
}

void Cutter::check_length(GstClockTime running_time) {
  if (spec_.stop_after == 0 || stop_ || before_ + time_of(running_time) + slack() < spec_.stop_after) return;
  stop_ = full_ = true;
  close(running_time);
}

void Cutter::give_sound(GstClockTime until) {
  append(sound_.take(cut_at_ ? std::min(until, std::max(*cut_at_, seen_end_)) : until));
}

void Cutter::append(const PcmRun& run) {
  const auto frames = run.silence + run.sound.size() / static_cast<std::size_t>(spec_.channels);
  if (frames == 0) return;
  output_.sound(run, time_of_sample(sound_.written() - frames));
}

}  // namespace tessera::recording
