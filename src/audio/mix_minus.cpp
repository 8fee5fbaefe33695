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
  std::fill(sum_.begin(), sum_.end(), 0);
  used_ = 0;
}

std::size_t MixMinus::add(std::span<const std::int16_t> tick, GainRamp gain) {
  if (used_ == max_talkers) throw std::length_error("MixMinus: more talkers than the sum can hold");
  if (tick.size() != sum_.size()) throw std::invalid_argument("MixMinus: not one tick");
  if (used_ == own_.size()) own_.emplace_back(sum_.size());
  WideSamples& own = own_[used_];
  const float from = std::clamp(gain.from, 0.0F, max_gain), to = std::clamp(gain.to, 0.0F, max_gain);
  if (from == 1 && to == 1) {
    for (std::size_t i = 0; i < own.size(); ++i) own[i] = std::int32_t{tick[i]} * (1 << fraction_bits);
  } else {
    const std::size_t ramp = from == to ? 0 : std::min(gain.ramp, tick_samples);
    const float step = ramp ? (to - from) / static_cast<float>(ramp) : 0;
    const auto scale = [&](std::size_t at, float by) {
      own[at] = static_cast<std::int32_t>(std::lrint(static_cast<float>(tick[at]) * by * fraction_scale));
    };
    for (std::size_t i = 0; i < ramp; ++i)
      for (std::size_t c = 0; c < channels_; ++c)
        scale(i * channels_ + c, from + step * static_cast<float>(i));
    for (std::size_t at = ramp * channels_; at < own.size(); ++at) scale(at, to);
  }
  for (std::size_t i = 0; i < own.size(); ++i) sum_[i] += own[i];
  return used_++;
}

void MixMinus::sum(std::span<std::int32_t> out) const {
  std::transform(sum_.begin(), sum_.end(), out.begin(), rounded);
}

void MixMinus::minus(std::size_t index, std::span<std::int32_t> out) const {
  const WideSamples& own = own_.at(index);
  for (std::size_t i = 0; i < own.size(); ++i) out[i] = rounded(sum_[i] - own[i]);
}

void MixMinus::minus(std::size_t one, std::size_t other, std::span<std::int32_t> out) const {
  const WideSamples &a = own_.at(one), &b = own_.at(other);
  for (std::size_t i = 0; i < a.size(); ++i) out[i] = rounded(sum_[i] - a[i] - b[i]);
}

}  // namespace tessera::audio
