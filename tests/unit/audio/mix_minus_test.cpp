#include "audio/mix_minus.hpp"

#include <gtest/gtest.h>

#include <random>

namespace tessera::audio {
namespace {

Samples noise(std::mt19937& random, int channels = 1, int amplitude = 32'767) {
  std::uniform_int_distribution<int> any(-amplitude - 1, amplitude);
  Samples tick(tick_values(channels));
  for (auto& sample : tick) sample = static_cast<std::int16_t>(any(random));
  return tick;
}

/// What a talker adds, in doubles.
std::vector<double> scaled(const Samples& tick, GainRamp gain) {
  const std::size_t channels = tick.size() / tick_samples;
  std::vector<double> out(tick.size());
  for (std::size_t at = 0; at < tick.size(); ++at) {
    const double share = static_cast<double>(at / channels) / static_cast<double>(gain.ramp);
    out[at] =
        tick[at] * (share < 1 ? gain.from + (static_cast<double>(gain.to) - gain.from) * share : gain.to);
  }
  return out;
}

TEST(MixMinus, EachOutputIsTheReferenceSumMinusOwn) {
  std::mt19937 random(1);
  for (const int channels : {1, 2}) {
    MixMinus mix(channels);
    WideSamples sum(tick_values(channels)), minus(tick_values(channels));
    for (int round = 0; round < 60; ++round) {
      const auto talkers = std::uniform_int_distribution<std::size_t>(1, round % 10 == 9 ? 64 : 12)(random);
      const bool unity = round % 2 == 0;
      std::vector<std::vector<double>> own;
      std::vector<double> total(tick_values(channels));
      mix.clear();
      for (std::size_t k = 0; k < talkers; ++k) {
        const auto tick = noise(random, channels);
        std::uniform_real_distribution<float> any(0, 4);
        const GainRamp gain =
            unity ? GainRamp{} : GainRamp{any(random), any(random), round % 3 ? tick_samples : 120};
        EXPECT_EQ(mix.add(tick, gain), k);
        own.push_back(scaled(tick, gain));
        for (std::size_t at = 0; at < total.size(); ++at) total[at] += own[k][at];
      }
      // Each talker's rounding is 1/128 of a step, and the gain's own is below that: 1 in all up to 64
      // talkers.
      const double tolerance = unity ? 0 : 1;
      mix.sum(sum);
      for (std::size_t at = 0; at < sum.size(); ++at) ASSERT_NEAR(sum[at], total[at], tolerance);
      for (std::size_t k = 0; k < talkers; ++k) {
        mix.minus(k, minus);
        for (std::size_t at = 0; at < minus.size(); ++at)
          ASSERT_NEAR(minus[at], total[at] - own[k][at], tolerance) << "talker " << k << " value " << at;
      }
    }
  }
}

TEST(MixMinus, TheLoudestPossibleSumDoesNotWrap) {
  MixMinus mix;
  Frame loud;
  loud.fill(-32'768);
  for (std::size_t k = 0; k < MixMinus::max_talkers; ++k) mix.add(loud, {4, 4});
  WideSamples sum(tick_samples);
  mix.sum(sum);
  EXPECT_EQ(sum[0], -32'768 * 4 * 255);
  EXPECT_THROW(mix.add(loud), std::length_error);
}

TEST(MixMinus, ALoneTalkerHearsNothing) {
  std::mt19937 random(2);
  MixMinus mix;
  mix.clear();
  mix.add(noise(random), {0.3F, 1.7F});
  WideSamples minus(tick_samples);
  mix.minus(0, minus);
  EXPECT_EQ(minus, WideSamples(tick_samples));
}

}  // namespace
}  // namespace tessera::audio
