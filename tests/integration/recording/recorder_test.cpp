#include <gtest/gtest.h>

#include <cmath>
#include "../../support/stalls.hpp"
#include "recorder_fixture.hpp"

namespace tessera::recording::test {
namespace {

TEST_F(RecorderTest, FinishedFileHoldsPictureAndSoundFromTheFirstFrame) {
  start(spec_for(directory_.path()));
  push(loop_, *recorder_, make_feed(3), {});
  stop();
  EXPECT_EQ(states_,
            (std::vector{RecorderState::recording, RecorderState::stopping, RecorderState::finishing}));
  EXPECT_EQ(load_manifest(directory_.path())->operator[]("state").as_string(), "finishing");

  const Decoded file = finish_and_decode();
  EXPECT_EQ(manifest_["state"].as_string(), "ready");
  EXPECT_FALSE(manifest_["recovered"].as_bool());
  EXPECT_EQ(manifest_["droppedFrames"].as_int(), 0);
  EXPECT_NEAR(static_cast<double>(manifest_["durationMs"].as_int()), 3000, 100);
  EXPECT_EQ(manifest_["participants"], Json::array({"Ada"}));
  EXPECT_EQ(file.errors, 0);
  ASSERT_EQ(file.pictures.size(), 90u);
  EXPECT_NEAR(file.pictures.front().time, 0, 1e-3);
  EXPECT_NEAR(file.pictures.back().time, 89.0 / 30, 1e-3);
  for (int second = 0; second < 3; ++second) {
    EXPECT_NEAR(file.luma_at(second + 0.5), shade_of(second), 4) << second;
    EXPECT_NEAR(file.tone(second + 0.5, 440), 1500.0 / 32768, 0.01) << second;
  }
  EXPECT_NEAR(file.tone(0.05, 440), 1500.0 / 32768, 0.01);
  EXPECT_FALSE(std::filesystem::exists(directory_.path() + "/live.mkv"));
}

TEST_F(RecorderTest, FlashAndBeepAreTogetherInTheFinishedFileAndInTheLiveOne) {
  start(spec_for(directory_.path()));
  push(loop_, *recorder_, make_feed(4), {});
  stop();
  const auto check = [](const Decoded& file, const char* which) {
    const auto flashes = file.flashes();
    const auto beeps = file.beeps();
    ASSERT_EQ(flashes.size(), 3u) << which;
    ASSERT_EQ(beeps.size(), 3u) << which;
    for (std::size_t i = 0; i < flashes.size(); ++i) {
      EXPECT_NEAR(flashes[i], static_cast<double>(i + 1), 0.002) << which;
      EXPECT_NEAR(beeps[i], flashes[i], 0.005) << which;  // the goal is 20 ms
      RecordProperty(std::string(which) + std::to_string(i), std::to_string(beeps[i] - flashes[i]));
    }
  };
  check(decode(directory_.path() + "/live.mkv"), "live");
  check(finish_and_decode(), "finished");
}

TEST_F(RecorderTest, StartsAtTheFirstKeyFrame_AndSoundAtTheSameMoment) {
  start(spec_for(directory_.path()));
  push(loop_, *recorder_, make_feed(3),
       {.video_from = 0.5});  // frames 15…29 are deltas: the key frame is at 1 s
  stop();
  const Decoded file = finish_and_decode();
  ASSERT_EQ(file.pictures.size(), 60u);
  EXPECT_GT(file.luma_at(0), 200);
  ASSERT_FALSE(file.beeps().empty());
  EXPECT_NEAR(file.beeps().front(), 0, 0.022);  // its first 21 ms fade in
  EXPECT_NEAR(file.tone(0.03, 1000), 26000.0 / 32768 * 0.7, 0.1);
}

TEST_F(RecorderTest, MissingSoundBecomesSilence_AndWhatFollowsKeepsItsTime) {
  start(spec_for(directory_.path()));
  const Feed feed = make_feed(5);
  push(loop_, *recorder_, feed, {.until = 1.5});
  push(loop_, *recorder_, feed, {.from = 1.5, .until = 3.8, .audio_until = 0});
  push(loop_, *recorder_, feed, {.from = 3.8});
  stop();
  const Decoded file = finish_and_decode();
  EXPECT_GT(manifest_["silenceMs"].as_int(), 2000);
  EXPECT_NEAR(file.tone(1.2, 440), 1500.0 / 32768, 0.01);
  EXPECT_LT(file.tone(2.0, 1000), 0.001);
  EXPECT_EQ(file.pictures.size(), 150u);
  ASSERT_EQ(file.beeps().size(), 2u);
  EXPECT_NEAR(file.beeps()[1], 4, 0.005);
}

TEST_F(RecorderTest, WithoutPicturesForLong_SoundGoesOnAndTheLastPictureStays) {
  start(spec_for(directory_.path()));
  const Feed feed = make_feed(8);
  push(loop_, *recorder_, feed, {.until = 1});
  push(loop_, *recorder_, feed, {.from = 1, .until = 6, .video_until = 0});
  const auto before = std::filesystem::file_size(directory_.path() + "/live.mkv");
  // The sound of the time without pictures is already in the file, not in a queue.
  EXPECT_GT(before, 20'000u);  // the first second alone has less than 10 kB
  push(loop_, *recorder_, feed, {.from = 6});
  stop();
  const Decoded file = finish_and_decode();
  EXPECT_EQ(manifest_["droppedFrames"].as_int(), 0);
  EXPECT_NEAR(static_cast<double>(manifest_["durationMs"].as_int()), 8000, 100);
  EXPECT_EQ(file.beeps().size(), 7u);
  EXPECT_NEAR(file.luma_at(3.5), shade_of(0), 4);
  EXPECT_NEAR(file.luma_at(6.5), shade_of(6), 4);
}

TEST_F(RecorderTest, PicturesThatCeaseForGood_LastOneStaysToTheEnd) {
  start(spec_for(directory_.path()));
  push(loop_, *recorder_, make_feed(4), {.video_until = 1.5});
  stop();
  const Decoded file = finish_and_decode();
  EXPECT_NEAR(static_cast<double>(manifest_["durationMs"].as_int()), 4000, 100);
  EXPECT_EQ(file.pictures.size(), 45u);
  EXPECT_EQ(file.beeps().size(), 3u);
}

TEST_F(RecorderTest, NewSizeInMidStream_GoesOn) {
  start(spec_for(directory_.path()));
  push(loop_, *recorder_, make_feed(2), {.until = 2});
  push(loop_, *recorder_, make_feed(4, 640, 360), {.from = 2});
  stop();
  const Decoded file = finish_and_decode();
  ASSERT_EQ(file.pictures.size(), 120u);
  EXPECT_EQ(file.pictures[30].width, 320);
  EXPECT_EQ(file.pictures[90].width, 640);
  EXPECT_NEAR(file.luma_at(3.5), shade_of(3), 4);
}

TEST_F(RecorderTest, SlowDisk_DropsToTheNextKeyFrameAndCounts_NeverBlocksThePushers) {
  RecorderSpec spec = spec_for(directory_.path());
  const auto at = spec.pipeline.find("! filesink");
  ASSERT_NE(at, std::string::npos);
  spec.pipeline.insert(at,
                       "! identity sleep-time=4000 ");  // per buffer: 1 s of the feed takes about that long
  std::atomic<int> asked = 0;
  spec.request_key_frame = [&] { ++asked; };
  start(std::move(spec));
  const Feed feed = make_feed(6);
  const tessera::test::Stalls stalls;
  std::chrono::nanoseconds longest{0};
  for (std::size_t i = 0; i < 120; ++i) {  // 4 s at once
    gst::EncodedFrame frame = feed.frames[i];
    frame.running_time += PushOptions{}.base;
    const auto before = std::chrono::steady_clock::now();
    recorder_->push_video(frame);
    longest = std::max<std::chrono::nanoseconds>(longest, std::chrono::steady_clock::now() - before);
  }
  EXPECT_LT(longest.count(), stalls.limit(500ms));
  push(loop_, *recorder_, feed, {.from = 4, .speed = 0.25});  // slow enough for that disk to catch up
  stop();
  EXPECT_GE(asked, 1);
  const Decoded file = finish_and_decode();
  const auto dropped = manifest_["droppedFrames"].as_int();
  EXPECT_GT(dropped, 30);
  EXPECT_EQ(static_cast<std::int64_t>(file.pictures.size()) + dropped, 180);
  EXPECT_NEAR(file.luma_at(5.9), shade_of(5), 4);
  EXPECT_NEAR(file.beeps().back(), 5, 0.005);
  EXPECT_EQ(file.errors, 0);
}

TEST_F(RecorderTest, StoppedBeforeAnyPicture_FailsWithNoPicture) {
  start(spec_for(directory_.path()));
  recorder_->stop();
  ASSERT_TRUE(wait_for(RecorderState::failed));
  EXPECT_EQ(error_.substr(0, 10), "no-picture");
  EXPECT_EQ(load_manifest(directory_.path())->operator[]("error")["code"].as_string(), "no-picture");
}

TEST_F(RecorderTest, RefusesADirectoryThatHoldsARecordingOrIsInUse) {
  start(spec_for(directory_.path()));
  auto second = Recorder::create(loop_, worker_, spec_for(directory_.path()), {});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, "conflict");
}

TEST_F(RecorderTest, RefusesToStartBelowTheReserve) {
  RecorderSpec spec = spec_for(directory_.path());
  spec.reserve_bytes = std::uint64_t{1} << 60;
  auto made = Recorder::create(loop_, worker_, std::move(spec), {});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, "disk-full");
}

TEST_F(RecorderTest, RefusesAFolderThatIsNotThere) {
  auto made = Recorder::create(loop_, worker_, spec_for(directory_.path() + "/nowhere"), {});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, "cannot-write");
}

TEST_F(RecorderTest, DroppedWithoutStop_LeavesALiveFileThatCanBeFinished) {
  start(spec_for(directory_.path()));
  push(loop_, *recorder_, make_feed(2), {});
  recorder_.reset();
  ASSERT_TRUE(loop_.run_until([&] { return !FolderLock::is_held(directory_.path()); }, 5s));
  const Decoded file = finish_and_decode();
  EXPECT_TRUE(manifest_["recovered"].as_bool());
  EXPECT_GT(file.pictures.size(), 30u);
}

}  // namespace
}  // namespace tessera::recording::test
