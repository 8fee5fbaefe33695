#include "recording/pcm_timeline.hpp"

#include <algorithm>

namespace tessera::recording {
namespace {

constexpr GstClockTime kept_while_closed = GST_SECOND;

}  // namespace

std::int64_t samples_between(GstClockTime start, GstClockTime running_time) {
  const bool before = running_time < start;
  const GstClockTime distance = before ? start - running_time : running_time - start;
  const auto samples = static_cast<std::int64_t>(gst_util_uint64_scale_round(distance, pcm_rate, GST_SECOND));
  return before ? -samples : samples;
}

GstClockTime time_of_sample(std::uint64_t sample) {
  return gst_util_uint64_scale_round(sample, GST_SECOND, pcm_rate);
}

std::int64_t PcmTimeline::place_of(GstClockTime running_time) const {
  // As one distance where that is possible, so that no two roundings add up.
  if (running_time + position_ >= start_) return samples_between(start_, running_time + position_);
  return samples_between(start_, running_time) + samples_between(0, position_);
}

GstClockTime PcmTimeline::next() const {
  const GstClockTime time = time_of_sample(written_);
  return start_ + (time > position_ ? time - position_ : 0);
}

void PcmTimeline::add(GstClockTime running_time, std::span<const std::int16_t> interleaved) {
  const GstClockTime end = running_time + time_of_sample(interleaved.size() / channels_);
  heard_until_ = std::max(heard_until_, end);
  held_.push_back({running_time, {interleaved.begin(), interleaved.end()}});
  while (!open_ && held_.front().running_time + kept_while_closed < running_time) held_.pop_front();
}

void PcmTimeline::begin(GstClockTime start, GstClockTime position) {
  open_ = true;
  start_ = start;
  position_ = position;
  // To the very frame: what lies before the start is trimmed by its place, and stays out even where rounding
  // put the stretch before it one frame short.
  written_ = static_cast<std::uint64_t>(samples_between(0, position));
}

PcmRun PcmTimeline::take(GstClockTime until) {
  PcmRun run;
  if (!open_) return run;
  const std::int64_t limit = place_of(until);
  while (!held_.empty()) {
    Piece& piece = held_.front();
    const std::int64_t from = place_of(piece.running_time);
    const auto frames = static_cast<std::int64_t>(piece.samples.size() / channels_);
    const auto written = static_cast<std::int64_t>(written_);
    const std::int64_t first = std::max(from, written), last = std::min(from + frames, limit);
    if (from >= limit && from + frames > limit) break;
    if (first < last) {
      if (first > written) {
        const auto hole = static_cast<std::uint64_t>(first - written);
        if (run.sound.empty())
          run.silence += hole;
        else
          run.sound.insert(run.sound.end(), hole * channels_, 0);
      }
      const auto channels = static_cast<std::ptrdiff_t>(channels_);
      run.sound.insert(run.sound.end(), piece.samples.begin() + (first - from) * channels,
                       piece.samples.begin() + (last - from) * channels);
      written_ = static_cast<std::uint64_t>(last);
    }
    if (from + frames > limit) break;  // its rest comes later
    held_.pop_front();
  }
  return run;
}

PcmRun PcmTimeline::fill(GstClockTime until) {
  PcmRun run = take(until);
  const std::int64_t missing = open_ ? place_of(until) - static_cast<std::int64_t>(written_) : 0;
  if (missing <= 0) return run;
  if (run.sound.empty())
    run.silence += static_cast<std::uint64_t>(missing);
  else
    run.sound.insert(run.sound.end(), static_cast<std::size_t>(missing) * channels_, 0);
  written_ += static_cast<std::uint64_t>(missing);
  return run;
}

PcmRun PcmTimeline::end(GstClockTime until) {
  PcmRun run = fill(until);
  open_ = false;
  return run;
}

}  // namespace tessera::recording
