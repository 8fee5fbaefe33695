#include "audio/chime.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "audio/format.hpp"

namespace tessera::audio {
namespace {

constexpr double low = 523.25, high = 659.26;  // C5 and E5
constexpr double loudest = 4'100;              // −18 dBFS
constexpr double note_seconds = 0.38, second_note_at = 0.14;

// A struck note: 5 ms to rise, then it dies away; its last 20 ms go to zero.
double note(double hertz, double seconds) {
  if (seconds < 0 || seconds >= note_seconds) return 0;
  const double rise = std::min(seconds / 0.005, 1.0), fall = std::min((note_seconds - seconds) / 0.02, 1.0);
  const double phase = 2 * std::numbers::pi * hertz * seconds;
  return (std::sin(phase) + 0.2 * std::sin(2 * phase)) * std::exp(-seconds / 0.12) * rise * fall;
}

}  // namespace

std::vector<std::int16_t> chime(Chime which) {
  const double first = which == Chime::join ? low : high, second = which == Chime::join ? high : low;
  std::vector<std::int16_t> samples(static_cast<std::size_t>((second_note_at + note_seconds) * sample_rate) +
                                    1);
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const double at = static_cast<double>(i) / sample_rate;
    samples[i] = static_cast<std::int16_t>(
        std::lrint(loudest * 0.8 * (note(first, at) + note(second, at - second_note_at))));
  }
  return samples;
}

}  // namespace tessera::audio
