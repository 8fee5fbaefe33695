// Every format, and recordings of several parts.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <random>

#include "decoded.hpp"
#include "feed.hpp"
#include "live_file.hpp"
#include "recording/files.hpp"
#include "recording/finisher.hpp"
#include "recording/live_scan.hpp"
#include "recording/manifest.hpp"
#include "recording/media_probe.hpp"
#include "recording/names.hpp"
#include "recording/recovery.hpp"
#include "recording/remux.hpp"
#include "recording/store.hpp"
#include "recording/timeline.hpp"
#include "recording/verification.hpp"

namespace tessera::recording::test {
namespace {

namespace fs = std::filesystem;

/// One live file of each format, made when it is first asked for.
const std::string& live_of(const Format& format) {
  static TemporaryDirectory directory;
  static std::map<std::string, std::string> made;
  std::string& path = made[std::string(format.name)];
  if (path.empty()) {
    path = directory.path() + "/" + std::string(format.name) + ".mkv";
    make_live(path, format);
  }
  return path;
}

class FormatsTest : public testing::Test {
 protected:
  std::string fresh(const Format* format, bool closed = true) {
    const Created created = store_.create("blue").value();
    Json manifest = load_manifest(created.directory).value();
    manifest.set("state", "finishing").set("closed", closed);
    if (format) manifest.set("format", format->name);
    EXPECT_TRUE(save_manifest(created.directory, manifest));
    return created.directory;
  }
  static void add_part(const std::string& directory, int part, const Format& format) {
    fs::copy_file(live_of(format), directory + "/" + live_name(part));
  }
  static void note(const std::string& directory, const std::string& lines) {
    std::ofstream(directory + "/" + timeline_file) << lines;
  }
  static Result<Json> run(const std::string& directory, std::function<bool(FinishStep)> go_on = {}) {
    return finish({.directory = directory, .recovered = false, .progress = {}, .go_on = std::move(go_on)});
  }

  TemporaryDirectory directory_;
  Store store_{directory_.path()};
};

TEST_F(FormatsTest, EachFormatIsFinishedAsItself_WithTheSoundFromItsFirstMoment) {
  for (const Format& format : all_formats()) {
    SCOPED_TRACE(std::string(format.name));
    const std::string directory = fresh(&format);
    add_part(directory, 1, format);
    const auto live = probe_media(live_of(format)).value();
    const auto manifest = run(directory);
    ASSERT_TRUE(manifest) << manifest.error().message;
    const std::string file = directory + "/" + final_name(1, format);
    const auto probe = probe_media(file).value();
    EXPECT_NEAR(probe.duration, 3, 0.1);
    EXPECT_EQ((*manifest)["codecs"]["audio"].as_string(), name_of(format.audio));
    EXPECT_EQ((*manifest)["codecs"]["video"].as_string(), name_of(format.video));
    EXPECT_EQ((*manifest)["files"].items().at(0).as_string(), final_name(1, format));
    // Bit for bit what was recorded.
    for (const char* kind : {"video", "audio"}) {
      const StreamProbe* before = live.find(kind);
      const StreamProbe* after = probe.find(kind);
      ASSERT_EQ(before == nullptr, after == nullptr);
      if (!before) continue;
      if (format.audio == AudioCodec::aac && std::string(kind) == "audio") continue;  // run-up: see below
      EXPECT_EQ(before->bytes, after->bytes);
      EXPECT_EQ(before->crc, after->crc);
    }
    const Decoded played = decode(file);
    EXPECT_EQ(played.errors, 0);
    EXPECT_NEAR(played.sound_start, 0, 0.03);
    // Opus begins with what its decoder drops (6.5 ms), which is before 0 by just that: a block whose own
    // time is before 0 stops Chromium at the first seek.
    if (format.audio == AudioCodec::opus) {
      EXPECT_NEAR(probe.find("audio")->start, format.muxer == "ogg" ? 0 : -0.0065, 0.0011);
    }
    EXPECT_GT(played.tone(0.05, 440), 0.1);
    EXPECT_GT(played.tone(2.8, 440), 0.1);
    if (format.has_video()) {
      EXPECT_EQ(played.pictures.size(), 90u);
      EXPECT_NEAR(played.pictures.front().time, 0, 0.002);
    }
    EXPECT_EQ((*manifest)["sha256"].as_string(), sha256_of(file).value());
    EXPECT_FALSE(fs::exists(directory + "/live.mkv"));
  }
}

TEST_F(FormatsTest, WavHasNoTimes_SoAGapInTheSoundBecomesSilence) {
  const Format& wav = *find_format("wav");
  auto plan = plan_remux(scan_live(live_of(wav)).value()).value();
  for (std::size_t i = plan.audio.size() / 2; i < plan.audio.size(); ++i) plan.audio[i]->pts += 48'000;
  plan.audio_end += microsecond;
  const std::string file = directory_.path() + "/gap.wav";
  const auto written = write_media({live_of(wav), live_of(wav)}, file, wav, plan, {}, {});
  ASSERT_TRUE(written) << written.error().message;
  const auto verified = verify_media(file, wav, plan, *written, {});
  EXPECT_TRUE(verified) << verified.error().message;
  const Decoded played = decode(file);
  EXPECT_EQ(played.samples.size(), 4u * 48'000);
  EXPECT_GT(played.tone(1.3, 440), 0.1);
  EXPECT_LT(played.tone(1.6, 440), 0.001);
  EXPECT_LT(played.tone(2.3, 440), 0.001);
  EXPECT_GT(played.tone(2.6, 440), 0.1);
}

TEST_F(FormatsTest, LostOrWrongFormat_IsReadOffTheLiveFile) {
  for (const Format* claimed :
       {static_cast<const Format*>(nullptr), find_format("wav"), find_format("mp4")}) {
    const std::string directory = fresh(claimed, false);
    add_part(directory, 1, *find_format("webm"));
    const auto manifest = run(directory);
    ASSERT_TRUE(manifest) << manifest.error().message;
    EXPECT_TRUE(fs::exists(directory + "/recording.webm"));
    EXPECT_TRUE((*manifest)["recovered"].as_bool());
  }
}

TEST_F(FormatsTest, TruncatedAnywhere_EndsReadyOrFailed_InEveryFormat) {
  for (const Format& format : all_formats()) {
    const auto size = fs::file_size(live_of(format));
    int ready = 0;
    for (int eighth = 0; eighth < 8; ++eighth) {
      SCOPED_TRACE(fmt::format("{}, {}/8", format.name, eighth));
      const std::string directory = fresh(&format, false);
      add_part(directory, 1, format);
      fs::resize_file(directory + "/live.mkv", size * static_cast<std::uintmax_t>(eighth) / 8 + 7);
      const auto manifest = run(directory);
      if (!manifest) {
        EXPECT_TRUE(manifest.error().code == "unreadable" || manifest.error().code == "no-picture")
            << manifest.error().message;
        EXPECT_TRUE(fs::exists(directory + "/live.mkv"));
        continue;
      }
      ++ready;
      EXPECT_GT((*manifest)["durationMs"].as_int(), 3000 * eighth / 8 - 1100);
      EXPECT_EQ(decode(directory + "/" + final_name(1, format)).errors, 0);
    }
    EXPECT_GE(ready, 6) << format.name;
  }
}

TEST_F(FormatsTest, MutatedAnywhere_NeverCrashes_AndWhatIsReadyIsWhole) {
  std::mt19937 random(23);
  int ready = 0, runs = 0;
  for (const Format& format : all_formats()) {
    const auto size = fs::file_size(live_of(format));
    for (int i = 0; i < 25; ++i, ++runs) {
      const std::string directory = fresh(&format, false);
      add_part(directory, 1, format);
      const std::string live = directory + "/live.mkv";
      std::fstream file(live, std::ios::in | std::ios::out | std::ios::binary);
      // A few bytes anywhere, the header included; stretches of noise, zeros or a copy from elsewhere; a cut.
      for (int hole = 0; hole < 1 + i % 8; ++hole) {
        const auto at = std::uniform_int_distribution<std::uintmax_t>(0, size - 1)(random);
        const auto length = std::uniform_int_distribution<int>(1, i % 3 == 0 ? 3 : 3000)(random);
        file.seekp(static_cast<std::streamoff>(at));
        for (int byte = 0; byte < length; ++byte) file.put(i % 2 == 0 ? static_cast<char>(random()) : '\0');
      }
      file.close();
      if (i % 5 == 0) fs::resize_file(live, std::uniform_int_distribution<std::uintmax_t>(1, size)(random));
      Json manifest = load_manifest(directory).value();
      if (i % 4 == 0) manifest.set("loudness", -16);
      ASSERT_TRUE(save_manifest(directory, manifest));
      const auto finished = run(directory);
      if (finished) {
        ++ready;
        EXPECT_EQ(verify_recording(*store_.find((*finished)["id"].as_string()))["state"].as_string(), "ok");
      } else {
        EXPECT_TRUE(fs::exists(live)) << finished.error().message;
        EXPECT_EQ(load_manifest(directory).value()["state"].as_string(), "failed");
      }
      fs::remove_all(directory);
    }
  }
  EXPECT_GT(ready, runs / 2);
}

constexpr const char* three_parts =
    R"({"at":"2026-11-21T10:00:00.000Z","part":1,"ms":0,"type":"part","file":"live.mkv","reason":"start","format":"mp4"}
{"at":"2026-11-21T10:00:00.000Z","part":1,"ms":0,"type":"participant-joined","id":"a","name":"Ann","role":"speaker"}
{"at":"2026-11-21T10:00:00.000Z","part":1,"ms":0,"type":"layout","name":"grid","placements":[]}
{"at":"2026-11-21T10:00:01.000Z","part":1,"ms":1000,"type":"paused"}
{"at":"2026-11-21T10:00:05.000Z","part":1,"ms":1000,"type":"resumed"}
{"at":"2026-11-21T10:00:07.000Z","part":1,"ms":3000,"type":"part-end","durationMs":3000}
{"at":"2026-11-21T10:00:07.000Z","part":2,"ms":0,"type":"part","file":"live-002.mkv","reason":"split","format":"mp4"}
{"at":"2026-11-21T10:00:08.000Z","part":2,"ms":1000,"type":"participant-joined","id":"b","name":"Ben","role":"viewer"}
{"at":"2026-11-21T10:00:20.000Z","part":3,"ms":0,"type":"part","file":"live-003.mkv","reason":"crash","format":"mp4"}
{"at":"2026-11-21T10:00:20.000Z","part":3,"ms":0,"type":"participant-joined","id":"a","name":"Ann","role":"speaker"}
{"at":"2026-11-21T10:00:20.000Z","part":3,"ms":0,"type":"layout","name":"speaker","placements":[]}
{"at":"2026-11-21T10:00:23.000Z","part":3,"ms":3000,"type":"part-end","durationMs":3000}
{"at":"2026-11-21T10:00:23.000Z","part":3,"ms":3000,"type":"ended","reason":"stopped"}
{"at":"2026-11-21T10:0)";

TEST_F(FormatsTest, PartsBecomeFilesOfOneRecording_ItsManifestCompletedFromTheTimeline) {
  const Format& mp4 = default_format();
  const std::string directory = fresh(&mp4);
  for (int part = 1; part <= 3; ++part) add_part(directory, part, mp4);
  note(directory, three_parts);
  const auto manifest = run(directory);
  ASSERT_TRUE(manifest) << manifest.error().message;
  const Json& parts = (*manifest)["parts"];
  ASSERT_EQ(parts.items().size(), 3u);
  std::int64_t position = 0, bytes = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    const Json& part = parts.items()[i];
    EXPECT_EQ(part["file"].as_string(), final_name(static_cast<int>(i) + 1, mp4));
    EXPECT_EQ(part["startMs"].as_int(), position);
    EXPECT_NEAR(static_cast<double>(part["durationMs"].as_int()), 3000, 100);
    EXPECT_EQ(part["sha256"].as_string(), sha256_of(directory + "/" + part["file"].as_string()).value());
    EXPECT_EQ(part["width"].as_int(), 320);
    position += part["durationMs"].as_int();
    bytes += part["bytes"].as_int();
    EXPECT_FALSE(fs::exists(directory + "/" + live_name(static_cast<int>(i) + 1)));
  }
  EXPECT_EQ(parts.items()[1]["reason"].as_string(), "split");
  EXPECT_TRUE(parts.items()[1]["recovered"].as_bool());  // no part-end: it was cut off
  EXPECT_FALSE(parts.items()[2]["recovered"].as_bool());
  EXPECT_EQ(parts.items()[2]["startedAt"].as_string(), "2026-11-21T10:00:20.000Z");
  EXPECT_EQ((*manifest)["durationMs"].as_int(), position);
  EXPECT_EQ((*manifest)["bytes"].as_int(), bytes);
  EXPECT_EQ((*manifest)["files"].items().size(), 3u);
  EXPECT_TRUE((*manifest)["recovered"].as_bool());
  EXPECT_EQ((*manifest)["endReason"].as_string(), "stopped");
  EXPECT_EQ((*manifest)["endedAt"].as_string(), "2026-11-21T10:00:23.000Z");

  const auto& gaps = (*manifest)["gaps"].items();
  ASSERT_EQ(gaps.size(), 2u);
  EXPECT_EQ(gaps[0]["reason"].as_string(), "paused");
  EXPECT_EQ(gaps[0]["from"].as_string(), "2026-11-21T10:00:01.000Z");
  EXPECT_EQ(gaps[0]["to"].as_string(), "2026-11-21T10:00:05.000Z");
  EXPECT_EQ(gaps[0]["atMs"].as_int(), 1000);
  EXPECT_EQ(gaps[1]["reason"].as_string(), "crash");
  EXPECT_EQ(gaps[1]["atMs"].as_int(), parts.items()[2]["startMs"].as_int());
  EXPECT_EQ(gaps[1]["to"].as_string(), "2026-11-21T10:00:20.000Z");
  // Part 2 was three seconds long: what the timeline knew of it ended after one.
  const auto cut = parse_timestamp(gaps[1]["from"].as_string()).value();
  EXPECT_NEAR(static_cast<double>((cut - parse_timestamp("2026-11-21T10:00:10.000Z").value()).count()), 0,
              100);

  const auto& people = (*manifest)["participants"].items();
  ASSERT_EQ(people.size(), 2u);
  EXPECT_EQ(people[0]["name"].as_string(), "Ann");
  EXPECT_FALSE(people[0].has("leftAt"));
  EXPECT_EQ(people[1]["leftAt"].as_string(), gaps[1]["from"].as_string());  // gone with the crash
  ASSERT_EQ((*manifest)["layouts"].items().size(), 2u);
  EXPECT_EQ((*manifest)["layouts"].items()[1]["name"].as_string(), "speaker");
  // What happened in part 3 lies behind all of part 2, though the timeline knows only its first second.
  const auto spans = measured_parts(read_timeline(directory).value(), *manifest);
  EXPECT_EQ(position_of({3, 10}, spans), parts.items()[2]["startMs"].as_int() + 10);
  EXPECT_EQ(*manifest, load_manifest(directory).value());
  EXPECT_EQ(*manifest, run(directory).value()) << "a second call changes nothing";
}

TEST_F(FormatsTest, PartWithNothingInIt_IsNoted_AndTheOthersAreReady) {
  const Format& webm = *find_format("webm");
  const std::string directory = fresh(&webm, false);
  add_part(directory, 1, webm);
  std::ofstream(directory + "/" + live_name(2)) << "nonsense";
  add_part(directory, 3, webm);
  const auto manifest = run(directory);
  ASSERT_TRUE(manifest) << manifest.error().message;
  const Json& parts = (*manifest)["parts"];
  EXPECT_EQ(parts.items().at(1)["error"]["code"].as_string(), "unreadable");
  EXPECT_EQ((*manifest)["files"].items().size(), 2u);
  EXPECT_TRUE(fs::exists(directory + "/live-002.mkv.damaged"));
  EXPECT_TRUE(store_.unfinished().empty());
  EXPECT_EQ(*manifest, run(directory).value());
}

TEST_F(FormatsTest, StoppedAtAnyStepOfAnyPart_TheNextRunEndsReady_AndNoFileIsMadeTwice) {
  const Format& m4a = *find_format("m4a");
  const int steps = 3 * 5 + 2;
  for (int stop = 0; stop < steps; ++stop) {
    SCOPED_TRACE(stop);
    const std::string directory = fresh(&m4a);
    for (int part = 1; part <= 3; ++part) add_part(directory, part, m4a);
    int step = 0;
    const auto stopped = run(directory, [&](FinishStep) { return step++ != stop; });
    ASSERT_FALSE(stopped);
    std::map<std::string, fs::file_time_type> made;
    for (int part = 1; part <= 3; ++part)
      if (const std::string name = directory + "/" + final_name(part, m4a); fs::exists(name))
        made[name] = fs::last_write_time(name);
    EXPECT_EQ(store_.unfinished().size(), stop == steps - 1 ? 0u : 1u);
    recover(store_);
    const Json manifest = load_manifest(directory).value();
    EXPECT_EQ(manifest["state"].as_string(), "ready");
    EXPECT_EQ(manifest["files"].items().size(), 3u);
    EXPECT_FALSE(manifest["recovered"].as_bool());
    for (const auto& [name, time] : made) EXPECT_EQ(fs::last_write_time(name), time) << name;
    for (const auto& item : fs::directory_iterator(directory)) {
      EXPECT_EQ(item.path().string().find(".part"), std::string::npos) << item.path();
      EXPECT_FALSE(part_of_live(item.path().filename().string())) << item.path();
    }
    EXPECT_TRUE(store_.unfinished().empty());
    fs::remove_all(directory);
  }
}

}  // namespace
}  // namespace tessera::recording::test
