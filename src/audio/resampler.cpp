#include "audio/resampler.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <stdexcept>
#include <vector>

namespace tessera::audio {
namespace {

constexpr int taps = 16;
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
    for (int k = 0; k < taps; ++k) {
      const double x = k - 7 - static_cast<double>(p) / phases;
      const double sinc = std::fabs(x) < 1e-9 ? 1 : std::sin(std::numbers::pi * x) / (std::numbers::pi * x);
      const double w = std::fabs(x) >= 8 ? 0
                                         : 0.42 + 0.5 * std::cos(std::numbers::pi * x / 8) +
                                               0.08 * std::cos(std::numbers::pi * x / 4);
      row[k] = sinc * w;
      total += row[k];
    }
    int left = 1 << coefficient_bits;
    for (int k = 0; k < taps; ++k) {
      table[p][k] = static_cast<std::int16_t>(std::lround(row[k] / total * (1 << coefficient_bits)));
      left -= table[p][k];
    }
    table[p][p < phases / 2 ? 7 : 8] = static_cast<std::int16_t>(table[p][p < phases / 2 ? 7 : 8] + left);
  }
  return table;
}

std::int32_t dot(const std::array<std::int16_t, taps>& row, const std::int16_t* samples) {
  std::int32_t sum = 0;
  for (int k = 0; k < taps; ++k) sum += std::int32_t{row[k]} * samples[k];
  return sum;
}

}  // namespace

std::size_t Resampler::needs() const {
  return static_cast<std::size_t>(std::floor(position_ + static_cast<double>(tick_samples - 1) * ratio_));
}

void Resampler::process(std::span<const std::int16_t> in, Frame& out) {
  static const Coefficients table = make_coefficients();
  if (in.size() != needs()) throw std::invalid_argument("Resampler: not the input it needs");
  std::array<std::int16_t, taps + tick_samples * 102 / 100> buffer;
  if (taps + in.size() > buffer.size()) throw std::invalid_argument("Resampler: ratio outside of ±1 %");
  std::copy(history_.begin(), history_.end(), buffer.begin());
  std::copy(in.begin(), in.end(), buffer.begin() + taps);

  if (ratio_ == 1 && position_ == std::floor(position_)) {
    const auto* from = buffer.data() + static_cast<std::size_t>(position_) + 7;
    std::copy(from, from + tick_samples, out.begin());
  } else {
    for (std::size_t n = 0; n < tick_samples; ++n) {
      const double at = position_ + static_cast<double>(n) * ratio_;
      const auto whole = static_cast<std::size_t>(at);
      const double phase = (at - static_cast<double>(whole)) * phases;
      const auto row = static_cast<std::size_t>(phase);
      const auto blend = static_cast<float>(phase - static_cast<double>(row));
      const auto low = static_cast<float>(dot(table[row], buffer.data() + whole));
      const auto high = static_cast<float>(dot(table[row + 1], buffer.data() + whole));
      const float value = (low + (high - low) * blend) / (1 << coefficient_bits);
      out[n] = static_cast<std::int16_t>(std::lrint(std::clamp(value, -32'768.0F, 32'767.0F)));
    }
  }
  position_ += static_cast<double>(tick_samples) * ratio_ - static_cast<double>(in.size());
  std::copy_n(buffer.begin() + static_cast<std::ptrdiff_t>(in.size()), taps, history_.begin());
}

void Resampler::reset() {
  *this = Resampler();
}

}  // namespace tessera::audio
