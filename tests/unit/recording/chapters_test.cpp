#include "recording/chapters.hpp"

#include <gtest/gtest.h>

#include "recording/webvtt.hpp"

namespace tessera::recording {
namespace {

TimelineEvent event(std::int64_t ms, std::string type, Json data = Json::object(), int part = 1) {
  return {.at = {}, .time = {part, ms}, .type = std::move(type), .data = std::move(data)};
}
Json person(const char* id, const char* name, const char* kind = "participant") {
  return Json::object({{"id", id}, {"name", name}, {"kind", kind}});
}
Json speakers(const char* id) {
  return Json::object({{"ids", Json::array({id})}});
}
std::vector<Chapter> chapters_over(std::vector<TimelineEvent> events, std::int64_t duration_ms) {
  const Timeline timeline{std::move(events), 0, false};
  return chapters_of(timeline, {{1, 0, duration_ms, true}}, duration_ms);
}
using Chapters = std::vector<Chapter>;

TEST(ChaptersTest, NothingHappenedIsOneChapter) {
  EXPECT_EQ(chapters_over({}, 60'000), (Chapters{{0, "Start"}}));
}

TEST(ChaptersTest, WhoWasThereFromTheStartDoesNotJoin) {
  EXPECT_EQ(chapters_over({event(0, "participant-joined", person("a", "Ann")),
                           event(400, "participant-joined", person("b", "Ben"))},
                          60'000),
            (Chapters{{0, "Start"}}));
}

TEST(ChaptersTest, PeopleWhoJoinTogetherAreOneChapterAndViewersNone) {
  std::vector<TimelineEvent> events;
  const char* names[] = {"Ann", "Ben", "Cy", "Di", "Eve"};
  for (int i = 0; i < 5; ++i)
    events.push_back(event(20'000 + 1000 * i, "participant-joined", person(names[i], names[i])));
  events.push_back(event(24'500, "participant-joined", person("w", "Watcher", "viewer")));
  EXPECT_EQ(chapters_over(events, 120'000),
            (Chapters{{0, "Start"}, {20'000, "Ann, Ben and 3 others joined"}}));
}

TEST(ChaptersTest, WhoComesBackHasBeenSeenBefore) {
  EXPECT_EQ(chapters_over({event(0, "participant-joined", person("a", "Ann")),
                           event(30'000, "participant-left", Json::object({{"id", "a"}})),
                           event(50'000, "participant-joined", person("a2", "Ann"))},
                          120'000),
            (Chapters{{0, "Start"}}));
}

TEST(ChaptersTest, AScreenIsAlwaysAChapterAndItsEndOne) {
  EXPECT_EQ(chapters_over({event(0, "participant-joined", person("a", "Ann")),
                           event(3000, "screen-started", Json::object({{"id", "a"}})),
                           event(40'000, "screen-stopped", Json::object({{"id", "a"}}))},
                          60'000),
            (Chapters{{0, "Start"}, {3000, "Ann shares a screen"}, {40'000, "After the shared screen"}}));
}

TEST(ChaptersTest, AnInterjectionIsNoChangeOfSpeaker) {
  std::vector<TimelineEvent> events = {event(0, "participant-joined", person("a", "Ann")),
                                       event(0, "participant-joined", person("b", "Ben")),
                                       event(500, "speakers", speakers("a")),
                                       event(40'000, "speakers", speakers("b")),
                                       event(43'000, "speakers", speakers("a")),
                                       event(80'000, "speakers", speakers("b"))};
  EXPECT_EQ(chapters_over(events, 200'000), (Chapters{{0, "Start"}, {80'000, "Ben speaks"}}));
}

TEST(ChaptersTest, PausesAndCrashesAreSaid) {
  const Timeline timeline{{event(30'000, "paused"), event(30'000, "resumed"),
                           event(0, "part", Json::object({{"reason", "crash"}}), 2),
                           event(0, "part", Json::object({{"reason", "split"}}), 3)},
                          0,
                          false};
  const std::vector<PartSpan> parts = {
      {1, 0, 60'000, true}, {2, 60'000, 60'000, true}, {3, 120'000, 60'000, true}};
  EXPECT_EQ(chapters_of(timeline, parts, 180'000),
            (Chapters{{0, "Start"}, {30'000, "After a pause"}, {60'000, "After an interruption"}}));
}

TEST(ChaptersTest, AnotherLayoutIsOneButTheFirstIsNot) {
  const auto layout = [](const char* name) { return Json::object({{"name", name}}); };
  EXPECT_EQ(chapters_over({event(0, "layout", layout("grid")), event(20'000, "layout", layout("grid")),
                           event(50'000, "layout", layout("stage"))},
                          120'000),
            (Chapters{{0, "Start"}, {50'000, "Layout: stage"}}));
}

TEST(ChaptersTest, ThreeBusyHoursGiveSomeDozensAndKeepTheScreens) {
  std::vector<TimelineEvent> events;
  for (int i = 0; i < 30; ++i)
    events.push_back(event(0, "participant-joined", person(std::to_string(i).c_str(), "P")));
  const std::int64_t duration = 3 * 3'600'000;
  int screens = 0;
  for (std::int64_t ms = 0; ms < duration; ms += 12'000) {
    events.push_back(event(ms, "speakers", speakers(std::to_string(ms / 12'000 % 30).c_str())));
    if (ms % 1'200'000 == 600'000) {
      events.push_back(event(ms, "screen-started", Json::object({{"id", "3"}})));
      ++screens;
    }
  }
  const auto chapters = chapters_over(events, duration);
  EXPECT_GE(chapters.size(), 20u);
  EXPECT_LE(chapters.size(), 60u);
  int kept = 0;
  for (std::size_t i = 0; i < chapters.size(); ++i) {
    if (chapters[i].title == "P shares a screen") ++kept;
    if (i > 0) {
      EXPECT_LT(chapters[i - 1].ms, chapters[i].ms);
    }
  }
  EXPECT_EQ(kept, screens);
}

TEST(ChaptersTest, NoneBeginsAfterTheEnd) {
  for (const Chapter& chapter :
       chapters_over({event(59'900, "screen-started"), event(99'000, "screen-started")}, 60'000))
    EXPECT_LT(chapter.ms, 60'000);
}

TEST(ChaptersTest, APartGetsItsOwnByItsOwnClock) {
  const Chapters all = {{0, "Start"}, {20'000, "A"}, {50'000, "B"}, {90'000, "C"}};
  EXPECT_EQ(chapters_in(all, {1, 0, 40'000, true}), (Chapters{{0, "Start"}, {20'000, "A"}}));
  EXPECT_EQ(chapters_in(all, {2, 40'000, 60'000, true}), (Chapters{{0, "A"}, {10'000, "B"}, {50'000, "C"}}));
  EXPECT_EQ(chapters_in(all, {3, 90'000, 10'000, true}), (Chapters{{0, "C"}}));
}

TEST(WebVttTest, ChaptersFollowOneAnother) {
  EXPECT_EQ(chapters_vtt({{0, "Start"}, {3'723'004, "a <b> & --> c\nd"}}, 4'000'000),
            "WEBVTT\n\n1\n00:00:00.000 --> 01:02:03.004\nStart\n"
            "\n2\n01:02:03.004 --> 01:06:40.000\na &lt;b&gt; &amp; --&gt; c d\n");
}

TEST(WebVttTest, AStripsIndexPointsIntoItsImage) {
  EXPECT_EQ(strip_vtt({{0, 2000, 160, 90, 160, 90}}, "strip.jpg"),
            "WEBVTT\n\n00:00:00.000 --> 00:00:02.000\nstrip.jpg#xywh=160,90,160,90\n");
}

}  // namespace
}  // namespace tessera::recording
