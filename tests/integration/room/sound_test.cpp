// A room's sound as operators steer it, by messages: announcements, mute for all, hold, chimes, levels.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "room/commands.hpp"
#include "room/room.hpp"

using namespace tessera;
using namespace tessera::room;
using namespace std::chrono_literals;

namespace {

class RoomSoundTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "tessera-room-sound-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override {
    room_.reset();
    std::filesystem::remove_all(folder_);
  }
  void open(bool chimes = false) {
    config::ServerConfig config;
    config.paths.layouts = TESSERA_SOURCE_DIR "/layouts";
    config.paths.pipelines = TESSERA_SOURCE_DIR "/pipelines";
    config.paths.announcements = folder_.string();
    config.announcements.hold_music = "hold.wav";
    config.announcements.recording = "words.wav";
    config.announcements.chimes = chimes;
    config.log.level = "error";
    auto made = Room::create(loop_, config, "test", Json::object(),
                             [this](messages::Event event) { events_.push_back(std::move(event)); });
    ASSERT_TRUE(made.ok()) << made.error().message;
    room_ = std::move(*made);
  }
  Result<Json> call(const std::string& method, const Json& params) {
    std::optional<Result<Json>> answer;
    run_command(*room_, method, params, [&](Result<Json> result) { answer = std::move(result); });
    if (!wait([&] { return answer.has_value(); })) return error("no-answer", "{}", method);
    return std::move(*answer);
  }
  bool wait(const std::function<bool()>& done) {
    const auto look_again = loop_.every(5ms, [] {});
    return loop_.run_until(done, 10s);
  }
  std::string join(const std::string& name, const std::string& role = "operator") {
    auto joined = call("join", Json::object({{"name", name}, {"kind", "participant"}, {"role", role}}));
    return joined.ok() ? (*joined)["participant"].as_string() : "";
  }
  std::vector<std::string> states(const std::string& id) const {
    std::vector<std::string> result;
    for (const auto& event : events_)
      if (event.name == "announcement" && event.data["announcement"]["id"].as_string() == id)
        result.push_back(event.data["announcement"]["state"].as_string());
    return result;
  }
  Json participant(const std::string& id) {
    const Json room = *call("describe", Json::object());
    for (const auto& each : room["participants"].items())
      if (each["id"].as_string() == id) return each;
    return {};
  }

  Loop loop_;
  std::filesystem::path folder_;
  std::vector<messages::Event> events_;
  std::unique_ptr<Room> room_;
};

}  // namespace

TEST_F(RoomSoundTest, AnAnnouncementTellsWhenItPlaysAndWhenItHasEnded) {
  open();
  join("Ada");
  const auto first = call("announce", Json::object({{"builtin", "leave"}}));
  ASSERT_TRUE(first.ok()) << first.error().message;
  const std::string id = (*first)["announcement"]["id"].as_string();
  EXPECT_EQ((*first)["announcement"]["state"].as_string(), "waiting");
  EXPECT_NEAR(static_cast<double>((*first)["announcement"]["durationMs"].as_int()), 520, 5);
  const std::string second =
      (*call("announce", Json::object({{"builtin", "join"}})))["announcement"]["id"].as_string();
  EXPECT_EQ((*call("describe", Json::object()))["announcements"].items().size(), 2u);
  ASSERT_TRUE(wait([&] { return states(second).size() == 2; }));
  EXPECT_EQ(states(id), (std::vector<std::string>{"playing", "ended"}));
  EXPECT_EQ(states(second), (std::vector<std::string>{"playing", "ended"}));
  EXPECT_EQ((*call("announcements", Json::object()))["announcements"].items().size(), 0u);
}

TEST_F(RoomSoundTest, WhatCannotBePlayedIsRefusedByName) {
  open();
  std::ofstream(folder_ / "text.mp3") << "no sound";
  const auto code = [this](const Json& wanted) {
    const auto result = call("announce", wanted);
    return result ? std::string("ok") : result.error().code;
  };
  EXPECT_EQ(code(Json::object()), "bad-request");
  EXPECT_EQ(code(Json::object({{"file", "../x.wav"}})), "unknown-sound");
  EXPECT_EQ(code(Json::object({{"file", "missing.wav"}})), "unknown-sound");
  EXPECT_EQ(code(Json::object({{"file", "text.mp3"}})), "bad-sound");
  EXPECT_EQ(code(Json::object({{"builtin", "fanfare"}})), "unknown-sound");
  EXPECT_EQ(code(Json::object({{"builtin", "join"}, {"gain", 9}})), "bad-request");
  EXPECT_EQ(code(Json::object({{"builtin", "join"}, {"to", "p9"}})), "unknown-participant");
  EXPECT_EQ(call("stop-announcement", Json::object({{"id", "a77"}})).error().code, "unknown-announcement");
  const Json files = (*call("announcements", Json::object()))["files"];
  ASSERT_EQ(files.items().size(), 1u);
  EXPECT_EQ(files.items()[0].as_string(), "text.mp3");
}

TEST_F(RoomSoundTest, StoppedOnesSayStoppedAndThoseWhoLeaveTakeTheirsAlong) {
  open();
  const std::string ada = join("Ada"), bob = join("Bob", "speaker");
  const std::string a =
      (*call("announce", Json::object({{"builtin", "recording"}})))["announcement"]["id"].as_string();
  const std::string b =
      (*call("announce", Json::object({{"builtin", "recording"}, {"to", bob}})))["announcement"]["id"]
          .as_string();
  ASSERT_TRUE(wait([&] { return states(a).size() == 1 && !states(b).empty(); }));
  ASSERT_TRUE(call("stop-announcement", Json::object({{"id", a}})).ok());
  ASSERT_TRUE(wait([&] { return states(a).size() == 2; }));
  EXPECT_EQ(states(a).back(), "stopped");
  ASSERT_TRUE(call("leave", Json::object({{"participant", bob}})).ok());
  ASSERT_TRUE(wait([&] { return states(b).back() == "stopped"; }));
  // What is for one is told to that one and to operators.
  for (const auto& event : events_)
    if (event.name == "announcement" && event.data["announcement"]["id"].as_string() == b) {
      EXPECT_TRUE(event.to == bob || event.data["for"].as_string() == "operator");
    }
}

TEST_F(RoomSoundTest, TheRecordingIsToldInOurOwnWordsWhenThoseConfiguredCannotBePlayed) {
  open();  // words.wav is not there
  join("Ada");
  const auto told = [this] {
    std::vector<Json> all;
    for (const auto& event : events_)
      if (event.name == "announcement") all.push_back(event.data["announcement"]);
    return all;
  };
  const auto record = [this](const std::string& id) {
    return call("start-recording", Json::object({{"id", id},
                                                 {"directory", (folder_ / id).string()},
                                                 {"options", Json::object({{"announce", true}})}}))
        .ok();
  };
  for (const char* id : {"r1", "r2"}) std::filesystem::create_directory(folder_ / id);
  ASSERT_TRUE(record("r1"));
  ASSERT_TRUE(wait([&] { return !told().empty(); }));
  const Json words = told().front();
  EXPECT_EQ(words["builtin"].as_string(), "recording");
  EXPECT_FALSE(words.has("file"));
  EXPECT_EQ(words["purpose"].as_string(), "recording");
  EXPECT_EQ(words["state"].as_string(), "playing");
  EXPECT_TRUE(words["heard"].is_array());
  EXPECT_TRUE(words["heard"].items().empty()) << "nobody is connected";
  // They end with the recording, and the next one has its own.
  ASSERT_TRUE(call("set-recording", Json::object({{"id", "r1"}, {"state", "stopped"}})).ok());
  ASSERT_TRUE(wait([&] { return states(words["id"].as_string()).back() == "stopped"; }));
  ASSERT_TRUE(wait([this] {
    return std::any_of(events_.begin(), events_.end(), [](const auto& event) {
      return event.name == "recording" && event.data["state"].as_string() == "finishing";
    });
  }));
  ASSERT_TRUE(record("r2"));
  ASSERT_TRUE(
      wait([&] { return told().back()["id"] != words["id"] && told().back()["state"] == "playing"; }));
  EXPECT_EQ((*call("announcements", Json::object()))["announcements"].items().size(), 1u) << "once";
}

TEST_F(RoomSoundTest, WhatIsForOneIsNotShownToThoseWhoJoin) {
  open();
  const std::string ada = join("Ada");
  ASSERT_TRUE(call("announce", Json::object({{"builtin", "recording"}, {"to", ada}})).ok());
  ASSERT_TRUE(call("announce", Json::object({{"builtin", "recording"}})).ok());
  const auto seen = [this](const char* role) {
    const auto joined =
        call("join", Json::object({{"name", "New"}, {"kind", "participant"}, {"role", role}}));
    return (*joined)["room"]["announcements"].items().size();
  };
  EXPECT_EQ(seen("operator"), 2u);
  EXPECT_EQ(seen("speaker"), 1u);
}

TEST_F(RoomSoundTest, MuteForAllLeavesTheExceptedAlone) {
  open();
  const std::string ada = join("Ada"), bob = join("Bob"), eve = join("Eve");
  const auto muted = call("mute-all", Json::object({{"muted", true}, {"except", Json::array({ada})}}));
  ASSERT_TRUE(muted.ok());
  EXPECT_EQ((*muted)["changed"].items().size(), 2u);
  EXPECT_FALSE(participant(ada)["muted"].as_bool());
  EXPECT_TRUE(participant(bob)["muted"].as_bool());
  EXPECT_EQ((*call("mute-all", Json::object({{"muted", true}})))["changed"].items().size(), 1u);
  EXPECT_EQ((*call("mute-all", Json::object({{"muted", false}})))["changed"].items().size(), 3u);
  EXPECT_FALSE(participant(eve)["muted"].as_bool());
}

TEST_F(RoomSoundTest, WhoIsOnHoldLeavesThePictureAndComesBackIntoIt) {
  open();
  const std::string ada = join("Ada"), bob = join("Bob");
  const auto places = [this] {
    return (*call("describe", Json::object()))["layout"]["placements"].items().size();
  };
  ASSERT_TRUE(wait([&] { return places() == 2; }));
  const auto hold = [&](bool held) {
    return call("update-participant", Json::object({{"participant", bob}, {"held", held}}));
  };
  ASSERT_TRUE(hold(true).ok());
  EXPECT_TRUE(participant(bob)["held"].as_bool());
  ASSERT_TRUE(wait([&] { return places() == 1; }));
  ASSERT_TRUE(hold(false).ok());
  ASSERT_TRUE(wait([&] { return places() == 2; }));
  EXPECT_FALSE(participant(bob)["held"].as_bool());
  ASSERT_TRUE(hold(true).ok());
  EXPECT_TRUE(call("leave", Json::object({{"participant", bob}})).ok()) << "held people can leave";
}

TEST_F(RoomSoundTest, LevelsComeOnlyWhileSomebodyWantsThem) {
  open();
  const std::string ada = join("Ada");
  const auto count = [this] {
    return std::count_if(events_.begin(), events_.end(), [](const auto& e) { return e.name == "levels"; });
  };
  ASSERT_TRUE(call("levels", Json::object({{"participant", ada}, {"on", true}})).ok());
  ASSERT_TRUE(wait([&] { return count() == 1; }));
  EXPECT_EQ(events_.back().data["for"].as_string(), "levels");
  EXPECT_EQ(call("levels", Json::object({{"participant", "p9"}, {"on", true}})).error().code,
            "unknown-participant");
  ASSERT_TRUE(call("levels", Json::object({{"participant", ada}, {"on", false}})).ok());
}

TEST_F(RoomSoundTest, ChimesCanBeSwitched) {
  open();
  EXPECT_FALSE((*call("describe", Json::object()))["chimes"].as_bool());
  EXPECT_TRUE((*call("set-settings", Json::object({{"chimes", true}})))["chimes"].as_bool());
  EXPECT_TRUE((*call("describe", Json::object()))["chimes"].as_bool());
}
