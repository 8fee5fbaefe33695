#include "recording/commands.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/json.hpp"
#include "feed.hpp"
#include "recording/files.hpp"
#include "recording/manifest.hpp"
#include "recording/store.hpp"
#include "said.hpp"

namespace tessera::recording::test {
namespace {

using namespace std::chrono_literals;

std::vector<Json> lines_of(const std::string& text) {
  std::vector<Json> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(Json::parse(line).value());
  return lines;
}

Created record(const Store& store) {
  const Created created = store.create("blue").value();
  Loop loop;
  const SourceGuard tick = loop.every(10ms, [] {});
  Worker worker("test-worker");
  RecorderState last = RecorderState::starting;
  RecorderSpec spec = spec_for(created.directory);
  spec.id = created.id;
  auto recorder = Recorder::create(loop, worker, std::move(spec),
                                   [&](RecorderState state, const std::string&) { last = state; });
  push(loop, **recorder, make_feed(1), {});
  (*recorder)->stop();
  EXPECT_TRUE(loop.run_until([&] { return last == RecorderState::finishing; }, 15s));
  return created;
}

TEST(Commands, FinishPrintsProgressAndAtLastTheManifest) {
  const TemporaryDirectory directory;
  const Store store(directory.path());
  const Created created = record(store);
  testing::internal::CaptureStdout();
  EXPECT_EQ(finish_command(created.directory, true, true), 0);
  const auto lines = lines_of(testing::internal::GetCapturedStdout());
  ASSERT_GE(lines.size(), 3u);
  for (std::size_t i = 0; i + 1 < lines.size(); ++i)
    EXPECT_TRUE(lines[i]["progress"].is_number()) << lines[i].dump();
  EXPECT_EQ(lines.back(), store.find(created.id)->manifest);
  EXPECT_EQ(lines.back()["state"].as_string(), "ready");
  EXPECT_TRUE(lines.back()["recovered"].as_bool());
}

TEST(Commands, FinishOfNothingFailsInJson) {
  const TemporaryDirectory directory;
  testing::internal::CaptureStdout();
  EXPECT_EQ(finish_command(directory.path() + "/none", false, true), 2);
  const auto lines = lines_of(testing::internal::GetCapturedStdout());
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0]["state"].as_string(), "failed");
  EXPECT_EQ(lines[0]["error"]["code"].as_string(), "unknown-recording");
}

TEST(Commands, RecoverFinishesEverything_AndSaysWhenOneIsLost) {
  const TemporaryDirectory directory;
  const Store store(directory.path());
  const Created good = record(store);
  const Created lost = store.create("green").value();
  std::ofstream(lost.directory + "/live.mkv") << "nonsense";
  testing::internal::CaptureStdout();
  EXPECT_EQ(recover_command(directory.path(), true), 1);
  const auto lines = lines_of(testing::internal::GetCapturedStdout());
  EXPECT_EQ(store.find(good.id)->manifest["state"].as_string(), "ready");
  EXPECT_EQ(store.find(lost.id)->manifest["state"].as_string(), "failed");
  EXPECT_EQ(lines.back()["id"].is_string(), true);
  testing::internal::CaptureStdout();
  EXPECT_EQ(recover_command(directory.path(), true), 0);
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
}

TEST(Commands, FinishWritesNothingIntoAFolderThatIsNoRecordings) {
  const TemporaryDirectory directory;
  std::ofstream(directory.path() + "/passwd") << "root";
  for (const std::string& folder : {directory.path(), std::string()})
    EXPECT_EQ(run([&] { return finish_command(folder, false, false); }).status, 2);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(directory.path()), {}), 1);
}

class FinishedCommands : public testing::Test {
 protected:
  FinishedCommands() {
    run([&] { return finish_command(created_.directory, false, true); });
  }
  [[nodiscard]] std::string medium() const { return created_.directory + "/recording.mp4"; }
  Said verify(const std::vector<std::string>& which) {
    return run([&] { return verify_command(directory_.path(), which, true); });
  }
  Said export_to(const std::string& output, const std::vector<std::string>& which, bool force = false) {
    return run([&] { return export_command(directory_.path(), which, output, force, false); });
  }
  TemporaryDirectory directory_, elsewhere_;
  Store store_{directory_.path()};
  Created created_ = record(store_);
};

TEST_F(FinishedCommands, VerifyReadsEverythingBack_AndKnowsEachKindOfDamage) {
  EXPECT_EQ(verify({}).status, 0);
  EXPECT_EQ(lines_of(verify({created_.id}).out).at(0)["state"].as_string(), "ok");
  EXPECT_EQ(lines_of(verify({created_.directory}).out).at(0)["state"].as_string(), "ok");
  const auto problem = [&] {
    const Said said = verify({});
    EXPECT_EQ(said.status, 1);
    const Json report = lines_of(said.out).at(0);
    EXPECT_EQ(report["state"].as_string(), "damaged");
    return report["files"].items().at(0)["problem"].as_string();
  };
  std::fstream file(medium(), std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(2000);
  const char was = static_cast<char>(file.peek());
  file.seekp(2000);
  file.put(static_cast<char>(was ^ 1));
  file.close();
  EXPECT_NE(problem().find("check sum"), std::string::npos);
  std::filesystem::resize_file(medium(), 1000);
  EXPECT_NE(problem().find("1000 bytes"), std::string::npos);
  std::filesystem::remove(medium());
  EXPECT_NE(problem().find("missing"), std::string::npos);
  Json manifest = load_manifest(created_.directory).value();
  ASSERT_TRUE(save_manifest(created_.directory, manifest.set("local", false)));
  EXPECT_EQ(verify({}).status, 0) << "uploaded and deleted here: nothing to complain about";
}

TEST_F(FinishedCommands, VerifyKnowsDamageToWhatLiesBesideTheMedium_AndExportOfHalfARecordingFails) {
  Json manifest = load_manifest(created_.directory).value();
  EXPECT_EQ(manifest["sums"]["poster.jpg"].as_string(),
            sha256_of(created_.directory + "/poster.jpg").value());
  const std::string poster = created_.directory + "/poster.jpg",
                    track = created_.directory + "/tracks/p1-main-001.mkv";
  std::filesystem::create_directory(created_.directory + "/tracks");
  std::ofstream(track) << "a track";
  manifest.set("tracks", Json::array().push(Json::object({{"file", "tracks/p1-main-001.mkv"},
                                                          {"bytes", 7},
                                                          {"sha256", sha256_of(track).value()}})));
  ASSERT_TRUE(save_manifest(created_.directory, manifest));
  EXPECT_EQ(verify({}).status, 0);
  const auto damaged = [&] {
    const Said said = verify({});
    std::string all;
    const Json report = lines_of(said.out).at(0);
    for (const Json& file : report["files"].items())
      if (!file["ok"].as_bool()) all += file["file"].as_string() + " " + file["problem"].as_string() + ";";
    EXPECT_EQ(said.status, all.empty() ? 0 : 1);
    return all;
  };
  std::ofstream(poster, std::ios::app) << "x";
  EXPECT_EQ(damaged(), "poster.jpg has another check sum than was recorded;");
  EXPECT_EQ(export_to(elsewhere_.path(), {created_.id}).status, 0) << "the recording is no worse for it";
  std::ofstream(track) << "a crack";
  EXPECT_NE(damaged().find("tracks/p1-main-001.mkv has another check sum"), std::string::npos);
  EXPECT_EQ(export_to(elsewhere_.path() + "/2", {created_.id}).status, 1);
  std::filesystem::remove(track);
  EXPECT_NE(damaged().find("tracks/p1-main-001.mkv is missing"), std::string::npos);
  const Said half = export_to(elsewhere_.path() + "/3", {created_.id});
  EXPECT_EQ(half.status, 1);
  EXPECT_NE(half.err.find("p1-main-001.mkv is missing"), std::string::npos) << half.err;
  std::ofstream(track) << "a track";
  std::filesystem::remove(medium());
  EXPECT_EQ(export_to(elsewhere_.path() + "/4", {created_.id}).status, 1);
  manifest.set("local", false).set("upload", Json::object({{"url", "s3://talks/blue/"}}));
  ASSERT_TRUE(save_manifest(created_.directory, manifest));
  const Said away = export_to(elsewhere_.path() + "/5", {created_.id});
  EXPECT_EQ(away.status, 1);
  EXPECT_NE(away.err.find("s3://talks/blue/"), std::string::npos) << away.err;
  for (const char* none : {"/3", "/4", "/5"}) EXPECT_FALSE(std::filesystem::exists(elsewhere_.path() + none));
}

TEST_F(FinishedCommands, AManifestThatNamesFilesElsewhereIsDamaged) {
  Json manifest = load_manifest(created_.directory).value();
  manifest.set("tracks", Json::array().push(Json::object({{"file", "../../../etc/passwd"}})));
  ASSERT_TRUE(save_manifest(created_.directory, manifest));
  EXPECT_EQ(verify({}).status, 1);
  EXPECT_EQ(export_to(elsewhere_.path() + "/1", {created_.id}).status, 1);
  manifest.set("tracks", Json::array()).set("room", "../escape");
  ASSERT_TRUE(save_manifest(created_.directory, manifest));
  EXPECT_EQ(export_to(elsewhere_.path() + "/in", {created_.directory}).status, 2);
  EXPECT_TRUE(std::filesystem::is_empty(elsewhere_.path()));
}

TEST_F(FinishedCommands, HostileNamesFindNothing_AndTheTerminalIsSafe) {
  for (const std::string& name : std::vector<std::string>{"", "..", "../../etc", "/etc/passwd", "\x1b[2J",
                                                          "a/../b", std::string(10'000, 'x')}) {
    const Said said = verify({name});
    EXPECT_EQ(said.status, 2) << name;
    EXPECT_EQ(said.out, "");
    EXPECT_EQ(said.err.find('\x1b'), std::string::npos);
    EXPECT_LT(said.err.size(), 400u);
    EXPECT_EQ(export_to(elsewhere_.path(), {name}).status, 2) << name;
  }
  EXPECT_TRUE(std::filesystem::is_empty(elsewhere_.path()));
}

TEST_F(FinishedCommands, ExportMakesAFolderThatSha256sumTakes_OrOneFile) {
  std::ofstream(created_.directory + "/chapters.vtt") << "WEBVTT";
  const Said said = export_to(elsewhere_.path(), {created_.id});
  EXPECT_EQ(said.status, 0) << said.err;
  const std::string folder =
      elsewhere_.path() + "/blue-" + std::filesystem::path(created_.directory).filename().string();
  for (const char* name : {"recording.mp4", "recording.json", "chapters.vtt", "SHA256SUMS"})
    EXPECT_TRUE(std::filesystem::exists(folder + "/" + name)) << name;
  EXPECT_FALSE(std::filesystem::exists(folder + "/recording.lock"));
  EXPECT_EQ(std::system(("cd " + folder + " && sha256sum -c --quiet SHA256SUMS").c_str()), 0);
  const Said again = export_to(elsewhere_.path(), {created_.id});
  EXPECT_EQ(again.status, 2);
  EXPECT_NE(again.err.find("--force replaces it"), std::string::npos) << again.err;
  EXPECT_EQ(export_to(elsewhere_.path(), {created_.id}, true).status, 0);
  EXPECT_EQ(verify({folder}).status, 0) << "an exported one can be verified as it lies";

  EXPECT_EQ(export_to(elsewhere_.path() + "/talk.mp4", {created_.id}).status, 0);
  EXPECT_EQ(std::filesystem::file_size(elsewhere_.path() + "/talk.mp4"),
            std::filesystem::file_size(medium()));
  EXPECT_EQ(std::system(("cd " + elsewhere_.path() + " && sha256sum -c --quiet talk.mp4.sha256").c_str()), 0);
  EXPECT_EQ(export_to(elsewhere_.path() + "/talk.mp4", {created_.id}).status, 2) << "it is there";
  EXPECT_EQ(export_to(elsewhere_.path() + "/talk.mp4", {created_.id}, true).status, 0);
}

TEST_F(FinishedCommands, ExportRefusesWhatIsDamagedOrUnfinished) {
  std::filesystem::resize_file(medium(), 1000);
  const Said damaged = export_to(elsewhere_.path(), {created_.id});
  EXPECT_EQ(damaged.status, 1);
  EXPECT_NE(damaged.err.find("not any more what was recorded"), std::string::npos);
  const Created running = store_.create("green").value();
  EXPECT_EQ(export_to(elsewhere_.path(), {running.id}).status, 1);
}

TEST_F(FinishedCommands, ListIsATableOrJson) {
  const Said table = run([&] { return list_command(directory_.path(), "", false); });
  EXPECT_NE(table.out.find(created_.id), std::string::npos);
  EXPECT_NE(table.out.find("ready"), std::string::npos);
  const Said json = run([&] { return list_command(directory_.path(), "blue", true); });
  EXPECT_EQ(Json::parse(json.out).value().items().at(0)["id"].as_string(), created_.id);
  EXPECT_EQ(Json::parse(run([&] { return list_command(directory_.path(), "none", true); }).out).value(),
            Json::array());
}

TEST(Commands, WithoutJsonAPersonIsToldInOneLine) {
  const TemporaryDirectory directory;
  const Store store(directory.path());
  const Created created = record(store);
  const Said finished = run([&] { return finish_command(created.directory, false, false); });
  EXPECT_EQ(finished.status, 0);
  EXPECT_EQ(std::count(finished.out.begin(), finished.out.end(), '\n'), 1);
  EXPECT_NE(finished.out.find("ready"), std::string::npos);
  const Said nothing = run([&] { return recover_command(directory.path(), false); });
  EXPECT_EQ(nothing.status, 0);
  EXPECT_NE(nothing.out.find("nothing to recover"), std::string::npos);
  const Said none = run([&] { return finish_command(directory.path() + "/none", false, false); });
  EXPECT_EQ(none.status, 2);
  EXPECT_EQ(none.out, "");
}

TEST(Commands, ListShowsARowPerRecording) {
  const TemporaryDirectory directory;
  const Store store(directory.path());
  const Created created = store.create("blue").value();
  testing::internal::CaptureStdout();
  EXPECT_EQ(list_command(directory.path(), "", false), 0);
  const std::string text = testing::internal::GetCapturedStdout();
  EXPECT_NE(text.find(created.id), std::string::npos);
  EXPECT_NE(text.find("starting"), std::string::npos);
}

}  // namespace
}  // namespace tessera::recording::test
