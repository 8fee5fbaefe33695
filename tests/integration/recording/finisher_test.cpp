#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <random>

#include "decoded.hpp"
#include "feed.hpp"
#include "live_file.hpp"
#include "recording/files.hpp"
#include "recording/finisher.hpp"
#include "recording/manifest.hpp"
#include "recording/media_probe.hpp"
#include "recording/part_finisher.hpp"
#include "recording/recovery.hpp"
#include "recording/store.hpp"
#include "recording/verification.hpp"
#include "small_disk.hpp"

namespace tessera::recording::test {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

/// A folder with a live file as the recorder leaves it, made once.
class FinisherTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    made_ = std::make_unique<TemporaryDirectory>();
    Loop loop;
    const SourceGuard tick = loop.every(10ms, [] {});
    Worker worker("test-worker");
    RecorderState last = RecorderState::starting;
    auto recorder = Recorder::create(loop, worker, spec_for(made_->path()),
                                     [&](RecorderState state, const std::string&) { last = state; });
    push(loop, **recorder, make_feed(3), {});
    (*recorder)->stop();
    ASSERT_TRUE(loop.run_until([&] { return last == RecorderState::finishing; }, 15s));
  }
  static void TearDownTestSuite() { made_.reset(); }

  /// A copy of it as <store>/blue/<start>.
  std::string fresh() {
    const Created created = store_.create("blue").value();
    Json manifest = load_manifest(made_->path()).value();
    manifest.set("id", created.id);
    EXPECT_TRUE(save_manifest(created.directory, manifest));
    fs::copy_file(live(made_->path()), live(created.directory));
    return created.directory;
  }
  static std::string live(const std::string& directory) { return directory + "/live.mkv"; }
  static std::string final_of(const std::string& directory) { return directory + "/recording.mp4"; }
  static Result<Json> run(const std::string& directory) {
    return finish({.directory = directory, .recovered = false, .progress = {}, .go_on = {}});
  }
  static void unclosed(const std::string& directory) {
    Json manifest = load_manifest(directory).value();
    manifest.set("closed", false).set("state", "recording");
    ASSERT_TRUE(save_manifest(directory, manifest));
  }

  static inline std::unique_ptr<TemporaryDirectory> made_;
  TemporaryDirectory directory_;
  Store store_{directory_.path()};
};

TEST_F(FinisherTest, CopiesEveryPacket_SaysHowFarItIs_AndDescribesTheResult) {
  const std::string directory = fresh();
  const auto before = probe_media(live(directory)).value();
  std::vector<double> progress;
  const auto manifest = finish({.directory = directory,
                                .recovered = false,
                                .progress = [&](double f) { progress.push_back(f); },
                                .go_on = {}});
  ASSERT_TRUE(manifest) << manifest.error().message;
  const auto after = probe_media(final_of(directory)).value();
  EXPECT_EQ(after.find("video")->packets, before.find("video")->packets);
  EXPECT_EQ(after.find("audio")->packets, before.find("audio")->packets);
  EXPECT_EQ(after.find("video")->key_packets, 3u);
  EXPECT_NEAR(after.duration, 3, 0.1);
  EXPECT_NEAR(after.find("video")->end, after.find("audio")->end, 0.1);
  const Json offset = (*manifest)["parts"].items().at(0)["avOffsetMs"];
  EXPECT_NEAR(offset["start"].as_double(), (after.find("audio")->start - after.find("video")->start) * 1000,
              0.1);
  EXPECT_NEAR(offset["end"].as_double(), (after.find("audio")->end - after.find("video")->end) * 1000, 0.1);
  EXPECT_FALSE((*manifest)["parts"].items().at(0).has("missingMs"));
  EXPECT_EQ((*manifest)["sha256"].as_string(), sha256_of(final_of(directory)).value());
  EXPECT_EQ((*manifest)["bytes"].as_int(), static_cast<std::int64_t>(fs::file_size(final_of(directory))));
  EXPECT_EQ(*manifest, load_manifest(directory).value());
  EXPECT_TRUE(std::is_sorted(progress.begin(), progress.end()));
  EXPECT_EQ(progress.back(), 1);
  // The index stands before the media, so that a browser can start at once.
  std::ifstream file(final_of(directory), std::ios::binary);
  std::string head(200, '\0');
  file.read(head.data(), 200);
  EXPECT_NE(head.find("moov"), std::string::npos);
}

TEST_F(FinisherTest, SecondCallChangesNothing) {
  const std::string directory = fresh();
  const auto first = run(directory);
  ASSERT_TRUE(first);
  const auto written = fs::last_write_time(final_of(directory));
  const auto second = run(directory);
  ASSERT_TRUE(second);
  EXPECT_EQ(*first, *second);
  EXPECT_EQ(fs::last_write_time(final_of(directory)), written);
}

TEST_F(FinisherTest, StoppedAfterAnyStep_TheNextRunEndsReady_AndTheRenamedFileIsNotMadeAgain) {
  for (const FinishStep step : {FinishStep::planned, FinishStep::written, FinishStep::verified,
                                FinishStep::renamed, FinishStep::described, FinishStep::cleaned}) {
    const std::string directory = fresh();
    const auto stopped =
        finish({.directory = directory, .recovered = false, .progress = {}, .go_on = [&](FinishStep at) {
                  return at != step;
                }});
    ASSERT_FALSE(stopped);
    EXPECT_EQ(stopped.error().code, "abandoned");
    EXPECT_EQ(store_.unfinished().size(), step == FinishStep::cleaned ? 0u : 1u) << static_cast<int>(step);
    const bool renamed = fs::exists(final_of(directory));
    const auto written = renamed ? fs::last_write_time(final_of(directory)) : fs::file_time_type{};
    recover(store_);
    EXPECT_TRUE(store_.unfinished().empty());
    const Json manifest = load_manifest(directory).value();
    EXPECT_EQ(manifest["state"].as_string(), "ready");
    EXPECT_EQ(manifest["sha256"].as_string(), sha256_of(final_of(directory)).value());
    EXPECT_FALSE(manifest["recovered"].as_bool());  // the live file had been closed
    EXPECT_FALSE(fs::exists(live(directory)));
    EXPECT_FALSE(fs::exists(final_of(directory) + ".part"));
    if (renamed) {
      EXPECT_EQ(fs::last_write_time(final_of(directory)), written);
    }
  }
}

TEST_F(FinisherTest, DamagedFinishedFile_IsMadeAgainFromTheLiveOne) {
  const std::string directory = fresh();
  std::ofstream(final_of(directory)) << "half a file";
  ASSERT_TRUE(run(directory));
  EXPECT_EQ(decode(final_of(directory)).pictures.size(), 90u);
}

TEST_F(FinisherTest, WhatIsNotWhatWasRecorded_GetsNoName_AndTheLiveFileStays) {
  const auto cut = [](const std::string& file) { fs::resize_file(file, fs::file_size(file) * 9 / 10); };
  const auto flip = [](const std::string& file) {
    std::fstream open(file, std::ios::in | std::ios::out | std::ios::binary);
    const auto middle = static_cast<std::streamoff>(fs::file_size(file) / 2);
    open.seekg(middle);
    const int byte = open.get();
    open.seekp(middle);
    open.put(static_cast<char>(byte ^ 0x10));
  };
  const auto empty = [](const std::string& file) { fs::resize_file(file, 0); };
  const auto other = [this](const std::string& file) {  // a good file, but of less
    TemporaryDirectory place;
    make_live(place.path() + "/live.mkv", default_format(), {.seconds = 2});
    Json manifest = new_manifest("x", "blue", wall_now());
    ASSERT_TRUE(save_manifest(place.path(), manifest.set("format", "mp4")));
    ASSERT_TRUE(run(place.path()));
    fs::copy_file(final_of(place.path()), file, fs::copy_options::overwrite_existing);
  };
  const std::vector<std::pair<std::string, std::function<void(const std::string&)>>> harms = {
      {"cut", cut}, {"flip", flip}, {"empty", empty}, {"other", other}};
  for (const auto& [name, harm] : harms) {
    const std::string directory = fresh();
    const auto before = sha256_of(live(directory)).value();
    const auto wrong =
        finish({.directory = directory, .recovered = false, .progress = {}, .go_on = [&](FinishStep at) {
                  if (at == FinishStep::written) harm(final_of(directory) + ".part");
                  return true;
                }});
    EXPECT_FALSE(wrong) << name;
    EXPECT_FALSE(fs::exists(final_of(directory))) << name;
    EXPECT_EQ(sha256_of(live(directory)).value(), before) << name;
    EXPECT_EQ(load_manifest(directory).value()["state"].as_string(), "failed") << name;
    ASSERT_TRUE(run(directory)) << name << ": the next run makes it";
  }
}

TEST_F(FinisherTest, WhatWasClosedInOrderAndCannotBeReadToItsEnd_IsFinishedAsFarAsItGoes_AndKept) {
  const std::string directory = fresh();
  fs::resize_file(live(directory), fs::file_size(live(directory)) / 3);
  const auto size = fs::file_size(live(directory));
  const auto check = [&] {
    const Json manifest = load_manifest(directory).value();
    EXPECT_EQ(manifest["state"].as_string(), "ready");
    const Json part = manifest["parts"].items().at(0);
    EXPECT_NEAR(static_cast<double>(part["missingMs"].as_int() + part["durationMs"].as_int()), 3000, 100);
    EXPECT_FALSE(fs::exists(live(directory)));
    EXPECT_EQ(fs::file_size(live(directory) + ".damaged"), size);
    EXPECT_TRUE(store_.unfinished().empty());
    const auto entry = store_.find(manifest["id"].as_string());
    ASSERT_TRUE(entry);
    EXPECT_EQ(verify_recording(*entry)["state"].as_string(), "damaged") << "somebody should look";
  };
  ASSERT_FALSE(
      finish({.directory = directory, .recovered = false, .progress = {}, .go_on = [](FinishStep at) {
                return at != FinishStep::renamed;
              }}));
  ASSERT_TRUE(run(directory)) << "killed in between";
  check();
  ASSERT_TRUE(run(directory));
  check();
  // Somebody has got the rest of it from elsewhere, and puts it back.
  fs::remove(final_of(directory));
  fs::remove(live(directory) + ".damaged");
  fs::copy_file(live(made_->path()), live(directory));
  const auto whole = run(directory);
  ASSERT_TRUE(whole) << whole.error().message;
  EXPECT_FALSE((*whole)["parts"].items().at(0).has("missingMs"));
  EXPECT_FALSE(fs::exists(live(directory)));
  EXPECT_FALSE(fs::exists(live(directory) + ".damaged"));
}

TEST_F(FinisherTest, LostManifest_IsWrittenAnew) {
  const std::string directory = fresh();
  std::ofstream(directory + "/recording.json") << "{\"id\": ";
  ASSERT_EQ(store_.unfinished().size(), 1u);
  recover(store_);
  const auto listed = store_.list();
  ASSERT_EQ(listed.size(), 1u);
  EXPECT_EQ(listed[0]["state"].as_string(), "ready");
  EXPECT_EQ(listed[0]["room"].as_string(), "blue");
  EXPECT_TRUE(store_.find(listed[0]["id"].as_string()));
}

TEST_F(FinisherTest, LostManifest_KeepsTimeIdAndNameWhereTheTimelineHasThem) {
  const std::string directory = fresh();
  const std::string id = load_manifest(directory).value()["id"].as_string();
  const WallTime start = start_of(fs::path(directory).filename().string()).value();
  fs::remove(directory + "/recording.json");
  std::ofstream(directory + "/timeline.jsonl")
      << R"({"at":")" << timestamp(start) << R"(","part":1,"ms":0,"type":"part","recording":")" << id
      << R"(","name":"Board","format":"mp4","reason":"start"})"
      << "\n";
  const Json manifest = run(directory).value();
  EXPECT_EQ(manifest["id"].as_string(), id);
  EXPECT_EQ(manifest["name"].as_string(), "Board");
  EXPECT_EQ(manifest["startedAt"].as_string(), timestamp(start));
  EXPECT_LE(manifest["startedAt"].as_string(), manifest["endedAt"].as_string());
}

TEST_F(FinisherTest, AChangedSoundIsNotBegunWhereThereIsNoRoomForIt) {
  const TemporaryDirectory place;
  const SmallDisk disk(place.path(), 20);
  if (!disk.mounted()) GTEST_SKIP() << "mounting a tmpfs needs root";
  const std::string directory = place.path() + "/blue";
  fs::copy(fresh(), directory, fs::copy_options::recursive);
  Json manifest = load_manifest(directory).value();
  ASSERT_TRUE(save_manifest(directory, manifest.set("loudness", -30)));
  const auto live_bytes = fs::file_size(live(directory));
  EXPECT_EQ(space_to_finish(directory), 2 * live_bytes + 16'000'000);
  const auto free = free_bytes(place.path()).value();
  std::ofstream(disk.ballast()) << std::string(free - 16'000'000 - live_bytes - live_bytes / 2, 'x');
  const auto finished = run(directory);
  ASSERT_FALSE(finished);
  EXPECT_EQ(finished.error().code, "disk-full");
  fs::remove(disk.ballast());
  EXPECT_TRUE(run(directory));
}

TEST_F(FinisherTest, ATrackThatOnlyTheTimelineKnowsIsNoPartOfTheRecording) {
  const std::string directory = fresh();
  std::ofstream(directory + "/timeline.jsonl")
      << R"({"at":"2026-11-21T10:00:00.000Z","part":1,"ms":0,"type":"part","format":"mp4","reason":"start"})"
      << "\n"
      << R"({"at":"2026-11-21T10:00:00.000Z","part":1,"ms":0,"type":"track","file":"tracks/p1-main-001.mkv","participant":"p1","kind":"main"})"
      << "\n";
  ASSERT_TRUE(run(directory));
  const auto entry = store_.find(load_manifest(directory).value()["id"].as_string());
  ASSERT_TRUE(entry);
  EXPECT_EQ(verify_recording(*entry)["state"].as_string(), "ok");
}

// Two processes died of them: nobody tries a third time, and nothing half written stays.
TEST_F(FinisherTest, PicturesThatAreGivenUpLeaveNothingBehind) {
  const std::string directory = fresh();
  auto manifest = run(directory);
  ASSERT_TRUE(manifest) << manifest.error().message;
  ASSERT_TRUE(save_manifest(directory, manifest->set(sidecars_key, "again")));
  const std::string half = directory + "/strip.jpg.tmp";
  std::ofstream(half) << "half a picture";
  const auto again = run(directory);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ((*again)[sidecars_key].as_string(), "failed");
  EXPECT_FALSE(fs::exists(half));
}

TEST_F(FinisherTest, NoRoomForThePictures_TheyAreMadeWhenThereIs) {
  const TemporaryDirectory place;
  const SmallDisk disk(place.path(), 40);
  if (!disk.mounted()) GTEST_SKIP() << "mounting a tmpfs needs root";
  const std::string directory = place.path() + "/blue";
  fs::copy(fresh(), directory, fs::copy_options::recursive);
  const auto full =
      finish({.directory = directory, .recovered = false, .progress = {}, .go_on = [&](FinishStep step) {
                if (step == FinishStep::described) disk.fill();
                return true;
              }});
  ASSERT_TRUE(full) << full.error().message;
  EXPECT_EQ((*full)["state"].as_string(), "ready");
  EXPECT_TRUE(sidecars_pending(*full)) << full->dump();
  fs::remove(disk.ballast());
  for (int again = 0; again < 2; ++again) {
    const auto manifest = run(directory);
    ASSERT_TRUE(manifest) << manifest.error().message;
    EXPECT_EQ((*manifest)[sidecars_key].as_string(), "made");
    EXPECT_TRUE(fs::exists(directory + "/poster.jpg"));
    EXPECT_TRUE((*manifest)["sums"].has("poster.jpg"));
  }
}

TEST_F(FinisherTest, TruncatedAnywhere_EndsReadyWithContentOrFailed_NeverWorse) {
  std::mt19937 random(7);
  const auto size = fs::file_size(live(made_->path()));
  std::uniform_int_distribution<std::uintmax_t> length(0, size);
  int ready = 0, failed = 0;
  for (int i = 0; i < 50; ++i) {
    const std::string directory = fresh();
    unclosed(directory);
    const auto kept = i == 0 ? 0 : length(random);
    fs::resize_file(live(directory), kept);
    const auto manifest = run(directory);
    if (manifest) {
      ++ready;
      const Decoded file = decode(final_of(directory));
      EXPECT_GE(file.pictures.size(), 1u) << kept;
      EXPECT_NEAR(file.pictures.front().luma, shade_of(0), 4) << kept;
      // In proportion: pictures of a second or so may be missing, not more.
      EXPECT_GT(file.pictures.back().time, 3.0 * static_cast<double>(kept) / static_cast<double>(size) - 1)
          << kept;
      EXPECT_TRUE((*manifest)["recovered"].as_bool());
    } else {
      ++failed;
      EXPECT_LT(kept, size / 10) << manifest.error().message;
      EXPECT_TRUE(fs::exists(live(directory)));
      EXPECT_EQ(load_manifest(directory).value()["state"].as_string(), "failed");
      EXPECT_TRUE(store_.unfinished().empty()) << "a hopeless one is not tried at each start-up";
    }
    fs::remove_all(directory);
  }
  EXPECT_GT(ready, 40);
  EXPECT_GE(failed, 1);
}

TEST_F(FinisherTest, BytesOfNonsenseInTheMiddle_NeverCrash) {
  std::mt19937 random(11);
  const auto size = fs::file_size(live(made_->path()));
  for (int i = 0; i < 20; ++i) {
    const std::string directory = fresh();
    std::fstream file(live(directory), std::ios::in | std::ios::out | std::ios::binary);
    for (int hole = 0; hole < 5; ++hole) {
      file.seekp(static_cast<std::streamoff>(
          std::uniform_int_distribution<std::uintmax_t>(600, size - 200)(random)));
      for (int byte = 0; byte < 100; ++byte) file.put(static_cast<char>(random()));
    }
    file.close();
    const auto manifest = run(directory);
    if (!manifest) {
      EXPECT_TRUE(fs::exists(live(directory))) << manifest.error().message;
    }
    fs::remove_all(directory);
  }
}

TEST_F(FinisherTest, NoKeyFrame_FailsAndKeepsTheFile) {
  const std::string directory = fresh();
  std::ofstream(live(directory), std::ios::trunc) << "this is not Matroska";
  const auto manifest = run(directory);
  ASSERT_FALSE(manifest);
  EXPECT_EQ(manifest.error().code, "unreadable");
  EXPECT_TRUE(fs::exists(live(directory)));
}

TEST_F(FinisherTest, HeldByAnother_IsAConflict) {
  const std::string directory = fresh();
  const auto lock = FolderLock::try_take(directory);
  const auto manifest = run(directory);
  ASSERT_FALSE(manifest);
  EXPECT_EQ(manifest.error().code, "conflict");
  EXPECT_EQ(load_manifest(directory).value()["state"].as_string(), "finishing");
}

TEST_F(FinisherTest, FullDiskWhileRecording_Fails_AndWhatWasWrittenPlays) {
  const TemporaryDirectory place;
  const SmallDisk disk(place.path(), 3);
  if (!disk.mounted()) GTEST_SKIP() << "mounting a tmpfs needs root";
  const std::string ballast = place.path() + "/ballast";
  const std::string directory = place.path() + "/r";
  fs::create_directory(directory);
  std::ofstream(ballast) << std::string((std::size_t{3} << 20) - 100'000, 'x');
  Loop loop;
  const SourceGuard tick = loop.every(10ms, [] {});
  Worker worker("test-worker");
  RecorderState last = RecorderState::starting;
  std::string message;
  auto recorder =
      Recorder::create(loop, worker, spec_for(directory), [&](RecorderState state, const std::string& error) {
        last = state;
        message = error;
      });
  ASSERT_TRUE(recorder) << recorder.error().message;
  const Feed feed = make_feed(4, 640, 360);
  push(loop, **recorder, feed, {.until = 12});
  ASSERT_TRUE(loop.run_until([&] { return last == RecorderState::failed; }, 10s));
  EXPECT_EQ(message.substr(0, 9), "disk-full") << message;
  EXPECT_NE(message.find("make room, and the server finishes"), std::string::npos) << message;
  push(loop, **recorder, feed,
       {.from = 12, .until = 12.5});  // the room does not know yet, and that does no harm
  (*recorder)->stop();
  EXPECT_EQ((*recorder)->state(), RecorderState::failed);

  const auto still_full = run(directory);
  ASSERT_FALSE(still_full);
  EXPECT_EQ(still_full.error().code, "disk-full");
  EXPECT_NE(still_full.error().message.find("run: tessera recording recover"), std::string::npos);
  EXPECT_TRUE(fs::exists(live(directory)));
  fs::remove(ballast);
  fs::create_directories(directory_.path() + "/blue");
  fs::copy(directory, directory_.path() + "/blue/20261121T004512.123Z", fs::copy_options::recursive);
  recover(store_);
  const std::string copy = directory_.path() + "/blue/20261121T004512.123Z";
  EXPECT_EQ(load_manifest(copy).value()["state"].as_string(), "ready");
  const Decoded file = decode(final_of(copy));
  EXPECT_EQ(file.errors, 0);
  EXPECT_GT(file.pictures.size(), 30u);
  EXPECT_NEAR(file.luma_at(0.5), shade_of(0), 4);
}

}  // namespace
}  // namespace tessera::recording::test
