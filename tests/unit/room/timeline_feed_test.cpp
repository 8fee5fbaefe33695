#include "room/timeline_feed.hpp"

#include <gtest/gtest.h>

namespace tessera::room {
namespace {

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
  const auto notes =
      feed.begin(Json::array({person("p1"), ben}),
                 Json::object({{"name", "grid"}, {"choice", "rule"}, {"placements", Json::array()}}), {"p1"});
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
  feed.note("participant-joined", person("p1"));
  EXPECT_EQ(text(feed.note("participant-updated", person("p1"))), "");
  EXPECT_EQ(text(feed.note("participant-updated", person("p1", false, true))),
            "muted{\"id\":\"p1\",\"what\":\"audio\"}\n");
  EXPECT_EQ(text(feed.note("participant-updated", person("p1", true, false))),
            "unmuted{\"id\":\"p1\",\"what\":\"audio\"}\nmuted{\"id\":\"p1\",\"what\":\"video\"}\n");
  Json changed = person("p1", true, false);
  changed.set("muted", true).set("name", "Anna").set("hand", true).set("pinned", true);
  EXPECT_EQ(text(feed.note("participant-updated", changed)),
            "muted{\"id\":\"p1\",\"what\":\"audio\"}\nhand-raised{\"id\":\"p1\"}\npinned{\"id\":\"p1\"}\n"
            "renamed{\"id\":\"p1\",\"name\":\"Anna\"}\n");
}

TEST(TimelineFeed, ScreensStartAndStop) {
  TimelineFeed feed;
  feed.note("participant-joined", person("p1"));
  Json sharing = person("p1");
  sharing.set("screen", true);
  EXPECT_EQ(text(feed.note("participant-updated", sharing)), "screen-started{\"id\":\"p1\"}\n");
  EXPECT_EQ(text(feed.note("participant-updated", person("p1"))), "screen-stopped{\"id\":\"p1\"}\n");
}

TEST(TimelineFeed, TellsOfSpeakersLayoutsChatAndLeaving) {
  TimelineFeed feed;
  feed.note("participant-joined", person("p1"));
  EXPECT_EQ(text(feed.note("speakers", Json::object({{"speakers", Json::array({"p1"})}}))),
            "speakers{\"ids\":[\"p1\"]}\n");
  EXPECT_EQ(text(feed.note("layout", Json::object({{"name", "stage"}, {"overflow", 0}}))),
            "layout{\"name\":\"stage\"}\n");
  EXPECT_EQ(text(feed.note("layout",
                           Json::object({{"name", "stage"}, {"pinned", Json::object({{"main", "p1"}})}}))),
            "layout{\"name\":\"stage\",\"pinned\":{\"main\":\"p1\"}}\n");
  EXPECT_EQ(text(feed.note("chat", Json::object({{"from", "p1"}, {"name", "Ann"}, {"text", "hi"}}))),
            "chat{\"id\":\"p1\",\"name\":\"Ann\",\"text\":\"hi\"}\n");
  Json notice = Json::object({{"id", "a1"}, {"builtin", "recording"}, {"state", "playing"}});
  const auto announced = [&] {
    return text(feed.note("announcement", Json::object({{"announcement", notice}})));
  };
  EXPECT_EQ(announced(), "") << "an announcement like any other";
  notice.set("purpose", "recording").set("heard", Json::array({"p1"}));
  EXPECT_EQ(announced(), "consent{\"text\":\"This meeting is being recorded.\",\"heard\":[\"p1\"]}\n");
  notice.set("to", "p4").set("heard", Json::array());
  EXPECT_EQ(announced(), "") << "to one who does not hear";
  notice.set("state", "ended");
  EXPECT_EQ(announced(), "") << "once";
  EXPECT_EQ(text(feed.note("participant-left", Json::object({{"id", "p1"}, {"reason", "lost"}}))),
            "participant-left{\"id\":\"p1\",\"reason\":\"lost\"}\n");
  EXPECT_EQ(text(feed.note("participant-updated", person("p1"))), "");
  EXPECT_EQ(text(feed.note("source-hint", Json::object())), "");
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

}  // namespace
}  // namespace tessera::room
