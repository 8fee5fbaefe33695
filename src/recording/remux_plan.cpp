#include "recording/remux_plan.hpp"

#include <algorithm>
#include <cstdlib>
#include <limits>

namespace tessera::recording {
namespace {

/// Two ends further apart than this are brought together. Half of what verification tolerates.
constexpr std::int64_t end_tolerance = 50'000;
constexpr std::int64_t longest_cut = 2 * microsecond;

std::int64_t scale(std::int64_t microseconds, std::int64_t rate) {
  const std::int64_t product = microseconds * rate;  // 10 hours at 90 kHz: 3·10^15, far from the limit
  return (product + (product >= 0 ? microsecond / 2 : -microsecond / 2)) / microsecond;
}

/// Sound packets follow one another without a break; the file's rounding of times (0.1 ms or 1 ms) is undone.
/// A time that is more than half a packet off is a real gap and is kept.
void place_audio(const LiveTimes& live, std::int64_t start, RemuxPlan& plan) {
  plan.audio.resize(live.audio.size());
  if (live.sample_rate <= 0) return;
  const std::int64_t rounding = live.sample_rate / 1000;
  std::optional<std::int64_t> next;
  for (std::size_t i = 0; i < live.audio.size(); ++i) {
    const std::int64_t samples = live.audio[i].samples;
    if (samples <= 0) continue;
    std::int64_t pts = scale(live.audio[i].pts - start, live.sample_rate);
    if (!next && pts < -live.lead - samples / 4 - rounding) continue;
    if (!next) next = std::abs(pts + live.lead) <= rounding ? -live.lead : std::max(pts, -live.lead);
    if (pts < *next - samples / 2 - rounding) continue;  // back in time: not something a recorder wrote
    if (pts <= *next + samples / 2 + rounding) pts = *next;
    plan.audio[i] = Place{.pts = pts, .dts = pts, .duration = samples};
    next = pts + samples;
    ++plan.audio_packets;
  }
  if (next) plan.audio_end = *next * microsecond / live.sample_rate;
}

std::optional<RemuxPlan> plan_sound(const LiveTimes& live) {
  const auto first =
      std::find_if(live.audio.begin(), live.audio.end(), [](const PacketTime& p) { return p.samples > 0; });
  if (first == live.audio.end() || live.sample_rate <= 0) return {};
  RemuxPlan plan;
  place_audio(live, first->pts + live.lead * microsecond / live.sample_rate, plan);
  return plan;
}

}  // namespace

std::optional<RemuxPlan> plan_remux(const LiveTimes& live) {
  if (live.video_codec == VideoCodec::none) return plan_sound(live);
  const auto first =
      std::find_if(live.video.begin(), live.video.end(), [](const PacketTime& p) { return p.key; });
  if (first == live.video.end()) return {};
  RemuxPlan plan;
  const std::int64_t start = first->pts;
  place_audio(live, start, plan);

  plan.video.resize(live.video.size());
  std::vector<std::int64_t> times;  // of the pictures kept, in file order, which is decoding order
  std::vector<std::size_t> kept;
  for (auto i = static_cast<std::size_t>(first - live.video.begin()); i < live.video.size(); ++i) {
    const std::int64_t pts = live.video[i].pts - start;
    if (pts < 0 || live.video[i].skip) continue;
    times.push_back(pts);
    kept.push_back(i);
  }
  // A crash leaves the two ends up to a second apart. Further apart, the sound was missing: then the pictures
  // stay.
  const std::int64_t tail = *std::max_element(times.begin(), times.end()) + live.frame_time - plan.audio_end;
  if (plan.audio_packets > 0 && tail > end_tolerance && tail <= longest_cut) {
    while (times.size() > 1 && times.back() + live.frame_time > plan.audio_end + end_tolerance) {
      times.pop_back();
      kept.pop_back();
    }
  }
  std::vector<std::int64_t> ordered = times;
  std::sort(ordered.begin(), ordered.end());

  // Decoding order is the file's. The nth picture to be decoded is due when the nth to be shown is, less a
  // delay that keeps every picture decoded by the time it is shown (0 without B-frames).
  std::int64_t delay = 0;
  for (std::size_t i = 0; i < times.size(); ++i) delay = std::max(delay, ordered[i] - times[i]);
  plan.video_last = ordered.back();
  plan.video_end = plan.video_last + live.frame_time;
  if (plan.audio_end > plan.video_end + end_tolerance) plan.video_end = plan.audio_end;
  std::int64_t last = std::numeric_limits<std::int64_t>::min();
  for (std::size_t i = 0; i < times.size(); ++i) {
    const std::int64_t pts = scale(times[i], video_rate);
    // Strictly increasing, as MP4 wants, even for two pictures with one time.
    const std::int64_t dts = std::max(scale(ordered[i] - delay, video_rate), last + (i > 0 ? 1 : 0));
    last = dts;
    const std::int64_t end = times[i] == ordered.back() ? plan.video_end : times[i] + live.frame_time;
    plan.video[kept[i]] =
        Place{.pts = std::max(pts, dts), .dts = dts, .duration = scale(end, video_rate) - pts};
    ++plan.video_packets;
  }
  return plan;
}

}  // namespace tessera::recording
