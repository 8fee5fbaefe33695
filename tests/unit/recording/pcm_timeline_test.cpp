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
  timeline.add(1000 * ms, ramp(0));
  timeline.begin(1007 * ms, 0);  // 7 ms: 336 samples
  const PcmRun run = timeline.take(2000 * ms);
  EXPECT_EQ(run.silence, 0u);
  ASSERT_EQ(run.sound.size(), 960u - 336);
  EXPECT_EQ(run.sound.front(), 336);
  EXPECT_EQ(timeline.next(), 1020 * ms);
}

TEST(PcmTimeline, EarlySoundIsKept_HolesInItStayHoles) {
  PcmTimeline timeline;
  timeline.add(980 * ms, ramp(0));
  timeline.add(1000 * ms, ramp(0));
  timeline.add(1040 * ms, ramp(5));
  timeline.begin(1000 * ms, 0);
  const PcmRun run = timeline.take(2000 * ms);
  EXPECT_EQ(run.silence, 0u);
  ASSERT_EQ(run.sound.size(), 2880u);
  EXPECT_EQ(run.sound[959], 959);
  EXPECT_EQ(run.sound[960], 0);
  EXPECT_EQ(run.sound[1920], 5);
}

TEST(PcmTimeline, OnlyTheLastSecondBeforeTheStartIsKept) {
  PcmTimeline timeline;
  for (int i = 0; i < 500; ++i) timeline.add(static_cast<GstClockTime>(i) * 20 * ms, ramp(0));
  timeline.begin(0, 0);
  const PcmRun run = timeline.take(100 * GST_SECOND);
  EXPECT_LE(run.sound.size(), 52u * 960);
  EXPECT_GE(run.sound.size(), 50u * 960);
}

TEST(PcmTimeline, LateStartOfSoundBeginsWithSilence) {
  PcmTimeline timeline;
  timeline.begin(1000 * ms, 0);
  timeline.add(1500 * ms, ramp(1));
  const PcmRun run = timeline.take(1520 * ms);
  EXPECT_EQ(run.silence, 24'000u);
  EXPECT_EQ(run.sound.size(), 960u);
}

TEST(PcmTimeline, IsTakenUpToTheSample_AndTheRestLater) {
  PcmTimeline timeline;
  timeline.begin(0, 0);
  timeline.add(0, ramp(0));
  EXPECT_EQ(timeline.take(5 * ms).sound.size(), 240u);
  EXPECT_TRUE(timeline.take(5 * ms).sound.empty());
  const PcmRun rest = timeline.take(40 * ms);
  ASSERT_EQ(rest.sound.size(), 720u);
  EXPECT_EQ(rest.sound.front(), 240);
  EXPECT_EQ(rest.silence, 0u);
}

TEST(PcmTimeline, TicksOffTheStartsGridJoinWithoutAGap) {
  PcmTimeline timeline;
  timeline.begin(1'003'333'333, 0);
  std::uint64_t total = 0, silence = 0;
  for (GstClockTime i = 0; i < 50'000; ++i) {  // 1000 s
    timeline.add(1000 * ms + i * 20 * ms, ramp(0));
    const PcmRun run = timeline.take(1020 * ms + i * 20 * ms);
    total += run.sound.size();
    silence += run.silence;
  }
  EXPECT_EQ(silence, 0u);
  EXPECT_EQ(total, 48'000'000u - 160);
}

TEST(PcmTimeline, StretchesFollowOneAnotherToTheSample) {
  // Cuts at the pictures of 30 a second, which fall between the samples, with pauses of any length.
  PcmTimeline timeline;
  GstClockTime position = 0, now = 77'777'777;
  std::uint64_t total = 0;
  for (int stretch = 0; stretch < 200; ++stretch) {
    const GstClockTime start = now, length = static_cast<GstClockTime>(stretch % 7 + 1) * GST_SECOND / 30;
    for (GstClockTime at = (start / (20 * ms)) * 20 * ms; at < start + length + 60 * ms; at += 20 * ms)
      timeline.add(at, ramp(0));
    timeline.begin(start, position);
    const PcmRun run = timeline.end(start + length);
    EXPECT_EQ(run.silence, 0u);
    total += run.sound.size();
    position += length;
    EXPECT_EQ(timeline.written(), static_cast<std::uint64_t>(samples_between(0, position)));
    now += length + static_cast<GstClockTime>(stretch) * 13'131'313 + 2 * GST_SECOND;
  }
  EXPECT_EQ(total, timeline.written());
}

TEST(PcmTimeline, SoundOfAPauseIsNotHeardAfterIt) {
  PcmTimeline timeline;
  timeline.begin(0, 0);
  timeline.add(0, ramp(0));
  EXPECT_EQ(timeline.end(20 * ms).sound.size(), 960u);
  timeline.add(20 * ms, ramp(10'000));
  timeline.add(40 * ms, ramp(20'000));
  EXPECT_TRUE(timeline.take(100 * ms).sound.empty());
  timeline.begin(40 * ms, 20 * ms);
  const PcmRun run = timeline.take(60 * ms);
  EXPECT_EQ(run.silence, 0u);
  ASSERT_EQ(run.sound.size(), 960u);
  EXPECT_EQ(run.sound.front(), 20'000);
}

TEST(PcmTimeline, EndsWithSilenceWhereSoundIsMissing) {
  PcmTimeline timeline;
  timeline.begin(0, 0);
  timeline.add(0, ramp(1));
  const PcmRun run = timeline.end(30 * ms);
  EXPECT_EQ(run.silence, 0u);
  ASSERT_EQ(run.sound.size(), 1440u);
  EXPECT_EQ(run.sound[960], 0);
}

TEST(PcmTimeline, SoundThatWasAlreadyReplacedBySilenceIsDropped) {
  PcmTimeline timeline;
  timeline.begin(0, 0);
  EXPECT_EQ(timeline.fill(1000 * ms).silence, 48'000u);
  timeline.add(980 * ms, ramp(0));
  EXPECT_TRUE(timeline.take(2000 * ms).sound.empty());
  timeline.add(990 * ms, ramp(0));
  EXPECT_EQ(timeline.take(2000 * ms).sound.size(), 480u);
  EXPECT_EQ(timeline.fill(1000 * ms).silence, 0u);
}

TEST(PcmTimeline, ChannelsStayTogether) {
  PcmTimeline timeline(2);
  timeline.begin(5 * ms, 0);
  timeline.add(0, ramp(0, 1920));
  const PcmRun run = timeline.take(10 * ms);
  ASSERT_EQ(run.sound.size(), 480u);
  EXPECT_EQ(run.sound.front(), 480);
  EXPECT_EQ(timeline.written(), 240u);
  const PcmRun end = timeline.end(21 * ms);
  EXPECT_EQ(end.sound.size(), 2 * 528u);
  EXPECT_EQ(end.sound.back(), 0);
}

TEST(PcmTimeline, TimesAreExactAfterTenHours) {
  EXPECT_EQ(samples_between(7 * ms, 7 * ms + 36'000 * GST_SECOND), 1'728'000'000);
  EXPECT_EQ(samples_between(1000 * ms, 980 * ms), -960);
  EXPECT_EQ(time_of_sample(1'728'000'000), 36'000 * GST_SECOND);
}

}  // namespace
}  // namespace tessera::recording
