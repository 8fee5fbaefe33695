#pragma once
#include <array>
#include <cstddef>

#include "audio/format.hpp"

namespace tessera::audio {

/// Says from the level of each 20 ms whether someone talks. One per seat; pure.
///
/// The noise floor is the lowest short-time level of the last three seconds: pauses in speech show it, a
/// steady fan becomes it. It is held to at most −50 dBFS, so anything steady and loud (music, a tone) stays
/// audible. Attack: at once when clearly above the floor (15 dB), else two ticks in a row (9 dB): the tick
/// that is judged is the one that is mixed, so a word's beginning is not cut. Hold: 600 ms. Digital silence
/// is never talk.
class TalkDetector {
 public:
  static constexpr int hold_ticks = 30;

  /// One tick. Returns whether this tick counts as talk.
  bool update(double level_db);
  void reset();

  [[nodiscard]] bool talking() const { return hold_ > 0; }
  [[nodiscard]] double noise_floor_db() const;

 private:
  void track_floor(double level_db);

  static constexpr std::size_t bucket_count = 6;
  static constexpr int bucket_ticks = 25;  // 0.5 s each

  std::array<double, bucket_count> minima_ = initial();
  std::size_t bucket_ = 0;
  int ticks_in_bucket_ = 0;
  double short_time_db_ = silence_db;
  int above_ = 0;  // ticks in a row above the onset
  int hold_ = 0;   // ticks left

  static constexpr std::array<double, bucket_count> initial() { return {0, 0, 0, 0, 0, 0}; }
};

}  // namespace tessera::audio
