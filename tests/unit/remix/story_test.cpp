#include "remix/story.hpp"

#include <gtest/gtest.h>

namespace tessera::remix {
namespace {

using recording::Timeline;

struct Script {
  Script& at(int part, std::int64_t ms, std::string type, Json data = Json::object()) {
    timeline.events.push_back({{}, {part, ms}, std::move(type), std::move(data)});
    return *this;
  }
  Timeline timeline;
};
Json who(const char* id) {
  return Json::object({{"id", id}, {"name", id}, {"kind", "participant"}, {"audio", true}, {"video", true}});
}
std::string here(const Story& story) {
  std::string ids;
  for (const auto& actor : story.actors()) ids += actor.id;
  return ids;
}

TEST(Story, PeopleComeAndGoInTheOrderOfJoining) {
  Script script;
  script.at(1, 0, "part").at(1, 0, "participant-joined", who("z")).at(1, 0, "participant-joined", who("b"));
  script.at(1, 500, "participant-joined", who("a"))
      .at(1, 900, "participant-left", Json::object({{"id", "z"}}));
  Story story(script.timeline, script.timeline.parts());
  EXPECT_EQ(here(story), "");
  EXPECT_TRUE(story.advance(0));
  EXPECT_EQ(here(story), "zb");
  EXPECT_FALSE(story.advance(499));
  EXPECT_TRUE(story.advance(500));
  EXPECT_EQ(here(story), "zba");
  story.advance(900);
  EXPECT_EQ(here(story), "ba");
}

TEST(Story, ViewersAreNotInThePicture) {
  Script script;
  Json viewer = who("v");
  viewer.set("kind", "viewer");
  script.at(1, 0, "participant-joined", viewer);
  Story story(script.timeline, script.timeline.parts());
  story.advance(0);
  EXPECT_EQ(here(story), "");
}

TEST(Story, WhoIsOnHoldOrDemotedIsNeitherInThePictureNorHeard) {
  Script script;
  const Json a = Json::object({{"id", "a"}});
  script.at(1, 0, "participant-joined", who("a")).at(1, 1, "held", a).at(1, 2, "unheld", a);
  script.at(1, 3, "role", Json::object({{"id", "a"}, {"role", "viewer"}}))
      .at(1, 4, "role", Json::object({{"id", "a"}, {"role", "speaker"}}))
      .at(1, 5, "muted", Json::object({{"id", "a"}, {"what", "audio"}}));
  Story story(script.timeline, script.timeline.parts());
  const Story copy = story;
  const auto at = [&](std::int64_t ms) {
    story.advance(ms);
    return here(story) + (story.is_heard("a") ? " heard" : "");
  };
  EXPECT_EQ(at(0), "a heard");
  EXPECT_EQ(at(1), "");
  EXPECT_EQ(at(2), "a heard");
  EXPECT_EQ(at(3), "");
  EXPECT_EQ(at(4), "a heard");
  EXPECT_EQ(at(5), "a");
  EXPECT_FALSE(story.is_heard("b"));
  EXPECT_FALSE(copy.is_heard("a")) << "a copy tells its own";
}

TEST(Story, AScreensSoundFollowsHoldAndRoleButNotTheMicrophone) {
  Script script;
  const Json a = Json::object({{"id", "a"}});
  script.at(1, 0, "participant-joined", who("a"))
      .at(1, 1, "muted", Json::object({{"id", "a"}, {"what", "audio"}}))
      .at(1, 2, "held", a)
      .at(1, 3, "unheld", a)
      .at(1, 4, "role", Json::object({{"id", "a"}, {"role", "viewer"}}));
  Story story(script.timeline, script.timeline.parts());
  std::string heard;
  for (std::int64_t ms = 0; ms < 5; ++ms) {
    story.advance(ms);
    heard += story.is_screen_heard("a") ? '1' : '0';
  }
  EXPECT_EQ(heard, "11010");
  EXPECT_FALSE(story.is_screen_heard("b"));
}

TEST(Story, SwitchesFollowTheLines) {
  Script script;
  const auto id = [](const char* what = "") { return Json::object({{"id", "a"}, {"what", what}}); };
  script.at(1, 0, "participant-joined", who("a"));
  script.at(1, 1, "muted", id("audio")).at(1, 2, "muted", id("video")).at(1, 3, "unmuted", id("audio"));
  script.at(1, 4, "screen-started", id()).at(1, 5, "hand-raised", id()).at(1, 6, "pinned", id());
  script.at(1, 7, "renamed", Json::object({{"id", "a"}, {"name", "Anna"}}));
  Story story(script.timeline, script.timeline.parts());
  story.advance(1);
  EXPECT_FALSE(story.actors()[0].audio);
  EXPECT_TRUE(story.actors()[0].video);
  story.advance(2);
  EXPECT_FALSE(story.actors()[0].video);
  story.advance(7);
  const Actor last = story.actors()[0];
  EXPECT_TRUE(last.audio && last.screen && last.hand && last.pinned);
  EXPECT_EQ(last.name, "Anna");
}

TEST(Story, PositionsRunOnOverParts) {
  Script script;
  script.at(1, 0, "part").at(1, 1000, "part-end", Json::object({{"durationMs", 1000}}));
  script.at(2, 0, "part", Json::object({{"reason", "split"}})).at(2, 250, "participant-joined", who("a"));
  Story story(script.timeline, script.timeline.parts());
  story.advance(1249);
  EXPECT_EQ(here(story), "");
  story.advance(1250);
  EXPECT_EQ(here(story), "a");
}

TEST(Story, AfterACrashOnlyThoseAreThereWhoAreNamedAnew) {
  Script script;
  script.at(1, 0, "participant-joined", who("a")).at(1, 0, "participant-joined", who("b"));
  script.at(1, 900, "speakers", Json::object({{"ids", Json::array({"a"})}}));
  script.at(2, 0, "part", Json::object({{"reason", "crash"}})).at(2, 0, "participant-joined", who("c"));
  Story story(script.timeline, script.timeline.parts());
  story.advance(899);
  EXPECT_EQ(here(story), "ab");
  story.advance(900);  // the second part begins where the first was cut
  EXPECT_EQ(here(story), "c");
  EXPECT_TRUE(story.talkers().empty());
}

TEST(Story, KnowsTalkersAndLayout) {
  Script script;
  script.at(1, 0, "participant-joined", who("a"));
  script.at(1, 10, "speakers", Json::object({{"ids", Json::array({"a", "b"})}}));
  script.at(1, 10, "layout", Json::object({{"name", "stage"}, {"pinned", Json::object({{"main", "b"}})}}));
  script.at(1, 30, "layout", Json::object({{"name", "grid"}}));
  script.at(1, 20, "participant-left", Json::object({{"id", "a"}}));
  Story story(script.timeline, script.timeline.parts());
  story.advance(10);
  EXPECT_EQ(story.talkers(), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(story.layout(), "stage");
  EXPECT_EQ(story.assigned(), (std::map<std::string, std::string>{{"main", "b"}}));
  story.advance(20);
  EXPECT_EQ(story.talkers(), std::vector<std::string>{"b"});
  story.advance(30);
  EXPECT_TRUE(story.assigned().empty()) << "another layout has other regions";
}

}  // namespace
}  // namespace tessera::remix
