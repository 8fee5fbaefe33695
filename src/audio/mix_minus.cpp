#include "audio/mix_minus.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace tessera::audio {
namespace {

constexpr int fraction_bits = 6;
constexpr float fraction_scale = 1 << fraction_bits;

constexpr std::int32_t rounded(std::int32_t value) {
  return (value + (1 << (fraction_bits - 1))) >> fraction_bits;
}

}  // namespace

void MixMinus::clear() {
  sum_.fill(0);
  used_ = 0;
}

std::size_t MixMinus::add(const Frame& samples, float from, float to, std::size_t ramp) {
  if (used_ == max_talkers) throw std::length_error("MixMinus: more talkers than the sum can hold");
  if (used_ == own_.size()) own_.emplace_back();
  WideFrame& own = own_[used_];
  from = std::clamp(from, 0.0F, max_gain);
  to = std::clamp(to, 0.0F, max_gain);
  if (from == 1 && to == 1) {
    for (std::size_t i = 0; i < tick_samples; ++i) own[i] = std::int32_t{samples[i]} * (1 << fraction_bits);
  } else {
    ramp = from == to ? 0 : std::min(ramp, tick_samples);
    const float step = ramp ? (to - from) / static_cast<float>(ramp) : 0;
    for (std::size_t i = 0; i < ramp; ++i) {
      const float gain = (from + step * static_cast<float>(i)) * fraction_scale;
      own[i] = static_cast<std::int32_t>(std::lrint(static_cast<float>(samples[i]) * gain));
    }
    const float gain = to * fraction_scale;
    for (std::size_t i = ramp; i < tick_samples; ++i)
      own[i] = static_cast<std::int32_t>(std::lrint(static_cast<float>(samples[i]) * gain));
  }
  for (std::size_t i = 0; i < tick_samples; ++i) sum_[i] += own[i];
  return used_++;
}

void MixMinus::sum(WideFrame& out) const {
  for (std::size_t i = 0; i < tick_samples; ++i) out[i] = rounded(sum_[i]);
}

void MixMinus::minus(std::size_t index, WideFrame& out) const {
  const WideFrame& own = own_.at(index);
  for (std::size_t i = 0; i < tick_samples; ++i) out[i] = rounded(sum_[i] - own[i]);
}

}  // namespace tessera::audio
