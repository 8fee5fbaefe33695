#include "room/recording_notes.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "gst/element.hpp"
#include "recording/wall_clock.hpp"

namespace tessera::room {
namespace {

using namespace std::chrono_literals;

TEST(RecordingNotes, NothingOfTheRoomStandsBehindTheEnd) {
  std::string directory = testing::TempDir() + "/notes-XXXXXX";
  ASSERT_NE(::mkdtemp(directory.data()), nullptr);
  Loop loop;
  Worker worker("notes-test");
  auto clock = std::make_shared<recording::RecordedClock>();
  clock->run(1, gst::now(), 0);
  const auto notes = RecordingNotes::start(loop, worker, {.directory = directory, .clock = clock});
  const auto speak = [&](const char* id) {
    notes->room_event("speakers", Json::object({{"speakers", Json::array({id})}}));
  };
  notes->begin(Json::array(), Json::object({{"name", "grid"}}), {});
  notes->recorder_event("part", recording::wall_now(), {}, Json::object({{"file", "live.mkv"}}));
  speak("ann");
  notes->recorder_event("ended", recording::wall_now(), {}, Json::object({{"reason", "stopped"}}));
  speak("ben");
  bool closed = false;
  notes->close([&] { closed = true; });
  ASSERT_TRUE(loop.run_until([&] { return closed; }, 5s));

  std::ifstream file(directory + "/" + recording::timeline_file);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  ASSERT_GE(lines.size(), 3U);
  EXPECT_NE(lines[lines.size() - 2].find("ann"), std::string::npos) << lines[lines.size() - 2];
  EXPECT_EQ(recording::parse_timeline_line(lines.back())->type, "ended");
  std::filesystem::remove_all(directory);
}

}  // namespace
}  // namespace tessera::room
