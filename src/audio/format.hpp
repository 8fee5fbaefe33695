#pragma once
// The one shape of sound inside the program: 48 kHz, int16, in ticks of 20 ms; one channel in rooms for
// speech, two (interleaved, left first) in rooms for music. Whoever holds sound is told the channels when it
// is made. Pure: no GStreamer, no clock, no threads. Times are running times handed in by the caller.

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace tessera::audio {

using Nanoseconds = std::chrono::nanoseconds;

inline constexpr int sample_rate = 48'000;
inline constexpr std::size_t tick_samples = 960;
inline constexpr Nanoseconds tick_length{20'000'000};
inline constexpr double silence_db = -127;  ///< what digital silence is given as; RFC 6464's floor too

inline constexpr int max_channels = 2;

using Frame = std::array<std::int16_t, tick_samples>;  ///< one tick of one channel
using Samples = std::vector<std::int16_t>;             ///< samples × channels, interleaved
using WideSamples = std::vector<std::int32_t>;         ///< a sum, in int16 steps, not limited

/// Values in one tick.
constexpr std::size_t tick_values(int channels) {
  return tick_samples * static_cast<std::size_t>(channels);
}

/// Samples in a duration or position of a running time, to the nearest.
constexpr std::int64_t samples_of(Nanoseconds time) {
  const std::int64_t scaled = time.count() * 48;
  return (scaled + (scaled < 0 ? -500'000 : 500'000)) / 1'000'000;
}
constexpr std::int64_t samples_of_ms(std::int64_t milliseconds) {
  return milliseconds * 48;
}
constexpr Nanoseconds duration_of(std::int64_t samples) {
  return Nanoseconds{samples * 1'000'000 / 48};
}

}  // namespace tessera::audio
