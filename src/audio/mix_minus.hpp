#pragma once
// Sum once, subtract each talker's own: nobody hears themselves.

#include <span>
#include <vector>

#include "audio/format.hpp"

namespace tessera::audio {

/// A gain that goes from `from` to `to` in a straight line over the first `ramp` samples and stays there.
struct GainRamp {
  float from = 1;
  float to = 1;
  std::size_t ramp = tick_samples;
};

/// The mix of one tick. Reused from tick to tick; not thread-safe.
///
/// Sums are kept in int32 with 6 fractional bits, so a gain costs at most 1/128 of an int16 step per talker
/// and a difference takes away exactly what was added. 255 talkers at full scale and gain 4 fit: 255 × 2^15 ×
/// 2^2 × 2^6 < 2^31.
class MixMinus {
 public:
  static constexpr std::size_t max_talkers = 255;
  static constexpr float max_gain = 4;

  explicit MixMinus(int channels = 1)
      : channels_(static_cast<std::size_t>(channels)), sum_(tick_values(channels)) {}

  void clear();

  /// Adds a talker's tick (tick_values). Returns the index for `minus`.
  std::size_t add(std::span<const std::int16_t> tick, GainRamp gain = {});

  [[nodiscard]] std::size_t talkers() const { return used_; }
  void sum(std::span<std::int32_t> out) const;
  /// The sum without talker `index`.
  void minus(std::size_t index, std::span<std::int32_t> out) const;
  /// The sum without two talkers: the two sounds of one person.
  void minus(std::size_t one, std::size_t other, std::span<std::int32_t> out) const;

 private:
  std::size_t channels_;
  WideSamples sum_;
  std::vector<WideSamples> own_;  // kept allocated between ticks
  std::size_t used_ = 0;
};

}  // namespace tessera::audio
