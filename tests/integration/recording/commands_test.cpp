#include "recording/commands.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/json.hpp"
#include "feed.hpp"
#include "recording/manifest.hpp"
#include "recording/store.hpp"

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
  EXPECT_EQ(finish_command(created.directory, true), 0);
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
  EXPECT_EQ(finish_command(directory.path() + "/none", false), 1);
  const auto lines = lines_of(testing::internal::GetCapturedStdout());
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0]["state"].as_string(), "failed");
  EXPECT_EQ(lines[0]["error"]["code"].as_string(), "cannot-write");
}

TEST(Commands, RecoverFinishesEverything_AndSaysWhenOneIsLost) {
  const TemporaryDirectory directory;
  const Store store(directory.path());
  const Created good = record(store);
  const Created lost = store.create("green").value();
  std::ofstream(lost.directory + "/live.mkv") << "nonsense";
  testing::internal::CaptureStdout();
  EXPECT_EQ(recover_command(directory.path()), 1);
  const auto lines = lines_of(testing::internal::GetCapturedStdout());
  EXPECT_EQ(store.find(good.id)->manifest["state"].as_string(), "ready");
  EXPECT_EQ(store.find(lost.id)->manifest["state"].as_string(), "failed");
  EXPECT_EQ(lines.back()["id"].is_string(), true);
  testing::internal::CaptureStdout();
  EXPECT_EQ(recover_command(directory.path()), 0);
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
}

TEST(Commands, ListShowsARowPerRecording) {
  const TemporaryDirectory directory;
  const Store store(directory.path());
  const Created created = store.create("blue").value();
  testing::internal::CaptureStdout();
  EXPECT_EQ(list_command(directory.path()), 0);
  const std::string text = testing::internal::GetCapturedStdout();
  EXPECT_NE(text.find(created.id), std::string::npos);
  EXPECT_NE(text.find("starting"), std::string::npos);
}

}  // namespace
}  // namespace tessera::recording::test
