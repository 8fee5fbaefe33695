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

TEST(RecordingNotes, ChatHasALimitThatOperatorsAreToldOfOnceAndThatOutlivesTheProcess) {
  std::string directory = testing::TempDir() + "/notes-XXXXXX";
  ASSERT_NE(::mkdtemp(directory.data()), nullptr);
  Loop loop;
  Worker worker("notes-test");
  auto clock = std::make_shared<recording::RecordedClock>();
  clock->run(1, gst::now(), 0);
  const Json said = Json::object({{"from", "p1"}, {"name", "Ann"}, {"text", std::string(8000, 'x')}});
  const auto size = [&] { return std::filesystem::file_size(directory + "/" + recording::timeline_file); };
  std::vector<std::string> told;
  std::uintmax_t full = 0;
  for (const bool resume : {false, true}) {
    const auto notes = RecordingNotes::start(loop, worker,
                                             {.directory = directory,
                                              .clock = clock,
                                              .chat = true,
                                              .resume = resume,
                                              .warning = [&](const Error& e) { told.push_back(e.code); }});
    notes->begin(Json::array(), Json::object({{"name", "grid"}}), {});
    notes->room_event("chat", said);  // it does not run yet
    notes->recorder_event("part", recording::wall_now(), {}, Json::object({{"file", "live.mkv"}}));
    // What the process before had kept is counted on the worker.
    bool counted = false;
    worker.run("barrier", [&] { loop.post([&] { counted = true; }); });
    ASSERT_TRUE(loop.run_until([&] { return counted; }, 5s));
    for (int i = 0; i < 1300; ++i) {
      notes->room_event("chat", said);
      // The writer has room for so much that waits for the disk.
      if (!resume && i % 100 == 99)
        ASSERT_TRUE(
            loop.run_until([&] { return size() >= std::min<std::uintmax_t>(i * 8000, 9'900'000); }, 20s));
    }
    bool closed = false;
    notes->close([&] { closed = true; });
    ASSERT_TRUE(loop.run_until([&] { return closed; }, 20s));
    if (!resume) full = size();
  }
  EXPECT_EQ(told, std::vector<std::string>{"chat-truncated"});
  EXPECT_GT(full, 9'900'000u);
  EXPECT_LT(full, 10'010'000u);
  EXPECT_LT(size(), full + 1000) << "nothing is added by the next process";
  std::filesystem::remove_all(directory);
}

}  // namespace
}  // namespace tessera::room
