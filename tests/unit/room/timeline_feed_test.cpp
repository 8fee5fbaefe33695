#include "room/timeline_feed.hpp"

#include <gtest/gtest.h>

namespace tessera::room {
namespace {

using namespace std::chrono_literals;

constexpr TimelineFeed::Time now = 1000s;

Json person(const std::string& id, bool audio = true, bool video = true) {
  return Json::object({{"id", id},
                       {"name", "Ann"},
                       {"role", "speaker"},
                       {"kind", "participant"},
                       {"audio", audio},
                       {"video", video},
                       {"muted", false},
                       {"hand", false},
                       {"screen", false},
                       {"pinned", false},
                       {"gain", 1.0}});
}
std::string text(const std::vector<TimelineNote>& notes) {
  std::string all;
  for (const auto& note : notes) all += note.type + note.data.dump() + "\n";
  return all;
}

TEST(TimelineFeed, BeginsWithWhoIsThereAndHowThePictureIs) {
  TimelineFeed feed;
  Json ben = person("p2", false);
  ben.set("screen", true);
  const auto notes = feed.begin(
      Json::array({person("p1"), ben}),
      Json::object({{"name", "grid"}, {"choice", "rule"}, {"placements", Json::array()}}), {"p1"}, now);
  EXPECT_EQ(
      text(notes),
      R"(participant-joined{"id":"p1","name":"Ann","role":"speaker","kind":"participant","audio":true,"video":true}
participant-joined{"id":"p2","name":"Ann","role":"speaker","kind":"participant","audio":false,"video":true}
screen-started{"id":"p2"}
layout{"name":"grid","placements":[]}
speakers{"ids":["p1"]}
)");
}

TEST(TimelineFeed, TellsWhatChangedAndNothingElse) {
  TimelineFeed feed;
  feed.note("participant-joined", person("p1"), now);
  EXPECT_EQ(text(feed.note("participant-updated", person("p1"), now)), "");
  EXPECT_EQ(text(feed.note("participant-updated", person("p1", false, true), now)),
            "muted{\"id\":\"p1\",\"what\":\"audio\"}\n");
  EXPECT_EQ(text(feed.note("participant-updated", person("p1", true, false), now)),
            "unmuted{\"id\":\"p1\",\"what\":\"audio\"}\nmuted{\"id\":\"p1\",\"what\":\"video\"}\n");
  Json changed = person("p1", true, false);
  changed.set("muted", true).set("name", "Anna").set("hand", true).set("pinned", true);
  EXPECT_EQ(text(feed.note("participant-updated", changed, now)),
            "muted{\"id\":\"p1\",\"what\":\"audio\"}\nhand-raised{\"id\":\"p1\"}\npinned{\"id\":\"p1\"}\n"
            "renamed{\"id\":\"p1\",\"name\":\"Anna\"}\n");
}

TEST(TimelineFeed, ScreensStartAndStop) {
  TimelineFeed feed;
  feed.note("participant-joined", person("p1"), now);
  Json sharing = person("p1");
  sharing.set("screen", true);
  EXPECT_EQ(text(feed.note("participant-updated", sharing, now)), "screen-started{\"id\":\"p1\"}\n");
  EXPECT_EQ(text(feed.note("participant-updated", person("p1"), now)), "screen-stopped{\"id\":\"p1\"}\n");
}

TEST(TimelineFeed, TellsOfSpeakersLayoutsChatAndLeaving) {
  TimelineFeed feed(TimelineFeed::Spec{.chat = true});
  feed.note("participant-joined", person("p1"), now);
  EXPECT_EQ(text(feed.note("speakers", Json::object({{"speakers", Json::array({"p1"})}}), now)),
            "speakers{\"ids\":[\"p1\"]}\n");
  EXPECT_EQ(text(feed.note("layout", Json::object({{"name", "stage"}, {"overflow", 0}}), now)),
            "layout{\"name\":\"stage\"}\n");
  EXPECT_EQ(
      text(feed.note("layout", Json::object({{"name", "stage"}, {"pinned", Json::object({{"main", "p1"}})}}),
                     now)),
      "layout{\"name\":\"stage\",\"pinned\":{\"main\":\"p1\"}}\n");
  EXPECT_EQ(text(feed.note("chat", Json::object({{"from", "p1"}, {"name", "Ann"}, {"text", "hi"}}), now)),
            "chat{\"id\":\"p1\",\"name\":\"Ann\",\"text\":\"hi\"}\n");
  Json notice = Json::object({{"id", "a1"}, {"builtin", "recording"}, {"state", "playing"}});
  const auto announced = [&] {
    return text(feed.note("announcement", Json::object({{"announcement", notice}}), now));
  };
  EXPECT_EQ(announced(), "") << "an announcement like any other";
  notice.set("purpose", "recording").set("heard", Json::array({"p1"}));
  EXPECT_EQ(announced(),
            "consent{\"text\":\"This meeting is being recorded.\",\"heard\":[\"p1\"],\"chat\":true}\n");
  notice.set("to", "p4").set("heard", Json::array());
  EXPECT_EQ(announced(), "") << "to one who does not hear";
  notice.set("state", "ended");
  EXPECT_EQ(announced(), "") << "once";
  EXPECT_EQ(text(feed.note("participant-left", Json::object({{"id", "p1"}, {"reason", "lost"}}), now)),
            "participant-left{\"id\":\"p1\",\"reason\":\"lost\"}\n");
  EXPECT_EQ(text(feed.note("participant-updated", person("p1"), now)), "");
  EXPECT_EQ(text(feed.note("source-hint", Json::object(), now)), "");
}

Json figures(int lost, int concealed) {
  return Json::array({Json::object({{"id", "p1"},
                                    {"audio", Json::object({{"concealed", concealed}})},
                                    {"endpoints", Json::array({Json::object({{"packetsLost", lost}})})}})});
}

TEST(TimelineFeed, LossIsToldAsItGrows) {
  TimelineFeed feed;
  EXPECT_EQ(text(feed.losses(figures(5, 1))), "");  // from before the recording
  EXPECT_EQ(text(feed.losses(figures(5, 1))), "");
  EXPECT_EQ(text(feed.losses(figures(9, 3))), "loss{\"id\":\"p1\",\"packets\":4,\"concealed\":2}\n");
  EXPECT_EQ(text(feed.losses(figures(0, 3))), "");  // a new connection counts from zero
  EXPECT_EQ(text(feed.losses(figures(2, 3))), "loss{\"id\":\"p1\",\"packets\":2,\"concealed\":0}\n");
}

TEST(TimelineFeed, AHoldIsToldAtOnceAndAlsoOfWhoIsOnHoldAlready) {
  TimelineFeed feed;
  Json held = person("p1");
  held.set("held", true);
  EXPECT_EQ(
      text(feed.begin(Json::array({held}), Json::object(), {}, now)),
      R"(participant-joined{"id":"p1","name":"Ann","role":"speaker","kind":"participant","audio":true,"video":true}
held{"id":"p1"}
layout{}
)");
  EXPECT_EQ(text(feed.note("participant-updated", person("p1"), now)), "unheld{\"id\":\"p1\"}\n");
  EXPECT_EQ(text(feed.note("participant-updated", held, now)), "held{\"id\":\"p1\"}\n");
  EXPECT_EQ(
      text(feed.note("participant-joined", Json(held).set("id", "p2"), now)).find("held{\"id\":\"p2\"}") !=
          std::string::npos,
      true);
}

TEST(TimelineFeed, WhoIsTurnedDownToNothingIsMuted) {
  TimelineFeed feed;
  feed.note("participant-joined", person("p1"), now);
  Json silent = person("p1");
  silent.set("gain", 0);
  EXPECT_EQ(text(feed.note("participant-updated", silent, now)), "muted{\"id\":\"p1\",\"what\":\"audio\"}\n");
  EXPECT_EQ(text(feed.note("participant-updated", person("p1"), now)),
            "unmuted{\"id\":\"p1\",\"what\":\"audio\"}\n");
}

const Json written = Json::object({{"from", "p1"}, {"name", "Ann"}, {"text", "hello"}});

TEST(TimelineFeed, ChatIsKeptOnlyWhereItIsAskedForAndWhileItRuns) {
  TimelineFeed keeps_none;
  EXPECT_EQ(text(keeps_none.note("chat", written, now)), "");
  TimelineFeed feed(TimelineFeed::Spec{.chat = true});
  feed.set_paused(true);
  EXPECT_EQ(text(feed.note("chat", written, now)), "");
  feed.set_paused(false);
  EXPECT_EQ(text(feed.note("chat", written, now)),
            "chat{\"id\":\"p1\",\"name\":\"Ann\",\"text\":\"hello\"}\n");
}

TEST(TimelineFeed, ChatBeyondTheLimitIsLeftOutAndSaidOnce) {
  TimelineFeed feed(TimelineFeed::Spec{.chat = true, .most_chat_bytes = 2000});
  std::string all;
  for (int i = 0; i < 1000; ++i) all += text(feed.note("chat", written, now));
  EXPECT_LT(all.size(), 2100u);
  EXPECT_GT(all.size(), 500u);
  EXPECT_TRUE(all.ends_with("chat-truncated{\"bytes\":2000}\n")) << all;
  EXPECT_EQ(all.find("chat-truncated"), all.rfind("chat-truncated"));
}

TEST(TimelineFeed, WhatAProcessBeforeHadKeptCounts) {
  TimelineFeed nearly(TimelineFeed::Spec{.chat = true, .most_chat_bytes = 2000});
  nearly.continue_chat(1990, false);
  EXPECT_EQ(text(nearly.note("chat", written, now)), "chat-truncated{\"bytes\":2000}\n");
  TimelineFeed full(TimelineFeed::Spec{.chat = true, .most_chat_bytes = 2000});
  full.continue_chat(1000, true);
  EXPECT_EQ(text(full.note("chat", written, now)), "") << "it has been said";
}

/// Somebody who switches everything as fast as they can, for a time; what it leaves, and how it ends.
TEST(TimelineFeed, AFloodOfSwitchesIsBoundedAndEndsWithHowThingsAre) {
  TimelineFeed feed;
  feed.note("participant-joined", person("p1"), now);
  std::string all;
  TimelineFeed::Time time = now;
  for (int i = 0; i <= 50 * 60; ++i) {
    time += 20ms;
    Json changed = person("p1", i % 2 == 1, i % 2 == 1);
    changed.set("hand", i % 2 == 1);
    all += text(feed.note("participant-updated", changed, time));
    if (i % 250 == 0) all += text(feed.due(time));
  }
  EXPECT_LT(all.size(), 16'384u + 100 * 60 + 2000);
  // It ended with everything off, and the hand down.
  for (int i = 0; i < 10; ++i) all += text(feed.due(time += 5s));
  const auto last = [&](const std::string& line) { return all.rfind(line); };
  EXPECT_GT(last("\nmuted{\"id\":\"p1\",\"what\":\"audio\"}"),
            last("\nunmuted{\"id\":\"p1\",\"what\":\"audio\"}"));
  EXPECT_GT(last("\nmuted{\"id\":\"p1\",\"what\":\"video\"}"),
            last("\nunmuted{\"id\":\"p1\",\"what\":\"video\"}"));
  EXPECT_GT(last("hand-lowered"), last("hand-raised"));
  EXPECT_EQ(text(feed.due(time += 5s)), "");
}

TEST(TimelineFeed, AFloodDoesNotHideAHold) {
  TimelineFeed feed(TimelineFeed::Spec{.person = {10, 0}});
  feed.note("participant-joined", person("p1"), now);
  for (int i = 0; i < 10; ++i) feed.note("participant-updated", person("p1", i % 2 == 0), now);
  Json held = person("p1", true);
  held.set("held", true).set("role", "viewer");
  EXPECT_EQ(text(feed.note("participant-updated", held, now)),
            "held{\"id\":\"p1\"}\nrole{\"id\":\"p1\",\"role\":\"viewer\"}\n");
}

TEST(TimelineFeed, WhoComesAndGoesBeyondTheBudgetIsLeftOut) {
  TimelineFeed feed(TimelineFeed::Spec{.visits = {1000, 10}});
  std::string all;
  for (int i = 0; i < 1000; ++i) {
    const std::string id = "x" + std::to_string(i);
    all += text(feed.note("participant-joined", person(id), now));
    all += text(feed.note("participant-left", Json::object({{"id", id}, {"reason", "left"}}), now));
  }
  EXPECT_LT(all.size(), 2000u);
  EXPECT_EQ(text(feed.note("participant-joined", person("stays"), now)), "");
  EXPECT_EQ(text(feed.note("participant-updated", person("stays", false), now)), "");
  const std::string later = text(feed.due(now + 1h));
  EXPECT_TRUE(later.starts_with("participant-joined{\"id\":\"stays\"")) << later;
  EXPECT_NE(later.find("\"audio\":false"), std::string::npos) << "as they are by then: " << later;
  EXPECT_EQ(text(feed.introduce("stays", now + 1h)), "") << "told already";
}

TEST(TimelineFeed, WhoHasATrackIsIntroducedWhateverTheBudgetSays) {
  TimelineFeed feed(TimelineFeed::Spec{.visits = {1, 0}});
  feed.note("participant-joined", person("p1"), now);
  EXPECT_EQ(text(feed.note("participant-joined", person("p2"), now)), "");
  EXPECT_TRUE(text(feed.introduce("p2", now)).starts_with("participant-joined{\"id\":\"p2\""));
  EXPECT_EQ(text(feed.introduce("nobody", now)), "");
}

TEST(TimelineFeed, OfManyLayoutsTheLastOneIsTold) {
  TimelineFeed feed(TimelineFeed::Spec{.layout = {300, 10}});
  std::string all;
  for (int i = 0; i < 100; ++i)
    all += text(feed.note("layout", Json::object({{"name", "l" + std::to_string(i)}}), now));
  EXPECT_LT(all.size(), 200u);
  EXPECT_EQ(text(feed.due(now + 1min)), "layout{\"name\":\"l99\"}\n");
  EXPECT_EQ(text(feed.due(now + 2min)), "");
}

}  // namespace
}  // namespace tessera::room
