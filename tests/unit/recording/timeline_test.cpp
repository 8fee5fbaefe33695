#include "recording/timeline.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include <random>

#include "recording/bounded_ms.hpp"

namespace tessera::recording {
namespace {

const WallTime start{std::chrono::sys_days(std::chrono::year(2026) / 11 / 21)};

TimelineEvent event(int part, std::int64_t ms, std::string type, Json data = Json::object()) {
  return {start + std::chrono::milliseconds(ms), {part, ms}, std::move(type), std::move(data)};
}

TEST(Timeline, LineSaysWhenWhereAndWhat) {
  EXPECT_EQ(
      timeline_line(event(1, 250, "participant-left", Json::object({{"id", "p1"}, {"reason", "left"}}))),
      "{\"at\":\"2026-11-21T00:00:00.250Z\",\"part\":1,\"ms\":250,\"type\":\"participant-left\","
      "\"id\":\"p1\",\"reason\":\"left\"}\n");
}

TEST(Timeline, LineIsReadBackAsItWas) {
  const std::string text = "line\nfeed \"quoted\" \u202e \U0001F600 \x01";
  const auto line = timeline_line(event(3, 7, "chat", Json::object({{"text", text}})));
  EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1);
  const auto timeline = parse_timeline(line);
  ASSERT_EQ(timeline.events.size(), 1u);
  const auto& read = timeline.events[0];
  EXPECT_EQ(read.at, start + std::chrono::milliseconds(7));
  EXPECT_EQ(read.time, (PartTime{3, 7}));
  EXPECT_EQ(read.type, "chat");
  EXPECT_EQ(read.data["text"].as_string(), text);
  EXPECT_EQ(read.data.members().size(), 1u);
}

TEST(Timeline, DataCannotPassForWhenAndWhere) {
  const auto line = timeline_line(event(
      1, 5, "chat", Json::object({{"type", "ended"}, {"part", 9}, {"ms", 1}, {"at", "never"}, {"id", "x"}})));
  const auto read = parse_timeline_line(line);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->type, "chat");
  EXPECT_EQ(read->time, (PartTime{1, 5}));
  EXPECT_EQ(read->data.members().size(), 1u);
}

TEST(Timeline, TornLastLineIsLeftOutWhereverItWasCut) {
  const std::string whole = timeline_line(event(1, 1, "paused"));
  const std::string last = timeline_line(event(1, 2, "resumed"));
  for (std::size_t length = 1; length < last.size(); ++length) {
    const auto timeline = parse_timeline(whole + last.substr(0, length));
    ASSERT_EQ(timeline.events.size(), 1u) << length;
    EXPECT_TRUE(timeline.torn) << length;
    EXPECT_EQ(timeline.bad_lines, 0u) << length;
  }
  const auto both = parse_timeline(whole + last);
  EXPECT_EQ(both.events.size(), 2u);
  EXPECT_FALSE(both.torn);
}

TEST(Timeline, LinesThatAreNoneAreCountedAndPassedOver) {
  const std::string good = timeline_line(event(1, 1, "paused"));
  const std::string zeros(40, '\0');  // what a power cut may leave of blocks that were never written
  const auto timeline = parse_timeline(good + zeros +
                                       "\n{}\n[1]\n\n{\"at\":\"2026-11-21T00:00:00.000Z\",\"part\":0,"
                                       "\"ms\":1,\"type\":\"x\"}\n" +
                                       good);
  EXPECT_EQ(timeline.events.size(), 2u);
  EXPECT_EQ(timeline.bad_lines, 4u);
}

TEST(Timeline, ReadsAnythingWithoutFalling) {
  std::mt19937 random(5);
  const std::string good =
      timeline_line(event(2, 77, "speakers", Json::object({{"ids", Json::array({"p1"})}})));
  for (int round = 0; round < 2000; ++round) {
    std::string text = good + good + good;
    for (int i = 0; i < 5; ++i) text[random() % text.size()] = static_cast<char>(random());
    const auto timeline = parse_timeline(text);
    EXPECT_LE(timeline.events.size(), 4u);
  }
}

TEST(Timeline, EventsAreInRecordedOrderAndEqualOnesInTheirOwn) {
  const auto timeline = parse_timeline(timeline_line(event(2, 5, "b")) + timeline_line(event(1, 9, "a")) +
                                       timeline_line(event(2, 5, "c")) + timeline_line(event(2, 4, "d")));
  std::string order;
  for (const auto& one : timeline.events) order += one.type;
  EXPECT_EQ(order, "adbc");
}

TEST(Timeline, PartsFollowOneAnotherInRecordedTime) {
  const auto timeline = parse_timeline(
      timeline_line(event(1, 0, "part")) + timeline_line(event(1, 900, "speakers")) +
      timeline_line(event(1, 1000, "part-end", Json::object({{"durationMs", 1033}}))) +
      timeline_line(event(2, 0, "part")) + timeline_line(event(2, 400, "speakers")) +  // crashed here
      timeline_line(event(3, 0, "part")) + timeline_line(event(3, 50, "paused")));
  const auto parts = timeline.parts();
  ASSERT_EQ(parts.size(), 3u);
  EXPECT_EQ(parts[0].duration_ms, 1033);
  EXPECT_TRUE(parts[0].closed);
  EXPECT_EQ(parts[1].start_ms, 1033);
  EXPECT_EQ(parts[1].duration_ms, 400);
  EXPECT_FALSE(parts[1].closed);
  EXPECT_EQ(parts[2].start_ms, 1433);
  EXPECT_EQ(position_of({1, 10}, parts), 10);
  EXPECT_EQ(position_of({2, 10}, parts), 1043);
  EXPECT_EQ(position_of({3, 50}, parts), 1483);
  EXPECT_EQ(position_of({9, 5}, parts), 1488);
}

TEST(Timeline, PartsThatACrashEndedLastAsLongAsTheirFiles) {
  const auto timeline =
      parse_timeline(timeline_line(event(1, 0, "part")) + timeline_line(event(1, 435, "speakers")) +
                     timeline_line(event(2, 0, "part")) + timeline_line(event(2, 700, "speakers")) +
                     timeline_line(event(4, 0, "part")) + timeline_line(event(4, 90, "speakers")));
  const Json manifest =
      Json::parse(
          R"({"parts": [{"n": 1, "durationMs": 4502}, {"n": 2, "durationMs": 900, "error": {"code": "unreadable"}},
      {"n": 3, "durationMs": 250, "error": {"code": "disk-full"}}, {"n": 4}, {"n": 0, "durationMs": 9}, {"n": 99999999, "durationMs": 9}]})")
          .value();
  const auto parts = measured_parts(timeline, manifest);
  ASSERT_EQ(parts.size(), 4u);
  EXPECT_EQ(parts[0].duration_ms, 4502);
  EXPECT_EQ(position_of({2, 406}, parts), 4908);
  EXPECT_EQ(parts[2].start_ms, 4502) << "what came to nothing lasts no time";
  EXPECT_EQ(parts[3].start_ms, 4752) << "a part that no line names counts, and one that waits for room";
  EXPECT_EQ(parts[3].duration_ms, 90) << "not finished yet: as far as is known";
}

TEST(Timeline, TimesBeyondAnyRecordingAreNone_SoThatPartsCanBeAddedUp) {
  const std::string beginning = R"({"at":"2026-11-21T00:00:00.000Z","part":)";
  const auto timeline =
      parse_timeline(beginning + R"(1,"ms":9223372036854775807,"type":"paused"})" + "\n" + beginning +
                     R"(1,"ms":5,"type":"part-end","durationMs":9223372036854775807})" + "\n" + beginning +
                     R"(2,"ms":7,"type":"part-end","durationMs":-3})" + "\n" + beginning +
                     R"(3,"ms":9,"type":"speakers"})" + "\n");
  EXPECT_EQ(timeline.bad_lines, 1u);
  const auto parts = timeline.parts();
  ASSERT_EQ(parts.size(), 3u);
  EXPECT_EQ(parts[0].duration_ms, longest_recorded_ms);
  EXPECT_EQ(parts[1].duration_ms, 0);
  EXPECT_EQ(position_of({3, 9}, parts), longest_recorded_ms + 9);

  const Json part = Json::object({{"n", 1}, {"durationMs", INT64_MAX}});
  const Json manifest = Json::object({{"parts", Json::array({part, Json(part).set("n", 4)})}});
  const auto measured = measured_parts(timeline, manifest);
  ASSERT_EQ(measured.size(), 4u);
  EXPECT_EQ(measured.back().start_ms + measured.back().duration_ms, 2 * longest_recorded_ms + 9);
}

TEST(Timeline, FolderWithoutOneIsAnError) {
  const auto none = read_timeline("/nowhere");
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, "cannot-read");
}

TEST(Timeline, TellsHowMuchChatItHolds) {
  std::string folder = testing::TempDir() + "/chat-XXXXXX";
  ASSERT_NE(::mkdtemp(folder.data()), nullptr);
  EXPECT_EQ(kept_chat(folder).bytes, 0u) << "no timeline";
  const auto line = [](const char* type, const char* name) {
    return timeline_line({{}, {1, 0}, type, Json::object({{"id", "p1"}, {"name", name}})});
  };
  const std::string chat = line("chat", "Ann"), forged = line("renamed", R"(","type":"chat","x":")");
  std::ofstream(folder + "/" + timeline_file) << chat << forged << line("participant-joined", "chat") << chat;
  EXPECT_EQ(kept_chat(folder).bytes, 2 * (chat.size() - 1));
  EXPECT_FALSE(kept_chat(folder).truncated);
  std::ofstream(folder + "/" + timeline_file, std::ios::app) << line("chat-truncated", "");
  EXPECT_TRUE(kept_chat(folder).truncated);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace tessera::recording
