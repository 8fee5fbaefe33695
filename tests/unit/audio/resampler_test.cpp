#include "audio/resampler.hpp"

#include <gtest/gtest.h>

#include "../../support/sound.hpp"
#include "audio/splice.hpp"

namespace tessera::audio {
namespace {

std::vector<std::int16_t> run(Resampler& resampler, double hertz, int ticks, std::size_t& taken,
                              const std::function<double(int)>& ratio) {
  test::Tone tone(hertz);
  SampleFifo fifo;
  std::vector<std::int16_t> heard;
  taken = 0;
  for (int i = 0; i < ticks; ++i) {
    resampler.set_ratio(ratio(i));
    const auto needs = resampler.needs();
    while (fifo.size() < needs) {
      const Frame frame = tone.next();
      std::copy(frame.begin(), frame.end(), fifo.extend(frame.size()).begin());
    }
    Frame out;
    resampler.process(fifo.data().first(needs), out);
    fifo.consume(needs);
    taken += needs;
    heard.insert(heard.end(), out.begin(), out.end());
  }
  return heard;
}

TEST(Resampler, AtRatioOneSamplesPassUnchangedEightLater) {
  Resampler resampler;
  std::size_t taken = 0;
  const auto heard = run(resampler, 1'000, 5, taken, [](int) { return 1.0; });
  test::Tone tone(1'000);
  const Frame first = tone.next();
  EXPECT_TRUE(std::equal(first.begin(), first.end() - 8, heard.begin() + 8));
  EXPECT_EQ(taken, 5 * tick_samples);
}

TEST(Resampler, TakesAsMuchAsTheRatioSays) {
  for (const double ratio : {0.995, 0.9997, 1.0003, 1.005}) {
    Resampler resampler;
    std::size_t taken = 0;
    run(resampler, 1'000, 500, taken, [&](int) { return ratio; });
    EXPECT_NEAR(static_cast<double>(taken), 500.0 * tick_samples * ratio, 2);
  }
}

TEST(Resampler, AToneStaysCleanWhileTheRatioMoves) {
  Resampler resampler;
  std::size_t taken = 0;
  const auto heard = run(resampler, 3'000, 200, taken, [](int i) { return 1 + 0.005 * std::sin(i * 0.05); });
  EXPECT_LE(test::largest_step(std::span(heard).subspan(100)), 8'000 * 2 * 3.1416 * 3'000 / 48'000 * 1.02);
  Resampler steady;
  const auto tone = run(steady, 3'000, 200, taken, [](int) { return 1.004; });
  const auto settled = std::span(tone).subspan(480);
  const double fundamental = test::tone_db(settled, 3'000 * 1.004);
  EXPECT_NEAR(fundamental, -15.3, 0.1);
  for (const double other : {500.0, 1'000.0, 6'024.0, 9'036.0, 15'000.0})
    EXPECT_LT(test::tone_db(settled, other), fundamental - 60) << other;
}

TEST(Splice, ATonesPeriodsAreRemovedAndRepeatedWithoutAStep) {
  for (const bool shorter : {true, false}) {
    SampleFifo fifo;
    test::Tone tone(220);
    for (int i = 0; i < 4; ++i) {
      const Frame frame = tone.next();
      std::copy(frame.begin(), frame.end(), fifo.extend(frame.size()).begin());
    }
    const auto before = fifo.size();
    const auto changed = shorter ? shorten(fifo, false) : lengthen(fifo, false);
    EXPECT_GE(changed, 120U);
    EXPECT_LE(changed, splice_longest);
    EXPECT_EQ(fifo.size(), shorter ? before - changed : before + changed);
    EXPECT_LE(test::largest_step(fifo.data()), 8'000 * 2 * 3.1416 * 220 / 48'000 * 1.3);
  }
}

TEST(Splice, NoiseIsLeftAloneUnlessForced) {
  SampleFifo fifo;
  std::mt19937 random(8);
  std::uniform_int_distribution<int> any(-8'000, 8'000);
  for (auto& sample : fifo.extend(2'000)) sample = static_cast<std::int16_t>(any(random));
  EXPECT_EQ(shorten(fifo, false), 0U);
  EXPECT_GT(shorten(fifo, true), 0U);
}

}  // namespace
}  // namespace tessera::audio
