#include "audio/true_peak.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace tessera::audio::true_peak {
namespace {

constexpr std::size_t taps = 2 * context;
using Phase = std::array<float, taps>;

// Points 1/4, 1/2, 3/4 of the way from tap 5 to tap 6, each scaled to a sum of 1.
std::array<Phase, 3> make_phases() {
  std::array<Phase, 3> phases{};
  for (std::size_t p = 0; p < phases.size(); ++p) {
    std::array<double, taps> row{};
    double total = 0;
    for (std::size_t k = 0; k < taps; ++k) {
      const double x = std::numbers::pi * (static_cast<double>(k) - 5 - static_cast<double>(p + 1) / 4);
      row[k] = std::sin(x) / x * (0.5 + 0.5 * std::cos(x / context));
      total += row[k];
    }
    for (std::size_t k = 0; k < taps; ++k) phases[p][k] = static_cast<float>(row[k] / total);
  }
  return phases;
}

}  // namespace

float between_samples(std::span<const float> values, int channels) {
  static const auto phases = make_phases();
  const auto width = static_cast<std::size_t>(channels);
  const std::size_t count = std::min(values.size() - taps * width, longest);
  float highest = 0;
  for (const Phase& phase : phases) {
    std::array<float, longest> sums{};
    for (std::size_t k = 0; k < taps; ++k) {  // this way round for the compiler: eight points at once
      const float* from = values.data() + (k + 1) * width;
      for (std::size_t i = 0; i < count; ++i) sums[i] += phase[k] * from[i];
    }
    for (std::size_t i = 0; i < count; ++i) highest = std::max(highest, std::fabs(sums[i]));
  }
  return highest;
}

}  // namespace tessera::audio::true_peak
