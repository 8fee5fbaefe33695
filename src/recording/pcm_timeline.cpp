#include "recording/pcm_timeline.hpp"

namespace tessera::recording {

std::int64_t samples_between(GstClockTime start, GstClockTime running_time) {
  const bool before = running_time < start;
  const GstClockTime distance = before ? start - running_time : running_time - start;
  const auto samples = static_cast<std::int64_t>(gst_util_uint64_scale_round(distance, pcm_rate, GST_SECOND));
  return before ? -samples : samples;
}

GstClockTime time_of_sample(std::uint64_t sample) {
  return gst_util_uint64_scale_round(sample, GST_SECOND, pcm_rate);
}

PcmRun PcmTimeline::begin(GstClockTime start) {
  begun_ = true;
  start_ = start;
  PcmRun all;
  for (const Early& early : early_) {
    PcmRun run = add(early.running_time, early.samples);
    // A hole between two early pieces: the silence has to stand between their sounds.
    if (all.sound.empty())
      all.silence += run.silence;
    else
      all.sound.insert(all.sound.end(), run.silence, 0);
    all.sound.insert(all.sound.end(), run.sound.begin(), run.sound.end());
  }
  early_.clear();
  return all;
}

PcmRun PcmTimeline::add(GstClockTime running_time, std::span<const std::int16_t> samples) {
  if (!begun_) {
    early_.push_back({running_time, {samples.begin(), samples.end()}});
    while (early_.front().running_time + GST_SECOND < running_time) early_.pop_front();
    return {};
  }
  PcmRun run;
  const std::int64_t at = samples_between(start_, running_time);
  const auto written = static_cast<std::int64_t>(written_);
  if (at >= written) {
    run.silence = static_cast<std::uint64_t>(at - written);
  } else {
    const auto overlap = static_cast<std::size_t>(written - at);
    if (overlap >= samples.size()) return {};
    samples = samples.subspan(overlap);
  }
  run.sound.assign(samples.begin(), samples.end());
  written_ += run.silence + run.sound.size();
  return run;
}

PcmRun PcmTimeline::fill_until(GstClockTime running_time) {
  const std::int64_t at = samples_between(start_, running_time);
  const auto written = static_cast<std::int64_t>(written_);
  if (!begun_ || at <= written) return {};
  written_ += static_cast<std::uint64_t>(at - written);
  return {.silence = static_cast<std::uint64_t>(at - written), .sound = {}};
}

}  // namespace tessera::recording
