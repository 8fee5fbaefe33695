#include "audio/limiter.hpp"

#include <algorithm>
#include <cmath>

namespace tessera::audio {
namespace {

constexpr float release_per_block = 1.0058F;  // ×2 (6 dB) in 120 blocks = 150 ms

float highest_of(std::span<const float> values) {
  float highest = 0;
  for (const float value : values) highest = std::max(highest, std::fabs(value));
  return highest;
}

std::int16_t to_sample(float value) {
  return static_cast<std::int16_t>(std::lrint(std::clamp(value, -32'767.0F, 32'767.0F)));
}

}  // namespace

Limiter::Limiter(int channels)
    : channels_(static_cast<std::size_t>(channels)), line_((kept + tick_samples) * channels_) {}

/// Of the samples of a block and of what lies between them and their next. The last block's end has no next
/// yet: it is looked at again when it is the first.
float Limiter::peak_of(std::size_t block) const {
  const auto line = std::span(line_);
  const std::size_t first = block * delay,
                    end = std::min(first + delay + 2 * true_peak::context, kept + tick_samples);
  const auto around = line.subspan(first * channels_, (end - first) * channels_);
  const float near = highest_of(around);
  const float own = highest_of(line.subspan((first + true_peak::context) * channels_, delay * channels_));
  if (near * true_peak::most_overshoot <= static_cast<float>(threshold)) return own;
  return std::max(own, true_peak::between_samples(around, static_cast<int>(channels_)));
}

void Limiter::process(std::span<const std::int32_t> in, std::span<std::int16_t> out) {
  std::transform(in.begin(), in.end(), line_.begin() + static_cast<std::ptrdiff_t>(kept * channels_),
                 [](std::int32_t value) { return static_cast<float>(value); });
  std::array<float, blocks + 1> allowed{};
  bool quiet = gain_ == 1;
  for (std::size_t b = 0; b <= blocks; ++b) {
    const float peak = peak_of(b);
    allowed[b] = peak > threshold ? threshold / peak : 1;
    quiet = quiet && allowed[b] == 1;
  }
  const auto heard = std::span(line_).subspan(true_peak::context * channels_, in.size());
  if (quiet) {
    std::transform(heard.begin(), heard.end(), out.begin(), to_sample);
  } else {
    float from = gain_;
    for (std::size_t b = 0; b < blocks; ++b) {
      // The gain at the end of a block suits both it and the next one, and rises no faster than the release.
      const float to = std::min({allowed[b], allowed[b + 1], from * release_per_block, 1.0F});
      const float step = (to - from) / static_cast<float>(delay);
      for (std::size_t i = 0; i < delay; ++i)
        for (std::size_t at = (b * delay + i) * channels_; at < (b * delay + i + 1) * channels_; ++at)
          out[at] = to_sample(heard[at] * (from + step * static_cast<float>(i)));
      from = to;
    }
    gain_ = from;
  }
  std::copy(line_.end() - static_cast<std::ptrdiff_t>(kept * channels_), line_.end(), line_.begin());
}

void Limiter::start_from(const Limiter& other, bool silently) {
  gain_ = other.gain_;
  line_ = other.line_;
  if (silently) std::fill(line_.begin(), line_.end(), 0.0F);
}

}  // namespace tessera::audio
