#include "audio/limiter.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace tessera::audio {
namespace {

constexpr std::size_t block = 60;  // 1.25 ms
constexpr std::size_t blocks = tick_samples / block;
constexpr float release_per_block = 1.0058F;  // ×2 (6 dB) in 120 blocks = 150 ms

/// |x| above the threshold is bent towards full scale: slope 1 at the threshold, never reaching 32767.
std::int16_t bent(float value) {
  constexpr float knee = Limiter::threshold;
  constexpr float room = 32'767 - Limiter::threshold;
  const float size = std::fabs(value);
  if (size <= knee) return static_cast<std::int16_t>(std::lrint(value));
  const float over = (size - knee) / room;
  return static_cast<std::int16_t>(std::copysign(knee + room * (over / (1 + over)), value));
}

}  // namespace

void Limiter::process(const WideFrame& in, Frame& out) {
  std::array<std::int32_t, blocks> peaks{};
  std::int32_t highest = 0;
  for (std::size_t b = 0; b < blocks; ++b) {
    std::int32_t peak = 0;
    for (std::size_t i = b * block; i < (b + 1) * block; ++i) peak = std::max(peak, std::abs(in[i]));
    peaks[b] = peak;
    highest = std::max(highest, peak);
  }
  if (gain_ == 1 && highest <= threshold) {
    for (std::size_t i = 0; i < tick_samples; ++i) out[i] = static_cast<std::int16_t>(in[i]);
    return;
  }
  const auto allowed = [&](std::size_t b) {
    return b < blocks && peaks[b] > threshold ? static_cast<float>(threshold) / static_cast<float>(peaks[b])
                                              : 1.0F;
  };
  float from = gain_;
  for (std::size_t b = 0; b < blocks; ++b) {
    // The gain at the end of a block suits both it and the next one, and rises no faster than the release.
    const float to = std::min({allowed(b), allowed(b + 1), from * release_per_block, 1.0F});
    const float step = (to - from) / block;
    for (std::size_t i = 0; i < block; ++i) {
      const std::size_t at = b * block + i;
      out[at] = bent(static_cast<float>(in[at]) * (from + step * static_cast<float>(i)));
    }
    from = to;
  }
  gain_ = from;
}

}  // namespace tessera::audio
