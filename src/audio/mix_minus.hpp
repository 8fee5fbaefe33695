#pragma once
// Sum once, subtract each talker's own: nobody hears themselves.

#include <vector>

#include "audio/format.hpp"

namespace tessera::audio {

/// The mix of one tick. Reused from tick to tick; not thread-safe.
///
/// Sums are kept in int32 with 6 fractional bits, so a gain costs at most 1/128 of an int16 step per talker
/// and a difference takes away exactly what was added. 255 talkers at full scale and gain 4 fit: 255 × 2^15 ×
/// 2^2 × 2^6 < 2^31.
class MixMinus {
 public:
  static constexpr std::size_t max_talkers = 255;
  static constexpr float max_gain = 4;

  void clear();

  /// Adds a talker whose gain goes from `from` to `to` in a straight line over the first `ramp` samples and
  /// stays there. Returns the index for `minus`.
  std::size_t add(const Frame& samples, float from = 1, float to = 1, std::size_t ramp = tick_samples);

  [[nodiscard]] std::size_t talkers() const { return used_; }
  void sum(WideFrame& out) const;
  /// The sum without talker `index`.
  void minus(std::size_t index, WideFrame& out) const;

 private:
  WideFrame sum_{};
  std::vector<WideFrame> own_;  // kept allocated between ticks
  std::size_t used_ = 0;
};

}  // namespace tessera::audio
