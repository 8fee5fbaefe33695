#include "recording/remux_plan.hpp"

#include <gtest/gtest.h>

namespace tessera::recording {
namespace {

/// Times as a live file has them: rounded to 0.1 ms.
LiveTimes meeting(int frames, int packets) {
  LiveTimes live;
  live.video_codec = VideoCodec::h264;
  live.audio_codec = AudioCodec::aac;
  live.sample_rate = 48'000;
  for (int i = 0; i < frames; ++i)
    live.video.push_back({.pts = i * 10'000'000LL / 300 / 100 * 100, .key = i % 30 == 0});
  for (int i = 0; i < packets; ++i)
    live.audio.push_back({.pts = i * 1024LL * 1'000'000 / 48'000 / 100 * 100, .key = true, .samples = 1024});
  return live;
}

TEST(RemuxPlan, SoundBecomesAnUnbrokenRun) {
  const auto plan = plan_remux(meeting(300, 469)).value();
  EXPECT_EQ(plan.video_packets, 300u);
  EXPECT_EQ(plan.audio_packets, 469u);
  for (std::size_t i = 0; i < plan.audio.size(); ++i)
    EXPECT_EQ(plan.audio[i]->pts, static_cast<std::int64_t>(i) * 1024);
}

TEST(RemuxPlan, PicturesAreDecodedWhenShown) {
  const auto plan = plan_remux(meeting(300, 469)).value();
  for (const auto& place : plan.video) EXPECT_EQ(place->pts, place->dts);
  EXPECT_NEAR(static_cast<double>(plan.video[299]->pts), 299 * 3000, 10);
}

TEST(RemuxPlan, BeginsAtTheFirstKeyFrame_SoundFromBeforeIsLeftOut) {
  LiveTimes live = meeting(300, 469);
  live.video[0].key = false;
  const auto plan = plan_remux(live).value();
  EXPECT_EQ(plan.video_packets, 270u);
  EXPECT_FALSE(plan.video[29]);
  EXPECT_EQ(plan.video[30]->pts, 0);
  EXPECT_FALSE(plan.audio[46]);  // 0.981 s
  ASSERT_TRUE(plan.audio[47]);   // 1.003 s
  EXPECT_NEAR(static_cast<double>(plan.audio[47]->pts), 128, 5);
}

TEST(RemuxPlan, WithoutAKeyFrameThereIsNone) {
  LiveTimes live = meeting(20, 30);
  live.video[0].key = false;
  EXPECT_FALSE(plan_remux(live));
  EXPECT_FALSE(plan_remux(LiveTimes{}));
}

TEST(RemuxPlan, PicturesBeyondTheSoundAreCut_WhenACrashLeftThem) {
  const auto plan = plan_remux(meeting(300, 440)).value();  // sound to 9.387 s
  EXPECT_NEAR(static_cast<double>(plan.video_end), 9'387'000, 100'000);
  EXPECT_FALSE(plan.video[299]);
  EXPECT_TRUE(plan.video[280]);
}

TEST(RemuxPlan, PicturesStay_WhenThereWasNoSoundForLongOrAtAll) {
  EXPECT_EQ(plan_remux(meeting(300, 100))->video_packets, 300u);
  EXPECT_EQ(plan_remux(meeting(300, 0))->video_packets, 300u);
}

TEST(RemuxPlan, LastPictureStaysUntilTheSoundEnds) {
  const auto plan = plan_remux(meeting(150, 469)).value();
  EXPECT_EQ(plan.video_end, plan.audio_end);
  EXPECT_NEAR(static_cast<double>(plan.video[149]->duration), 90'000 * 5.038, 200);
}

TEST(RemuxPlan, GapInTheSoundKeepsItsLength) {
  LiveTimes live = meeting(300, 469);
  live.audio.erase(live.audio.begin() + 100, live.audio.begin() + 200);
  const auto plan = plan_remux(live).value();
  EXPECT_NEAR(static_cast<double>(plan.audio[100]->pts), 200 * 1024, 5);
}

TEST(RemuxPlan, ReorderedPictures_AreDecodedBeforeTheyAreShown_InIncreasingOrder) {
  LiveTimes live = meeting(0, 0);
  for (const std::int64_t pts : {0, 99'900, 33'300, 66'600, 199'800, 133'200, 166'500})
    live.video.push_back({.pts = pts, .key = pts == 0});
  const auto plan = plan_remux(live).value();
  for (std::size_t i = 0; i < plan.video.size(); ++i) {
    EXPECT_LE(plan.video[i]->dts, plan.video[i]->pts);
    if (i > 0) {
      EXPECT_GT(plan.video[i]->dts, plan.video[i - 1]->dts);
    }
  }
}

TEST(RemuxPlan, UnitsWithoutAPictureAreLeftOut) {
  LiveTimes live = meeting(300, 469);
  live.video[150].skip = true;
  const auto plan = plan_remux(live).value();
  EXPECT_EQ(plan.video_packets, 299u);
  EXPECT_FALSE(plan.video[150]);
}

/// Opus as a live file has it: its first packet lies before time 0 by what the decoder throws away.
LiveTimes opus(int packets, std::int64_t rounding) {
  LiveTimes live;
  live.audio_codec = AudioCodec::opus;
  live.sample_rate = 48'000;
  live.lead = 312;
  for (int i = 0; i < packets; ++i)
    live.audio.push_back({.pts = (i * 20'000 - 6'500) / rounding * rounding, .key = true, .samples = 960});
  return live;
}

TEST(RemuxPlan, OpusBeginsBeforeTimeZeroByWhatItsDecoderDrops) {
  for (const std::int64_t rounding : {100, 1000}) {
    const auto plan = plan_remux(opus(100, rounding)).value();
    EXPECT_EQ(plan.audio_packets, 100u);
    for (std::size_t i = 0; i < 100; ++i)
      ASSERT_EQ(plan.audio[i]->pts, static_cast<std::int64_t>(i) * 960 - 312) << rounding;
    EXPECT_EQ(plan.audio_end, (100 * 960 - 312) * microsecond / 48'000);
  }
}

TEST(RemuxPlan, SoundAloneBeginsAtItsFirstPacket_WhateverItsTime) {
  LiveTimes live = opus(10, 100);
  for (auto& packet : live.audio) packet.pts += 5'000'000;
  const auto plan = plan_remux(live).value();
  EXPECT_EQ(plan.audio[0]->pts, -312);
  EXPECT_EQ(plan.video_packets, 0u);
}

TEST(RemuxPlan, PacketsOfAnySizeFollowOneAnother) {
  LiveTimes live;
  live.audio_codec = AudioCodec::pcm;
  live.sample_rate = 48'000;
  std::int64_t sample = 0;
  for (const std::int64_t samples : {960, 48'000, 1, 0, 959, 480}) {
    live.audio.push_back({.pts = sample * microsecond / 48'000, .key = true, .samples = samples});
    sample += samples;
  }
  const auto plan = plan_remux(live).value();
  EXPECT_EQ(plan.audio_packets, 5u);  // the empty one holds nothing
  EXPECT_EQ(plan.audio[5]->pts, sample - 480);
  EXPECT_EQ(plan.audio_end, sample * microsecond / 48'000);
}

TEST(RemuxPlan, WithoutSoundThereIsNone_WhenSoundIsAllThereShouldBe) {
  LiveTimes live = opus(0, 100);
  EXPECT_FALSE(plan_remux(live));
  live.audio.push_back({.pts = 0, .key = true, .samples = 0});
  EXPECT_FALSE(plan_remux(live));
}

}  // namespace
}  // namespace tessera::recording
