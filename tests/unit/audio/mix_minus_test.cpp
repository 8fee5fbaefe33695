#include "audio/mix_minus.hpp"

#include <gtest/gtest.h>

#include <random>

namespace tessera::audio {
namespace {

Frame noise(std::mt19937& random, int amplitude = 32'767) {
  std::uniform_int_distribution<int> any(-amplitude - 1, amplitude);
  Frame frame;
  for (auto& sample : frame) sample = static_cast<std::int16_t>(any(random));
  return frame;
}

TEST(MixMinus, EachOutputIsTheReferenceSumMinusOwn) {
  std::mt19937 random(1);
  MixMinus mix;
  for (int round = 0; round < 40; ++round) {
    const auto talkers = std::uniform_int_distribution<std::size_t>(1, 12)(random);
    const bool unity = round % 2 == 0;
    std::vector<Frame> frames;
    std::vector<std::array<double, tick_samples>> scaled(talkers);
    mix.clear();
    for (std::size_t k = 0; k < talkers; ++k) {
      frames.push_back(noise(random));
      const float from = unity ? 1 : std::uniform_real_distribution<float>(0, 4)(random);
      const float to = unity ? 1 : std::uniform_real_distribution<float>(0, 4)(random);
      const std::size_t ramp = round % 3 ? tick_samples : 120;
      EXPECT_EQ(mix.add(frames[k], from, to, ramp), k);
      for (std::size_t i = 0; i < tick_samples; ++i) {
        const double gain = i < ramp ? from + (static_cast<double>(to) - from) * static_cast<double>(i) /
                                                  static_cast<double>(ramp)
                                     : to;
        scaled[k][i] = frames[k][i] * gain;
      }
    }
    WideFrame sum, minus;
    mix.sum(sum);
    for (std::size_t k = 0; k < talkers; ++k) {
      mix.minus(k, minus);
      for (std::size_t i = 0; i < tick_samples; ++i) {
        double total = 0;
        for (std::size_t other = 0; other < talkers; ++other) total += scaled[other][i];
        ASSERT_NEAR(sum[i], total, unity ? 0 : 1);
        ASSERT_NEAR(minus[i], total - scaled[k][i], unity ? 0 : 1) << "talker " << k << " sample " << i;
      }
    }
  }
}

TEST(MixMinus, TheLoudestPossibleSumDoesNotWrap) {
  MixMinus mix;
  Frame loud;
  loud.fill(-32'768);
  for (std::size_t k = 0; k < MixMinus::max_talkers; ++k) mix.add(loud, 4, 4);
  WideFrame sum;
  mix.sum(sum);
  EXPECT_EQ(sum[0], -32'768 * 4 * 255);
  EXPECT_THROW(mix.add(loud), std::length_error);
}

TEST(MixMinus, ALoneTalkerHearsNothing) {
  std::mt19937 random(2);
  MixMinus mix;
  mix.clear();
  mix.add(noise(random), 0.3F, 1.7F);
  WideFrame minus;
  mix.minus(0, minus);
  EXPECT_EQ(minus, WideFrame{});
}

}  // namespace
}  // namespace tessera::audio
