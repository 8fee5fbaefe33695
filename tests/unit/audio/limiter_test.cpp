#include "audio/limiter.hpp"

#include <ebur128.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "../../support/sound.hpp"

namespace tessera::audio {
namespace {

WideSamples widened(std::span<const std::int16_t> tick, int factor = 1) {
  WideSamples wide;
  for (const auto sample : tick) wide.push_back(sample * factor);
  return wide;
}

/// By a meter that is not ours: libebur128's, in dBTP.
double true_peak_db(const Samples& sound, int channels) {
  const auto count = static_cast<unsigned>(channels);
  ebur128_state* meter = ebur128_init(count, sample_rate, EBUR128_MODE_TRUE_PEAK);
  ebur128_add_frames_short(meter, sound.data(), sound.size() / count);
  double highest = 0;
  for (unsigned c = 0; c < count; ++c) {
    double peak = 0;
    ebur128_true_peak(meter, c, &peak);
    highest = std::max(highest, peak);
  }
  ebur128_destroy(&meter);
  return 20 * std::log10(highest);
}

TEST(Limiter, BelowTheThresholdNotABitChanges) {
  for (const int channels : {1, 2}) {
    Limiter limiter(channels);
    std::mt19937 random(3);
    // Nothing between samples is more than 2 × the samples.
    std::uniform_int_distribution<int> any(-Limiter::threshold / 2, Limiter::threshold / 2);
    Samples sent, heard;
    for (int round = 0; round < 50; ++round) {
      Samples in(tick_values(channels)), out(tick_values(channels));
      for (auto& sample : in) sample = static_cast<std::int16_t>(any(random));
      limiter.process(widened(in), out);
      sent.insert(sent.end(), in.begin(), in.end());
      heard.insert(heard.end(), out.begin(), out.end());
    }
    const auto delay = static_cast<std::ptrdiff_t>(tick_values(channels) / tick_samples * Limiter::delay);
    EXPECT_TRUE(std::equal(heard.begin() + delay, heard.end(), sent.begin()));
    EXPECT_EQ(limiter.gain(), 1);
  }
}

TEST(Limiter, TheTruePeakNeverExceedsMinus1WhateverComesIn) {
  std::mt19937 random(4);
  for (const int channels : {1, 2}) {
    Samples heard;
    Limiter limiter(channels);
    const auto put = [&](const WideSamples& in) {
      Samples out(in.size());
      limiter.process(in, out);
      heard.insert(heard.end(), out.begin(), out.end());
    };
    // Noise of every loudness, in bursts.
    for (int round = 0; round < 300; ++round) {
      const int amplitude = 1 << std::uniform_int_distribution<int>(4, 22)(random);
      std::uniform_int_distribution<int> any(-amplitude, amplitude);
      WideSamples in(tick_values(channels));
      for (auto& sample : in) sample = any(random);
      put(in);
    }
    // A quarter of the sample rate at 45°: its samples are 3 dB below its peaks. And its neighbours.
    for (const double hertz : {12'000.0, 11'900.0, 7'999.0, 16'001.0, 3'000.0, 997.0})
      for (int tick = 0; tick < 20; ++tick) {
        WideSamples in(tick_values(channels));
        for (std::size_t i = 0; i < in.size(); ++i) {
          const double n = static_cast<double>(tick * 960) + static_cast<double>(i / (in.size() / 960));
          in[i] = static_cast<std::int32_t>(
              (tick < 10 ? 40'000 : 60'000) *
              std::sin(2 * std::numbers::pi * hertz / 48'000 * n + std::numbers::pi / 4));
        }
        put(in);
      }
    // Steps and single samples at every place of a tick.
    for (std::size_t at = 0; at < tick_samples; at += 7) {
      WideSamples in(tick_values(channels));
      in[at] = 200'000;
      put(in);
      std::fill(in.begin() + static_cast<std::ptrdiff_t>(at), in.end(), -90'000);
      put(in);
    }
    EXPECT_LE(true_peak_db(heard, channels), -1.0) << channels;
    EXPECT_GT(true_peak_db(heard, channels), -1.3) << channels;  // and no quieter than need be
  }
}

TEST(Limiter, NoInputTurnsItsSign) {
  Limiter limiter;
  std::mt19937 random(5);
  for (int round = 0; round < 200; ++round) {
    const int amplitude = 1 << std::uniform_int_distribution<int>(4, 24)(random);
    std::uniform_int_distribution<int> any(-amplitude, amplitude);
    WideSamples in(tick_samples);
    for (auto& sample : in) sample = any(random);
    Frame out;
    limiter.process(in, out);
    for (std::size_t i = Limiter::delay; i < in.size(); ++i)
      ASSERT_GE(static_cast<std::int64_t>(out[i]) * in[i - Limiter::delay], 0) << "sign turned: wrapped";
  }
}

TEST(Limiter, ALoudSineStaysASine) {
  Limiter limiter;
  test::Tone tone(500, 30'000);
  Samples heard;
  for (int tick = 0; tick < 50; ++tick) {
    Frame out;
    limiter.process(widened(tone.next(), 4), out);  // 12 dB over
    if (tick >= 5) heard.insert(heard.end(), out.begin(), out.end());
  }
  const double fundamental = test::tone_db(heard, 500);
  EXPECT_NEAR(fundamental, -3 - 1.1, 0.3);  // a sine whose peaks are at the threshold
  EXPECT_LT(test::tone_db(heard, 1'500), fundamental - 50);
}

TEST(Limiter, TheGainIsDownBeforeThePeakComes) {
  for (std::size_t at = 0; at + 10 < tick_samples; at += 37) {
    Limiter limiter;
    WideSamples in(tick_samples, 10'000);
    Samples heard;
    Frame out;
    for (int tick = 0; tick < 3; ++tick) {
      if (tick == 1) std::fill_n(in.begin() + static_cast<std::ptrdiff_t>(at), 10, 60'000);
      limiter.process(in, out);
      heard.insert(heard.end(), out.begin(), out.end());
      std::fill(in.begin(), in.end(), 10'000);
    }
    const std::size_t peak = tick_samples + at + Limiter::delay;
    EXPECT_LE(heard[peak + 5], Limiter::threshold) << at;
    EXPECT_EQ(heard[peak - 121], 10'000) << at;
    // The gain goes down in a line, not a step.
    EXPECT_LT(test::largest_step(std::span(heard).subspan(peak - 130, 128)), 200) << at;
  }
}

TEST(Limiter, BothChannelsGetOneGain) {
  Limiter limiter(2);
  Samples out(tick_values(2));
  for (int tick = 0; tick < 5; ++tick) {
    WideSamples in(tick_values(2));
    for (std::size_t i = 0; i < tick_samples; ++i) {
      in[2 * i] = 80'000;
      in[2 * i + 1] = 8'000;
    }
    limiter.process(in, out);
  }
  for (std::size_t i = 0; i < tick_samples; ++i) ASSERT_NEAR(out[2 * i], 10 * out[2 * i + 1], 10);
}

TEST(Limiter, RecoversAfterAPeak) {
  Limiter limiter;
  const WideSamples loud(tick_samples, 100'000), soft(tick_samples, 5'000);
  Frame out;
  limiter.process(loud, out);
  EXPECT_LT(limiter.gain(), 0.4F);
  int ticks = 0;
  while (limiter.gain() < 1 && ++ticks < 100) limiter.process(soft, out);
  EXPECT_LT(ticks, 25);  // half a second
  limiter.process(soft, out);
  EXPECT_TRUE(std::all_of(out.begin(), out.end(), [](auto sample) { return sample == 5'000; }));
}

TEST(Limiter, OneThatGoesOnFromAnotherMakesTheSameSound) {
  Limiter first, second;
  test::Tone tone(300, 30'000);
  Frame one, other;
  for (int tick = 0; tick < 10; ++tick) first.process(widened(tone.next(), 2), one);
  second.start_from(first, false);
  for (int tick = 0; tick < 10; ++tick) {
    const auto in = widened(tone.next(), tick < 5 ? 2 : 1);
    first.process(in, one);
    second.process(in, other);
    ASSERT_EQ(one, other);
  }
}

}  // namespace
}  // namespace tessera::audio
