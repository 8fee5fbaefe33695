#include "audio/resampler.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <stdexcept>
#include <vector>

namespace tessera::audio {
namespace {

constexpr std::size_t taps = Resampler::taps;
constexpr int phases = 128;
constexpr int coefficient_bits = 14;

using Coefficients = std::array<std::array<std::int16_t, taps>, phases + 1>;

// Row p interpolates the point p/phases of the way from tap 7 to tap 8. Blackman-windowed sinc, each row
// scaled to a sum of exactly 1 so that a constant stays constant.
Coefficients make_coefficients() {
  Coefficients table{};
  for (int p = 0; p <= phases; ++p) {
    std::array<double, taps> row{};
    double total = 0;
    for (std::size_t k = 0; k < taps; ++k) {
      const double x = static_cast<double>(k) - 7 - static_cast<double>(p) / phases;
      const double sinc = std::fabs(x) < 1e-9 ? 1 : std::sin(std::numbers::pi * x) / (std::numbers::pi * x);
      const double w = std::fabs(x) >= 8 ? 0
                                         : 0.42 + 0.5 * std::cos(std::numbers::pi * x / 8) +
                                               0.08 * std::cos(std::numbers::pi * x / 4);
      row[k] = sinc * w;
      total += row[k];
    }
    int left = 1 << coefficient_bits;
    for (std::size_t k = 0; k < taps; ++k) {
      table[p][k] = static_cast<std::int16_t>(std::lround(row[k] / total * (1 << coefficient_bits)));
      left -= table[p][k];
    }
    table[p][p < phases / 2 ? 7 : 8] = static_cast<std::int16_t>(table[p][p < phases / 2 ? 7 : 8] + left);
  }
  return table;
}

template <std::size_t stride>
std::int32_t dot(const std::array<std::int16_t, taps>& row, const std::int16_t* samples) {
  std::int32_t sum = 0;
  for (std::size_t k = 0; k < taps; ++k) sum += std::int32_t{row[k]} * samples[k * stride];
  return sum;
}

/// One channel of `stride`, from `position` on.
template <std::size_t stride>
void interpolate(const Coefficients& table, const std::int16_t* in, double position, double ratio,
                 std::int16_t* out) {
  for (std::size_t n = 0; n < tick_samples; ++n) {
    const double at = position + static_cast<double>(n) * ratio;
    const auto whole = static_cast<std::size_t>(at);
    const double phase = (at - static_cast<double>(whole)) * phases;
    const auto row = static_cast<std::size_t>(phase);
    const auto blend = static_cast<float>(phase - static_cast<double>(row));
    const auto low = static_cast<float>(dot<stride>(table[row], in + whole * stride));
    const auto high = static_cast<float>(dot<stride>(table[row + 1], in + whole * stride));
    const float value = (low + (high - low) * blend) / (1 << coefficient_bits);
    out[n * stride] = static_cast<std::int16_t>(std::lrint(std::clamp(value, -32'768.0F, 32'767.0F)));
  }
}

/// Most of a large room is: a look at the samples is a tenth of the work. No early end, so that it is
/// vectorised.
bool is_silent(std::span<const std::int16_t> samples) {
  unsigned any = 0;
  for (const auto sample : samples) any |= static_cast<unsigned>(sample);
  return any == 0;
}

}  // namespace

std::size_t Resampler::needs() const {
  return static_cast<std::size_t>(std::floor(position_ + static_cast<double>(tick_samples - 1) * ratio_));
}

void Resampler::process(std::span<const std::int16_t> in, std::span<std::int16_t> out) {
  static const Coefficients table = make_coefficients();
  const std::size_t samples = needs();
  if (in.size() != samples * channels_ || out.size() != tick_samples * channels_)
    throw std::invalid_argument("Resampler: not the input it needs");
  std::array<std::int16_t, (taps + tick_samples * 102 / 100) * max_channels> buffer;
  const std::size_t before = taps * channels_;
  if (before + in.size() > buffer.size()) throw std::invalid_argument("Resampler: ratio outside of ±1 %");
  std::copy_n(history_.begin(), before, buffer.begin());
  std::copy(in.begin(), in.end(), buffer.begin() + static_cast<std::ptrdiff_t>(before));

  const std::span taken(buffer.data(), before + in.size());
  if (is_silent(taken)) {
    std::fill(out.begin(), out.end(), std::int16_t{0});
  } else if (ratio_ == 1 && position_ == std::floor(position_)) {
    const auto* from = buffer.data() + (static_cast<std::size_t>(position_) + 7) * channels_;
    std::copy(from, from + out.size(), out.begin());
  } else if (channels_ == 1) {
    interpolate<1>(table, buffer.data(), position_, ratio_, out.data());
  } else {
    interpolate<2>(table, buffer.data(), position_, ratio_, out.data());
    interpolate<2>(table, buffer.data() + 1, position_, ratio_, out.data() + 1);
  }
  position_ += static_cast<double>(tick_samples) * ratio_ - static_cast<double>(samples);
  std::copy_n(buffer.begin() + static_cast<std::ptrdiff_t>(in.size()), before, history_.begin());
}

void Resampler::resume_after(std::span<const std::int16_t> before) {
  history_ = {};
  const std::size_t count = std::min(before.size(), taps * channels_);
  const auto last = before.last(count);
  std::copy(last.begin(), last.end(),
            history_.begin() + static_cast<std::ptrdiff_t>(taps * channels_ - count));
}

void Resampler::reset() {
  *this = Resampler(static_cast<int>(channels_));
}

}  // namespace tessera::audio
