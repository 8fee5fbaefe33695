#pragma once
#include <span>

#include "audio/format.hpp"

namespace tessera::audio {

/// Changes the speed of a stream by up to ±1 % (clock drift between a sender and us) with a 16-tap windowed
/// sinc of continuous phase: no step is audible, nothing is dropped. Always 8 samples (0.17 ms) behind its
/// input; while the ratio is and was 1 the samples pass unchanged.
class Resampler {
 public:
  static constexpr std::size_t taps = 16;

  explicit Resampler(int channels = 1) : channels_(static_cast<std::size_t>(channels)) {}

  /// Input samples per output sample; above 1 plays faster.
  void set_ratio(double ratio) { ratio_ = ratio; }
  [[nodiscard]] double ratio() const { return ratio_; }

  /// Input samples (of each channel) that `process` takes for the next tick.
  [[nodiscard]] std::size_t needs() const;
  /// Makes one tick of exactly `needs()` samples.
  void process(std::span<const std::int16_t> in, std::span<std::int16_t> out);
  /// Goes on as if the samples `before` (up to `taps` of them) had just passed.
  void resume_after(std::span<const std::int16_t> before);
  void reset();

 private:
  std::size_t channels_;
  std::array<std::int16_t, taps * max_channels> history_{};
  double position_ = 1;  // of the next output's first tap, in history_ followed by the input
  double ratio_ = 1;
};

}  // namespace tessera::audio
