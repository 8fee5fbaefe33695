#include "audio/limiter.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "../../support/sound.hpp"

namespace tessera::audio {
namespace {

WideFrame widened(const Frame& frame, int factor = 1) {
  WideFrame wide;
  for (std::size_t i = 0; i < frame.size(); ++i) wide[i] = frame[i] * factor;
  return wide;
}

TEST(Limiter, BelowTheThresholdNotABitChanges) {
  Limiter limiter;
  std::mt19937 random(3);
  std::uniform_int_distribution<int> any(-Limiter::threshold, Limiter::threshold);
  for (int round = 0; round < 50; ++round) {
    Frame in, out;
    for (auto& sample : in) sample = static_cast<std::int16_t>(any(random));
    limiter.process(widened(in), out);
    ASSERT_EQ(in, out);
  }
  EXPECT_EQ(limiter.gain(), 1);
}

TEST(Limiter, NoInputClipsOrWraps) {
  Limiter limiter;
  std::mt19937 random(4);
  for (int round = 0; round < 200; ++round) {
    const int amplitude = 1 << std::uniform_int_distribution<int>(4, 24)(random);
    std::uniform_int_distribution<int> any(-amplitude, amplitude);
    WideFrame in;
    for (auto& sample : in) sample = any(random);
    Frame out;
    limiter.process(in, out);
    for (std::size_t i = 0; i < in.size(); ++i) {
      ASSERT_LT(std::abs(out[i]), 32'767) << "round " << round;
      ASSERT_GE(static_cast<std::int64_t>(out[i]) * in[i], 0) << "sign turned: wrapped";
    }
  }
}

TEST(Limiter, ALoudSineStaysASine) {
  Limiter limiter;
  test::Tone tone(500, 30'000);
  std::vector<std::int16_t> heard;
  for (int tick = 0; tick < 50; ++tick) {
    Frame out;
    limiter.process(widened(tone.next(), 4), out);  // 12 dB over
    if (tick >= 5) heard.insert(heard.end(), out.begin(), out.end());
  }
  const double fundamental = test::tone_db(heard, 500);
  EXPECT_NEAR(fundamental, -3 - 1, 0.5);  // a sine whose peaks are at −1 dBFS
  EXPECT_LT(test::tone_db(heard, 1'500), fundamental - 40);
}

TEST(Limiter, APeakInsideATickIsPreparedFor) {
  Limiter limiter;
  WideFrame in;
  in.fill(10'000);
  for (std::size_t i = 480; i < 490; ++i) in[i] = 60'000;
  Frame out;
  limiter.process(in, out);
  EXPECT_LE(out[485], Limiter::threshold);
  EXPECT_EQ(out[300], 10'000);
  EXPECT_LT(test::largest_step(std::span(out).subspan(400, 80)),
            200);  // the gain goes down in a line, not a step
}

TEST(Limiter, RecoversAfterAPeak) {
  Limiter limiter;
  WideFrame loud, soft;
  loud.fill(100'000);
  soft.fill(5'000);
  Frame out;
  limiter.process(loud, out);
  EXPECT_LT(limiter.gain(), 0.4F);
  int ticks = 0;
  while (limiter.gain() < 1 && ++ticks < 100) limiter.process(soft, out);
  EXPECT_LT(ticks, 25);  // half a second
  limiter.process(soft, out);
  EXPECT_EQ(out, [] {
    Frame f;
    f.fill(5'000);
    return f;
  }());
}

}  // namespace
}  // namespace tessera::audio
