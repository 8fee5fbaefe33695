#include "audio/program.hpp"

#include <cmath>

namespace tessera::audio {

void lay_over(const Program& program, std::span<std::int32_t> mix) {
  const std::size_t channels = mix.size() / tick_samples;
  if (program.under_from != 1 || program.under_to != 1) {
    const float step = (program.under_to - program.under_from) / static_cast<float>(tick_samples);
    for (std::size_t at = 0; at < mix.size(); ++at) {
      const float gain = program.under_from + step * static_cast<float>(at / channels);
      mix[at] = static_cast<std::int32_t>(std::lrint(static_cast<float>(mix[at]) * gain));
    }
  }
  for (std::size_t at = 0; at < mix.size(); ++at) mix[at] += program.samples[at / channels];
}

void cross_fade(std::span<const std::int32_t> from, std::span<const std::int32_t> to,
                std::span<std::int32_t> out) {
  const auto channels = static_cast<std::int64_t>(out.size() / tick_samples);
  constexpr auto length = static_cast<std::int64_t>(tick_samples);
  for (std::size_t at = 0; at < out.size(); ++at) {
    const std::int64_t i = static_cast<std::int64_t>(at) / channels;
    out[at] = static_cast<std::int32_t>((from[at] * (length - i) + to[at] * i) / length);
  }
}

}  // namespace tessera::audio
