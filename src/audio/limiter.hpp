#pragma once
#include "audio/format.hpp"

namespace tessera::audio {

/// Brings a sum back into int16 without clipping. Bit-exact while nothing exceeds −1 dBFS and no gain
/// reduction is in force.
///
/// The gain is a polygon over blocks of 1.25 ms. A whole tick is known when it is limited, so a peak inside
/// it is prepared for from the block before: look-ahead without delay. Only a peak in a tick's first block
/// can surprise it; what then still exceeds the threshold is bent, not cut, into the last decibel below full
/// scale. Release is 6 dB in about 150 ms.
class Limiter {
 public:
  static constexpr std::int32_t threshold = 29'204;  ///< −1 dBFS

  void process(const WideFrame& in, Frame& out);

  /// Linear gain at the end of the last tick; 1 means no reduction.
  [[nodiscard]] float gain() const { return gain_; }
  /// Starts from another limiter's gain, so that a listener who moves between two streams hears no step.
  void start_from(float gain) { gain_ = gain; }

 private:
  float gain_ = 1;
};

}  // namespace tessera::audio
