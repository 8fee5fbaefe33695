#include "audio/program.hpp"

#include <cmath>

namespace tessera::audio {

void lay_over(const Program& program, WideFrame& mix) {
  if (program.under_from != 1 || program.under_to != 1) {
    const float step = (program.under_to - program.under_from) / static_cast<float>(tick_samples);
    for (std::size_t i = 0; i < tick_samples; ++i) {
      const float gain = program.under_from + step * static_cast<float>(i);
      mix[i] = static_cast<std::int32_t>(std::lrint(static_cast<float>(mix[i]) * gain));
    }
  }
  for (std::size_t i = 0; i < tick_samples; ++i) mix[i] += program.samples[i];
}

void cross_fade(const WideFrame& from, const WideFrame& to, WideFrame& out) {
  constexpr auto length = static_cast<std::int64_t>(tick_samples);
  for (std::int64_t i = 0; i < length; ++i) {
    const auto at = static_cast<std::size_t>(i);
    out[at] = static_cast<std::int32_t>((from[at] * (length - i) + to[at] * i) / length);
  }
}

}  // namespace tessera::audio
