// Pauses, parts and formats of a live recording, and one that goes on after its process died.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "recorder_fixture.hpp"

namespace tessera::recording::test {
namespace {

class PartsTest : public RecorderTest {
 protected:
  std::vector<RecorderEvent> events_;
  [[nodiscard]] std::vector<RecorderEvent::Kind> kinds() const {
    std::vector<RecorderEvent::Kind> all;
    for (const RecorderEvent& event : events_) all.push_back(event.kind);
    return all;
  }
  Json on_disk() const { return load_manifest(directory_.path()).value(); }
  static std::int64_t wall(const Json& text) {
    return parse_timestamp(text.as_string()).value().time_since_epoch().count();
  }
};

TEST_F(PartsTest, TenPauses_OneFile_ContiguousTimes_AndTheGapsAreWhatTheyWere) {
  start(spec_for(directory_.path()), events_);
  const Feed feed = make_feed(30);
  const auto zero = std::chrono::steady_clock::now();
  const auto push_until = [&](double from, double until) {
    push(loop_, *recorder_, feed, {.from = from, .until = until, .speed = 1, .whole = false, .zero = zero});
  };
  push_until(0, 1);
  std::vector<std::pair<std::int64_t, std::int64_t>> asked;
  double at = 1;
  for (int i = 0; i < 10; ++i) {
    asked.emplace_back(wall_now().time_since_epoch().count(), 0);
    ASSERT_TRUE(recorder_->pause());
    EXPECT_EQ(recorder_->state(), RecorderState::paused);
    const double pause = 0.3 + 0.05 * i, run = 0.5;  // a key frame each second, so resuming waits for one
    push_until(at, at + pause);
    asked.back().second = wall_now().time_since_epoch().count();
    ASSERT_TRUE(recorder_->resume());
    at = std::round((at + pause) * 50) / 50;
    push_until(at, at + 1 + run);
    at = std::round((at + 1 + run) * 50) / 50;
  }
  stop();
  const Json manifest = on_disk();
  const auto& gaps = manifest["gaps"].items();
  ASSERT_EQ(gaps.size(), 10u);
  std::int64_t paused_ms = 0;
  for (std::size_t i = 0; i < gaps.size(); ++i) {
    EXPECT_EQ(gaps[i]["reason"].as_string(), "paused");
    EXPECT_NEAR(static_cast<double>(wall(gaps[i]["from"])), static_cast<double>(asked[i].first), 50) << i;
    EXPECT_GE(wall(gaps[i]["to"]), asked[i].second - 50) << i;
    EXPECT_LE(wall(gaps[i]["to"]), asked[i].second + 1050) << "the next key frame, " << i;
    paused_ms += wall(gaps[i]["to"]) - wall(gaps[i]["from"]);
  }
  const std::int64_t recorded = manifest["durationMs"].as_int();
  EXPECT_NEAR(static_cast<double>(recorded),
              static_cast<double>(wall(manifest["endedAt"]) - wall(manifest["startedAt"]) - paused_ms), 50);

  const Decoded file = finish_and_decode();
  EXPECT_EQ(file.errors, 0);
  EXPECT_NEAR(file.pictures.front().time, 0, 1e-3);
  for (std::size_t i = 1; i < file.pictures.size(); ++i)
    EXPECT_NEAR(file.pictures[i].time - file.pictures[i - 1].time, 1.0 / 30, 0.002) << i;
  EXPECT_NEAR(static_cast<double>(file.samples.size()) / 48'000, static_cast<double>(recorded) / 1000, 0.05);
  // Every flash that is in the file has its beep with it.
  const auto flashes = file.flashes(), beeps = file.beeps();
  ASSERT_GE(flashes.size(), 9u);
  ASSERT_EQ(beeps.size(), flashes.size());
  for (std::size_t i = 0; i < flashes.size(); ++i) EXPECT_NEAR(beeps[i], flashes[i], 0.025) << i;
  EXPECT_EQ(std::ranges::count(kinds(), RecorderEvent::Kind::paused), 10);
  EXPECT_EQ(std::ranges::count(kinds(), RecorderEvent::Kind::resumed), 10);
}

TEST_F(PartsTest, ARecordingThatIsOnlyBeingPausedOrStoppedCanNotGoOnTwice) {
  start(spec_for(directory_.path()));
  EXPECT_EQ(recorder_->pause().error().code, "conflict") << "nothing runs yet";
  const Feed feed = make_feed(3);
  push(loop_, *recorder_, feed, {.until = 1});
  EXPECT_TRUE(recorder_->resume()) << "it runs";
  EXPECT_TRUE(recorder_->pause());
  EXPECT_TRUE(recorder_->pause()) << "it is paused";
  push(loop_, *recorder_, feed, {.from = 1, .until = 2});
  EXPECT_EQ(on_disk()["state"].as_string(), "paused");
  stop();
  EXPECT_EQ(recorder_->resume().error().code, "conflict");
  const Decoded file = finish_and_decode();
  EXPECT_NEAR(static_cast<double>(file.pictures.size()), 30, 1);
  EXPECT_TRUE(manifest_["gaps"].items().at(0)["to"].is_string());
}

TEST_F(PartsTest, SplitsByTime_EveryPictureIsInOneOfTheParts) {
  RecorderSpec spec = spec_for(directory_.path());
  spec.split_after = 1500ms;
  start(std::move(spec), events_);
  push(loop_, *recorder_, make_feed(6), {});
  stop();
  EXPECT_EQ(part_files(directory_.path()).size(), 3u);  // key frames at 2 and 4 s
  const Json live = on_disk();
  EXPECT_EQ(live["parts"].items()[1]["startMs"].as_int(), 2000);
  EXPECT_EQ(live["parts"].items()[2]["startMs"].as_int(), 4000);
  EXPECT_EQ(live["durationMs"].as_int(), 6000);
  (void)finish_and_decode();
  const auto& parts = manifest_["parts"].items();
  ASSERT_EQ(parts.size(), 3u);
  std::size_t pictures = 0, samples = 0;
  for (const Json& part : parts) {
    const Decoded file = decode(directory_.path() + "/" + part["file"].as_string());
    EXPECT_EQ(file.errors, 0);
    pictures += file.pictures.size();
    samples += file.samples.size();
    EXPECT_NEAR(file.luma_at(0.5), shade_of(static_cast<int>(part["startMs"].as_int() / 1000)), 4);
    EXPECT_EQ(part["closed"].as_bool(), true);
  }
  EXPECT_EQ(pictures, 180u);
  EXPECT_NEAR(static_cast<double>(samples), 6 * 48'000, 2048);
  EXPECT_EQ(parts[1]["reason"].as_string(), "split");
  EXPECT_EQ(kinds(),
            (std::vector{RecorderEvent::Kind::part, RecorderEvent::Kind::part_end, RecorderEvent::Kind::part,
                         RecorderEvent::Kind::part_end, RecorderEvent::Kind::part,
                         RecorderEvent::Kind::part_end, RecorderEvent::Kind::ended}));
  EXPECT_EQ(events_.back().details["reason"].as_string(), "stopped");
}

TEST_F(PartsTest, SplitsBySize) {
  RecorderSpec spec = spec_for(directory_.path());
  spec.split_bytes = 20'000;
  start(std::move(spec));
  push(loop_, *recorder_, make_feed(6), {.speed = 1});
  stop();
  EXPECT_GE(part_files(directory_.path()).size(), 2u);
  (void)finish_and_decode();
  std::size_t pictures = 0;
  for (const Json& part : manifest_["parts"].items())
    pictures += decode(directory_.path() + "/" + part["file"].as_string()).pictures.size();
  EXPECT_EQ(pictures, 180u);
}

TEST_F(PartsTest, EndsByItselfAtItsGreatestLength) {
  RecorderSpec spec = spec_for(directory_.path());
  spec.max_duration = 2s;
  start(std::move(spec), events_);
  push(loop_, *recorder_, make_feed(4), {});
  ASSERT_TRUE(wait_for(RecorderState::finishing));
  const Decoded file = finish_and_decode();
  EXPECT_EQ(file.pictures.size(), 60u);
  EXPECT_EQ(manifest_["endReason"].as_string(), "max-duration");
  EXPECT_EQ(events_.back().details["reason"].as_string(), "max-duration");
}

TEST_F(PartsTest, EndsByItselfWhenTheRoomHoldsAsMuchAsItMay) {
  // A room with another recording; both, and the tracks, are not far from what it may hold.
  const std::string own = directory_.path() + "/own";
  for (const std::string& folder : {own + "/tracks", directory_.path() + "/other"})
    std::filesystem::create_directories(folder);
  std::ofstream(own + "/tracks/p1.mkv") << std::string(3'000'000, 'x');
  std::ofstream(directory_.path() + "/other/recording.mp4") << std::string(5'500'000, 'x');
  RecorderSpec spec = spec_for(own);
  spec.quota_bytes = 10'000'000;
  start(std::move(spec), events_);
  push(loop_, *recorder_, make_feed(2), {.speed = 1, .whole = false});
  EXPECT_EQ(recorder_->state(), RecorderState::recording);
  std::ofstream(own + "/tracks/p2.mkv") << std::string(2'000'000, 'x');
  push(loop_, *recorder_, make_feed(4), {.from = 2, .speed = 1});
  ASSERT_TRUE(wait_for(RecorderState::finishing));
  const auto warning = std::find_if(events_.begin(), events_.end(), [](const RecorderEvent& event) {
    return event.kind == RecorderEvent::Kind::warning;
  });
  ASSERT_NE(warning, events_.end());
  EXPECT_EQ(warning->details["code"].as_string(), "quota-exceeded");
  const Json manifest = finish({.directory = own, .recovered = false, .progress = {}, .go_on = {}}).value();
  const Decoded file = decode(own + "/recording.mp4");
  EXPECT_EQ(file.errors, 0);
  EXPECT_GE(file.pictures.size(), 60u);
  EXPECT_LT(file.pictures.size(), 120u);
  EXPECT_EQ(manifest["endReason"].as_string(), "quota-exceeded");
}

TEST_F(PartsTest, EveryFormat_PictureAndSoundTogetherInTheLiveFile) {
  for (const Format& format : all_formats()) {
    SCOPED_TRACE(std::string(format.name));
    const TemporaryDirectory directory;
    RecorderSpec spec = spec_for(directory.path(), format);
    states_.clear();
    start(std::move(spec));
    const auto codec = format.video == VideoCodec::vp8 ? gst::Codec::vp8 : gst::Codec::h264;
    push(loop_, *recorder_, make_feed(4, Feed::width, Feed::height, codec), {});
    stop();
    const Decoded live = decode(directory.path() + "/live.mkv");
    EXPECT_EQ(live.errors, 0);
    const auto beeps = live.beeps();
    ASSERT_EQ(beeps.size(), 3u);
    if (!format.has_video()) {
      EXPECT_TRUE(live.pictures.empty());
      continue;
    }
    EXPECT_EQ(live.pictures.size(), 120u);
    const auto flashes = live.flashes();
    ASSERT_EQ(flashes.size(), 3u);
    for (std::size_t i = 0; i < flashes.size(); ++i) EXPECT_NEAR(beeps[i], flashes[i], 0.005) << i;
    const auto manifest =
        finish({.directory = directory.path(), .recovered = false, .progress = {}, .go_on = {}});
    ASSERT_TRUE(manifest) << manifest.error().message;
    const Decoded finished = decode(directory.path() + "/" + final_name(1, format));
    EXPECT_EQ(finished.pictures.size(), 120u);
    ASSERT_EQ(finished.beeps().size(), 3u);
    EXPECT_NEAR(finished.beeps()[1], finished.flashes()[1], 0.010);  // WebM's times are whole ms
  }
}

TEST_F(PartsTest, Vp8WithoutPicturesForLong_SoundGoesOn) {
  const Format& webm = *find_format("webm");
  start(spec_for(directory_.path(), webm));
  const Feed feed = make_feed(6, Feed::width, Feed::height, gst::Codec::vp8);
  push(loop_, *recorder_, feed, {.until = 1, .whole = false});
  push(loop_, *recorder_, feed, {.from = 1, .until = 4, .video_until = 0, .whole = false});
  push(loop_, *recorder_, feed, {.from = 4});
  stop();
  const Decoded file = finish_and_decode();
  EXPECT_EQ(file.errors, 0);
  EXPECT_EQ(file.pictures.size(), 90u);
  EXPECT_EQ(file.beeps().size(), 5u);
  EXPECT_NEAR(static_cast<double>(manifest_["durationMs"].as_int()), 6000, 100);
}

TEST_F(PartsTest, TakesOverARecordingWhoseProcessDied_InTheNextPart) {
  start(spec_for(directory_.path()), events_);
  const Feed feed = make_feed(3);
  push(loop_, *recorder_, feed, {.until = 2, .speed = 1});
  recorder_.reset();  // as kill -9 leaves it: no end, no word
  ASSERT_TRUE(loop_.run_until([&] { return !FolderLock::is_held(directory_.path()); }, 5s));
  EXPECT_EQ(Recorder::create(loop_, worker_, spec_for(directory_.path()), {}).error().code, "conflict");

  RecorderSpec spec = spec_for(directory_.path());
  spec.resume = true;
  states_.clear();
  start(std::move(spec), events_);
  push(loop_, *recorder_, feed, {.base = 60'007'000'000, .until = 2});
  stop();
  const Json live = on_disk();
  ASSERT_EQ(live["parts"].items().size(), 2u);
  EXPECT_TRUE(live["parts"].items()[0]["recovered"].as_bool());
  EXPECT_EQ(live["parts"].items()[1]["reason"].as_string(), "crash");
  EXPECT_EQ(live["gaps"].items().at(0)["reason"].as_string(), "crash");
  EXPECT_TRUE(live["gaps"].items().at(0)["to"].is_string());
  EXPECT_NEAR(static_cast<double>(live["parts"].items()[1]["startMs"].as_int()), 2000, 600);
  const Decoded first = finish_and_decode();
  EXPECT_EQ(manifest_["state"].as_string(), "ready");
  EXPECT_TRUE(manifest_["recovered"].as_bool());
  EXPECT_GT(first.pictures.size(), 30u);
  const Decoded second = decode(directory_.path() + "/recording-002.mp4");
  EXPECT_EQ(second.pictures.size(), 60u);
  EXPECT_NEAR(second.luma_at(0.5), shade_of(0), 4);
}

TEST_F(PartsTest, WhatWasPausedWhenItsProcessDied_StaysPaused) {
  start(spec_for(directory_.path()));
  const Feed feed = make_feed(3);
  push(loop_, *recorder_, feed, {.until = 1, .speed = 1});
  ASSERT_TRUE(recorder_->pause());
  push(loop_, *recorder_, feed, {.from = 1, .until = 1.5, .speed = 1});
  recorder_.reset();
  ASSERT_TRUE(loop_.run_until([&] { return !FolderLock::is_held(directory_.path()); }, 5s));
  RecorderSpec spec = spec_for(directory_.path());
  spec.resume = true;
  start(std::move(spec));
  EXPECT_EQ(recorder_->state(), RecorderState::paused);
  push(loop_, *recorder_, feed, {.base = 60'007'000'000, .until = 1.2});
  EXPECT_EQ(on_disk()["parts"].items().size(), 1u) << "nothing is recorded";
  ASSERT_TRUE(recorder_->resume());
  push(loop_, *recorder_, feed, {.base = 60'007'000'000, .from = 1.2});
  stop();
  const Json manifest = on_disk();
  EXPECT_EQ(manifest["parts"].items().size(), 2u);
  ASSERT_EQ(manifest["gaps"].items().size(), 1u) << manifest.dump();
  EXPECT_EQ(manifest["gaps"].items()[0]["reason"].as_string(), "paused");
}

TEST_F(PartsTest, WhatTheManifestHadNoTimeToSay_IsSaidByWhoeverTakesItOver) {
  start(spec_for(directory_.path()));
  const Feed feed = make_feed(2);
  push(loop_, *recorder_, feed, {.until = 1, .speed = 1});
  recorder_.reset();
  ASSERT_TRUE(loop_.run_until([&] { return !FolderLock::is_held(directory_.path()); }, 5s));
  RecorderSpec spec = spec_for(directory_.path());
  spec.resume = spec.paused = true;
  start(std::move(spec));
  push(loop_, *recorder_, feed, {.base = 60'007'000'000, .until = 1});
  ASSERT_TRUE(recorder_->resume());
  push(loop_, *recorder_, feed, {.base = 60'007'000'000, .from = 1});
  stop();
  ASSERT_EQ(on_disk()["gaps"].items().size(), 1u);
  EXPECT_EQ(on_disk()["gaps"].items()[0]["reason"].as_string(), "paused");
}

TEST_F(PartsTest, TakenOverButEndedBeforeAnotherPicture_IsWhatTheFirstProcessRecorded) {
  start(spec_for(directory_.path()));
  push(loop_, *recorder_, make_feed(2), {.until = 2, .speed = 1});
  recorder_.reset();
  ASSERT_TRUE(loop_.run_until([&] { return !FolderLock::is_held(directory_.path()); }, 5s));
  RecorderSpec spec = spec_for(directory_.path());
  spec.resume = true;
  states_.clear();
  start(std::move(spec));
  stop();
  EXPECT_EQ(part_files(directory_.path()).size(), 1u);
  const Decoded file = finish_and_decode();
  EXPECT_TRUE(manifest_["recovered"].as_bool());
  EXPECT_GT(file.pictures.size(), 30u);
}

TEST_F(PartsTest, TellsWhereItIsInRecordedTime) {
  RecorderSpec spec = spec_for(directory_.path());
  const auto clock = spec.clock = std::make_shared<RecordedClock>();
  start(std::move(spec), events_);
  const Feed feed = make_feed(3);
  push(loop_, *recorder_, feed, {.until = 2, .whole = false});
  ASSERT_TRUE(recorder_->pause());
  push(loop_, *recorder_, feed, {.from = 2, .whole = false});
  const GstClockTime base = PushOptions{}.base;
  ASSERT_TRUE(clock->at(base + GST_SECOND));
  EXPECT_NEAR(static_cast<double>(clock->at(base + GST_SECOND)->time), 1e9, 1e6);
  EXPECT_FALSE(clock->at(base + 2500 * GST_MSECOND));
  ASSERT_EQ(kinds(), (std::vector{RecorderEvent::Kind::part, RecorderEvent::Kind::paused}));
  EXPECT_NEAR(static_cast<double>(events_[1].place.time), 2e9, 34e6);
  stop();
}

}  // namespace
}  // namespace tessera::recording::test
