#pragma once
#include <span>

#include "audio/format.hpp"
#include "audio/true_peak.hpp"

namespace tessera::audio {

/// Brings a sum back into int16 with its true peak (BS.1770-4) at or below −1 dBTP, however loud it is.
/// Bit-exact, but for the delay, while nothing exceeds that and no gain reduction is in force.
///
/// The gain is a polygon over blocks of 1.25 ms, the same for both channels. The sound comes out one block
/// late, so every peak is known while the block before it goes out: the gain is down when the peak comes, and
/// nothing needs to be bent or cut. Release is 6 dB in about 150 ms.
class Limiter {
 public:
  static constexpr std::int32_t threshold = 28'870;  ///< −1.1 dBFS: meters differ by a few hundredths
  static constexpr std::size_t delay = 60;           ///< samples: 1.25 ms

  explicit Limiter(int channels = 1);

  /// One tick (tick_values) in and out.
  void process(std::span<const std::int32_t> in, std::span<std::int16_t> out);

  /// Linear gain at the end of the last tick; 1 means no reduction.
  [[nodiscard]] float gain() const { return gain_; }
  /// Goes on where `other` is, so that a listener who moves between two streams hears no step. With
  /// `silently` what the other has not put out yet is left out: it holds a voice that is not to be heard
  /// here.
  void start_from(const Limiter& other, bool silently);

 private:
  static constexpr std::size_t blocks = tick_samples / delay;
  static constexpr std::size_t kept = true_peak::context + delay;  // samples from tick to tick

  [[nodiscard]] float peak_of(std::size_t block) const;

  std::size_t channels_;
  std::vector<float> line_;  // `kept` samples of before, then the tick
  float gain_ = 1;
};

}  // namespace tessera::audio
