#include "recording/pcm_timeline.hpp"

#include <gtest/gtest.h>

#include <numeric>

namespace tessera::recording {
namespace {

constexpr GstClockTime ms = GST_MSECOND;

std::vector<std::int16_t> ramp(int first, std::size_t count = 960) {
  std::vector<std::int16_t> samples(count);
  std::iota(samples.begin(), samples.end(), static_cast<std::int16_t>(first));
  return samples;
}

TEST(PcmTimeline, SoundFromBeforeTheStartIsTrimmedToTheSample) {
  PcmTimeline timeline;
  EXPECT_TRUE(timeline.add(1000 * ms, ramp(0)).sound.empty());
  const PcmRun run = timeline.begin(1007 * ms);  // 7 ms: 336 samples
  EXPECT_EQ(run.silence, 0u);
  ASSERT_EQ(run.sound.size(), 960u - 336);
  EXPECT_EQ(run.sound.front(), 336);
  EXPECT_EQ(timeline.end(), 1020 * ms);
}

TEST(PcmTimeline, EarlySoundIsKept_HolesInItStayHoles) {
  PcmTimeline timeline;
  timeline.add(980 * ms, ramp(0));
  timeline.add(1000 * ms, ramp(0));
  timeline.add(1040 * ms, ramp(5));
  const PcmRun run = timeline.begin(1000 * ms);
  EXPECT_EQ(run.silence, 0u);
  ASSERT_EQ(run.sound.size(), 2880u);
  EXPECT_EQ(run.sound[959], 959);
  EXPECT_EQ(run.sound[960], 0);
  EXPECT_EQ(run.sound[1920], 5);
}

TEST(PcmTimeline, OnlyTheLastSecondBeforeTheStartIsKept) {
  PcmTimeline timeline;
  for (int i = 0; i < 500; ++i) timeline.add(static_cast<GstClockTime>(i) * 20 * ms, ramp(0));
  EXPECT_LE(timeline.begin(0).sound.size(), 52u * 960);
}

TEST(PcmTimeline, LateStartOfSoundBeginsWithSilence) {
  PcmTimeline timeline;
  timeline.begin(1000 * ms);
  const PcmRun run = timeline.add(1500 * ms, ramp(1));
  EXPECT_EQ(run.silence, 24'000u);
  EXPECT_EQ(run.sound.size(), 960u);
}

TEST(PcmTimeline, TicksOffTheStartsGridJoinWithoutAGap) {
  PcmTimeline timeline;
  timeline.begin(1'003'333'333);
  std::uint64_t total = 0, silence = 0;
  for (GstClockTime i = 0; i < 50'000; ++i) {  // 1000 s
    const PcmRun run = timeline.add(1000 * ms + i * 20 * ms, ramp(0));
    total += run.sound.size();
    silence += run.silence;
  }
  EXPECT_EQ(silence, 0u);
  EXPECT_EQ(total, 48'000'000u - 160);
}

TEST(PcmTimeline, SoundThatWasAlreadyReplacedBySilenceIsDropped) {
  PcmTimeline timeline;
  timeline.begin(0);
  EXPECT_EQ(timeline.fill_until(1000 * ms).silence, 48'000u);
  EXPECT_TRUE(timeline.add(980 * ms, ramp(0)).sound.empty());
  EXPECT_EQ(timeline.add(990 * ms, ramp(0)).sound.size(), 480u);
  EXPECT_EQ(timeline.fill_until(1000 * ms).silence, 0u);
}

TEST(PcmTimeline, TimesAreExactAfterTenHours) {
  EXPECT_EQ(samples_between(7 * ms, 7 * ms + 36'000 * GST_SECOND), 1'728'000'000);
  EXPECT_EQ(samples_between(1000 * ms, 980 * ms), -960);
  EXPECT_EQ(time_of_sample(1'728'000'000), 36'000 * GST_SECOND);
}

}  // namespace
}  // namespace tessera::recording
