#pragma once
// Where one sound stands in the mix, from tick to tick.

#include <cstddef>
#include <span>

#include "audio/mix_minus.hpp"

namespace tessera::audio {

/// Belongs to whoever ticks.
class MixPlace {
 public:
  /// Adds this tick of the sound to the mix, on its way from the gain it had to `gain`.
  void add(MixMinus& sum, std::span<const std::int16_t> tick, float gain) {
    const float from = gain_;
    inside_ = (from > 0 || gain > 0) && sum.talkers() < MixMinus::max_talkers;
    gain_ = inside_ ? gain : 0;
    was_heard_ = linger_ > 0;
    if (inside_) {
      index_ = sum.add(tick, {from, gain, from == 0 ? entry_ramp : tick_samples});
      linger_ = linger_ticks;
    } else if (linger_ > 0) {
      --linger_;
    }
  }

  [[nodiscard]] bool audible() const { return gain_ > 0; }  ///< at the end of the last tick
  [[nodiscard]] bool inside() const { return inside_; }     ///< the sum of this tick holds the sound
  [[nodiscard]] std::size_t index() const { return index_; }
  /// Inside now, or so lately that an encoder looks back on it.
  [[nodiscard]] bool echoes() const { return inside_ || linger_ > 0; }
  /// The mix of the ticks before this one holds the sound.
  [[nodiscard]] bool was_heard() const { return was_heard_; }

 private:
  static constexpr std::size_t entry_ramp = 120;  // 2.5 ms: no click, and no beginning of a word lost
  static constexpr int linger_ticks = 5;

  float gain_ = 0;
  bool inside_ = false, was_heard_ = false;
  std::size_t index_ = 0;
  int linger_ = 0;
};

}  // namespace tessera::audio
