// A room driven by its messages, without the front and without a network.
#include "room/room.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "room/commands.hpp"
#include "unit/webrtc/offers.hpp"

using namespace tessera;
using namespace tessera::room;
using namespace std::chrono_literals;

namespace {

class RoomTest : public testing::Test {
 protected:
  void open(int resume_seconds = 30, int idle_seconds = 10) {
    auto made = create(Json::object(), resume_seconds, idle_seconds);
    ASSERT_TRUE(made.ok()) << made.error().message;
    room_ = std::move(*made);
  }
  Result<std::unique_ptr<Room>> create(const Json& settings, int resume_seconds = 30, int idle_seconds = 10) {
    config::ServerConfig config;
    config.paths.layouts = TESSERA_SOURCE_DIR "/layouts";
    config.paths.pipelines = TESSERA_SOURCE_DIR "/pipelines";
    config.ice.addresses = {"127.0.0.1"};
    config.room.resume_seconds = resume_seconds;
    config.room.idle_seconds = idle_seconds;
    config.room.max_participants = 3;
    config.room.max_viewers = 2;
    config.room.connect_seconds = connect_seconds_;
    config.log.level = "warn";
    return Room::create(loop_, config, "test", settings,
                        [this](messages::Event event) { events_.push_back(std::move(event)); });
  }
  Result<Json> call(const std::string& method, const Json& params) {
    std::optional<Result<Json>> answer;
    run_command(*room_, method, params, [&](Result<Json> result) {
      EXPECT_FALSE(answer.has_value()) << "answered twice: " << method;
      answer = std::move(result);
    });
    loop_.run_until([&] { return answer.has_value(); }, 5s);
    if (!answer) return error("no-answer", "{}", method);
    return std::move(*answer);
  }
  std::string join(const std::string& name) {
    auto joined = call("join", Json::object({{"name", name}, {"kind", "participant"}}));
    EXPECT_TRUE(joined.ok());
    last_join_ = joined.ok() ? *joined : Json();
    return last_join_["participant"].as_string();
  }
  int count(const std::string& name) const {
    return static_cast<int>(
        std::count_if(events_.begin(), events_.end(), [&](const auto& e) { return e.name == name; }));
  }
  const messages::Event* last(const std::string& name) const {
    for (auto at = events_.rbegin(); at != events_.rend(); ++at)
      if (at->name == name) return &*at;
    return nullptr;
  }

  Loop loop_;
  std::vector<messages::Event> events_;
  std::unique_ptr<Room> room_;
  Json last_join_;
  int connect_seconds_ = 30;
};

}  // namespace

TEST_F(RoomTest, JoinTellsTheOthersAndGivesASnapshot) {
  open();
  const std::string ada = join("Ada");
  join("Grace");
  EXPECT_EQ(count("participant-joined"), 2);
  EXPECT_EQ(last_join_["room"]["participants"].items().size(), 2u);
  EXPECT_EQ(last_join_["room"]["layout"]["name"].as_string(), "grid");
  ASSERT_TRUE(loop_.run_until([&] { return count("layout") > 0; }, 2s));
  EXPECT_EQ(last("layout")->data["placements"].items().size(), 2u);
  ASSERT_TRUE(call("leave", Json::object({{"participant", ada}})).ok());
  EXPECT_EQ(last("participant-left")->data["name"].as_string(), "Ada");
  EXPECT_EQ(call("leave", Json::object({{"participant", ada}})).error().code, "unknown-participant");
}

TEST_F(RoomTest, TheCanvasIsWhatTheRoomWasOpenedWith) {
  auto made =
      create(Json::object({{"width", 640}, {"height", 480}, {"framerate", 12}, {"layout", "speaker"}}));
  ASSERT_TRUE(made.ok()) << made.error().message;
  room_ = std::move(*made);
  const Json room = *call("describe", Json::object());
  EXPECT_EQ(room["canvas"], Json::object({{"width", 640}, {"height", 480}, {"framerate", 12}}));
  EXPECT_EQ(room["layout"]["width"].as_int(), 640);
  EXPECT_EQ(room["layout"]["default"].as_string(), "speaker");
}

TEST_F(RoomTest, ACanvasOutOfBoundsIsNoRoom) {
  for (const Json& settings : {Json::object({{"width", 0}}), Json::object({{"height", 100000}}),
                               Json::object({{"width", 641}}), Json::object({{"framerate", 1000}})}) {
    const auto made = create(settings);
    ASSERT_FALSE(made.ok()) << settings.dump();
    EXPECT_EQ(made.error().code, "bad-request");
  }
}

TEST_F(RoomTest, AFullRoomSaysSo) {
  open();
  for (int i = 0; i < 3; ++i) join("x");
  const auto refused = call("join", Json::object({{"name", "late"}}));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, "room-full");
}

TEST_F(RoomTest, ViewersAndParticipantsHaveLimitsOfTheirOwn) {
  open();
  const auto come = [&](const char* kind, const char* role) {
    return call("join", Json::object({{"name", "x"}, {"kind", kind}, {"role", role}}));
  };
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(come("participant", "speaker").ok());
  EXPECT_TRUE(come("viewer", "speaker").ok());
  EXPECT_TRUE(come("participant", "viewer").ok());
  EXPECT_EQ(come("viewer", "viewer").error().code, "room-full");
  EXPECT_EQ(come("publisher", "speaker").error().code, "room-full");
}

TEST_F(RoomTest, SomebodyWithoutMediaMakesPlaceInAFullRoomOnly) {
  connect_seconds_ = 0;
  open();
  const std::string first = join("first");
  join("second"), join("third");
  EXPECT_EQ(count("bye"), 0);
  join("fourth");
  ASSERT_EQ(count("bye"), 1);
  EXPECT_EQ(last("bye")->to, first);
  EXPECT_EQ(last("bye")->data["reason"].as_string(), "no-media");
}

TEST_F(RoomTest, AnEndpointThatDoesNotConnectIsClosed_AndAPublisherLeavesWithIt) {
  connect_seconds_ = 0;
  open();
  const std::string ada = join("Ada");
  const auto joined = call("join", Json::object({{"name", "cam"}, {"kind", "publisher"}}));
  ASSERT_TRUE(joined.ok());
  for (const std::string& id : {ada, (*joined)["participant"].as_string()})
    run_command(
        *room_, "offer",
        Json::object({{"participant", id}, {"endpoint", "main"}, {"sdp", webrtc::test::chromium_offer()}}),
        [](Result<Json>) {});
  ASSERT_TRUE(loop_.run_until([&] { return count("participant-left") == 1; }, 10s));
  EXPECT_EQ(last("participant-left")->data["name"].as_string(), "cam");
  EXPECT_EQ(last("participant-left")->data["reason"].as_string(), "not-connected");
  EXPECT_EQ(count("endpoint"), 2);
  EXPECT_EQ(last("endpoint")->data["state"].as_string(), "closed");
}

TEST_F(RoomTest, WhatOperatorsHadDecidedIsThereFromTheFirstMoment) {
  open();
  const auto joined =
      call("join", Json::object({{"name", "Ada"}, {"kind", "participant"}, {"muted", true}, {"held", true}}));
  ASSERT_TRUE(joined.ok());
  EXPECT_TRUE(last("participant-joined")->data["muted"].as_bool());
  EXPECT_TRUE(last("participant-joined")->data["held"].as_bool());
}

TEST_F(RoomTest, OnlyAdministratorsDoAnythingToOne) {
  open();
  const auto joined =
      call("join", Json::object({{"name", "Ada"}, {"role", "operator"}, {"allowed", "admin"}}));
  ASSERT_TRUE(joined.ok());
  const Json ada = (*joined)["participant"];
  const Json by_operator = Json::object({{"role", "operator"}});
  const auto update = [&](Json by, const char* field, Json value) {
    return call("update-participant", Json::object({{"participant", ada}, {"by", by}, {field, value}}));
  };
  EXPECT_EQ(update(by_operator, "muted", true).error().code, "forbidden");
  EXPECT_TRUE(update(by_operator, "pinned", true).ok());
  EXPECT_EQ(call("leave", Json::object({{"participant", ada}, {"reason", "kicked"}, {"by", by_operator}}))
                .error()
                .code,
            "forbidden");
  EXPECT_TRUE(
      (*call("mute-all", Json::object({{"muted", true}, {"by", by_operator}})))["changed"].items().empty());
  EXPECT_TRUE(update(Json::object({{"role", "operator"}, {"participant", ada}}), "muted", true).ok());
  EXPECT_TRUE(update(Json::object({{"role", "admin"}}), "role", "speaker").ok());
  EXPECT_TRUE(update(by_operator, "muted", false).ok()) << "an administrator has made a speaker of her";
}

TEST_F(RoomTest, ResumeTakesOverTheSeat) {
  open();
  const std::string ada = join("Ada");
  const std::string token = last_join_["resume"].as_string();
  ASSERT_TRUE(call("detach", Json::object({{"participant", ada}})).ok());
  EXPECT_EQ(last("participant-updated")->data["state"].as_string(), "detached");
  const auto again = call("join", Json::object({{"name", "Ada"}, {"resume", token}}));
  ASSERT_TRUE(again.ok());
  EXPECT_TRUE((*again)["resumed"].as_bool());
  EXPECT_EQ((*again)["participant"].as_string(), ada);
  EXPECT_EQ(count("participant-left"), 0);
}

// The old socket may notice its end only after the new one has taken the seat.
TEST_F(RoomTest, WhatAReplacedConnectionSaysOfTheSeatIsVoid) {
  open(0);
  const std::string ada = join("Ada");
  const Json before = last_join_;
  const auto with = [&](const Json& joined) {
    return Json::object({{"participant", ada}, {"connection", joined["connection"]}});
  };
  const auto after = call("join", Json::object({{"name", "Ada"}, {"resume", before["resume"]}}));
  ASSERT_TRUE(after.ok());
  EXPECT_NE((*after)["connection"], before["connection"]);
  EXPECT_TRUE(call("detach", with(before)).ok());
  EXPECT_TRUE(call("leave", with(before)).ok());
  EXPECT_NE(last("participant-updated")->data["state"].as_string(), "detached");
  EXPECT_EQ(count("participant-left"), 0);
  ASSERT_TRUE(call("detach", with(*after)).ok());
  EXPECT_EQ(last("participant-updated")->data["state"].as_string(), "detached");
  ASSERT_TRUE(loop_.run_until([&] { return count("participant-left") == 1; }, 3s));
}

TEST_F(RoomTest, ALostSeatIsGivenUpAfterAWhile) {
  open(0);
  const std::string ada = join("Ada");
  ASSERT_TRUE(call("detach", Json::object({{"participant", ada}})).ok());
  ASSERT_TRUE(loop_.run_until([&] { return count("participant-left") == 1; }, 3s));
  EXPECT_EQ(last("participant-left")->data["reason"].as_string(), "lost");
}

TEST_F(RoomTest, AnEmptyRoomAsksToBeClosed) {
  open(30, 0);
  ASSERT_TRUE(loop_.run_until([&] { return count("empty") == 1; }, 3s));
}

TEST_F(RoomTest, HostileCallsAreRefusedAndTheRoomLives) {
  open();
  const std::string ada = join("Ada");
  const auto with = [&](Json more) {
    more.set("participant", ada);
    return more;
  };
  EXPECT_EQ(call("offer", with(Json::object({{"endpoint", "main"}, {"sdp", "v=0"}}))).error().code,
            "bad-sdp");
  EXPECT_EQ(call("offer", with(Json::object({{"endpoint", "other"}, {"sdp", "v=0"}}))).error().code,
            "bad-request");
  EXPECT_EQ(call("offer", Json::object({{"sdp", "v=0"}})).error().code, "unknown-participant");
  EXPECT_EQ(call("candidate", with(Json::object({{"candidate", "x"}}))).error().code, "unknown-endpoint");
  EXPECT_EQ(call("close-endpoint", with(Json::object())).error().code, "unknown-endpoint");
  EXPECT_EQ(call("set-layout", Json::object({{"name", "../../etc"}})).error().code, "unknown-layout");
  EXPECT_EQ(call("update-participant", with(Json::object({{"gain", 99}}))).error().code, "bad-request");
  EXPECT_EQ(call("chat", with(Json::object({{"text", std::string(5000, 'x')}}))).error().code, "too-large");
  EXPECT_EQ(call("set-recording", Json::object({{"id", "x"}, {"state", "stopped"}})).error().code,
            "unknown-recording");
  EXPECT_EQ(call("no-such-method", Json::object()).error().code, "unknown-method");
  EXPECT_TRUE(call("describe", Json::object()).ok());
  EXPECT_TRUE(call("stats", Json::object()).ok());
}

TEST_F(RoomTest, WhatARefusalQuotesIsWholeCharacters) {
  open();
  for (int shift = 0; shift < 4; ++shift) {
    std::string word(static_cast<std::size_t>(shift), 'x');
    for (int i = 0; i < 40; ++i) word += "漢";
    for (const Json& order :
         {Json::object({{"name", word}}), Json::object({{"pinned", Json::object({{word, "p1"}})}}),
          Json::object({{"pinned", Json::object({{word, 7}})}}),
          Json::object({{"name", "speaker"}, {"pinned", Json::object({{"main", word}})}})}) {
      const auto refused = call("set-layout", order);
      ASSERT_FALSE(refused.ok()) << order.dump();
      EXPECT_TRUE(Json::parse(Json(refused.error().message).dump()).ok()) << refused.error().message;
    }
  }
}

TEST_F(RoomTest, CloseSaysByeAndFinishes) {
  open();
  join("Ada");
  bool done = false;
  room_->close("room-closed", [&] { done = true; });
  ASSERT_TRUE(loop_.run_until([&] { return done; }, 3s));
  EXPECT_EQ(last("bye")->data["reason"].as_string(), "room-closed");
}

TEST_F(RoomTest, OperatorGoesBeforeRulesAndRulesBeforeTheDefault) {
  open();
  const auto layout = [](const std::string& name, const std::string& rules = "") {
    return Json::parse(R"({"name": ")" + name + R"(", "templates": [{"regions": [
      {"id": "main", "x": 0, "y": 0, "w": 1, "h": "1/2", "show": "speaker"},
      {"id": "rest", "x": 0, "y": "1/2", "w": 1, "h": "1/2", "show": "others", "grid": {}}]}])" +
                       rules + "}")
        .value();
  };
  const Json two = layout("grid", R"(, "rules": [{"when": {"participants": {"min": 2}}, "use": "many"}])");
  ASSERT_TRUE(call("set-layouts",
                   Json::object(
                       {{"layouts",
                         Json::object({{"grid", two}, {"many", layout("many")}, {"mine", layout("mine")}})}}))
                  .ok());
  EXPECT_EQ(last("layouts")->data["layouts"].items().size(), 3u);
  const auto in_use = [this](const std::string& name, const std::string& choice) {
    return loop_.run_until(
        [&] {
          const auto now = call("describe", Json::object());
          return now.ok() && (*now)["layout"]["name"].as_string() == name &&
                 (*now)["layout"]["choice"].as_string() == choice;
        },
        2s);
  };
  const std::string ada = join("Ada");
  EXPECT_TRUE(in_use("grid", "default"));
  const std::string grace = join("Grace");
  EXPECT_TRUE(in_use("many", "rule"));
  ASSERT_TRUE(call("set-layout", Json::object({{"name", "mine"}})).ok());
  EXPECT_TRUE(in_use("mine", "operator"));
  ASSERT_TRUE(call("set-layout", Json::object({{"name", Json()}})).ok());
  EXPECT_TRUE(in_use("many", "rule"));
  ASSERT_TRUE(call("leave", Json::object({{"participant", grace}})).ok());
  EXPECT_TRUE(in_use("grid", "default"));
  EXPECT_EQ(call("set-layout", Json::object({{"name", "nothing"}})).error().code, "unknown-layout");
  EXPECT_EQ(call("set-layouts", Json::object({{"layouts", Json::object({{"grid", 7}})}})).error().code,
            "bad-layout");
  EXPECT_TRUE(in_use("grid", "default"));
}

TEST_F(RoomTest, APersonIsPutIntoARegion) {
  open();
  const std::string ada = join("Ada"), grace = join("Grace");
  const auto who_is_in_main = [](const Json& layout) {
    for (const auto& placement : layout["placements"].items())
      if (placement["region"].as_string() == "main") return placement["participant"].as_string();
    return std::string();
  };
  auto answer =
      call("set-layout", Json::object({{"name", "speaker"}, {"pinned", Json::object({{"main", grace}})}}));
  ASSERT_TRUE(answer.ok()) << answer.error().message;
  EXPECT_EQ(who_is_in_main((*answer)["layout"]), grace);
  EXPECT_EQ((*answer)["layout"]["pinned"]["main"].as_string(), grace);
  const auto refused = [this](Json pinned) {
    return call("set-layout", Json::object({{"pinned", std::move(pinned)}})).error();
  };
  EXPECT_EQ(refused(Json::object({{"strip", ada}})).code, "bad-request") << "a grid has no one place to give";
  EXPECT_NE(refused(Json::object({{"strip", ada}})).message.find("it has main"), std::string::npos);
  EXPECT_EQ(refused(Json::object({{"main", "nobody"}})).code, "unknown-participant");
  EXPECT_EQ(refused("main").code, "bad-request");
  answer = call("set-layout", Json::object({{"pinned", Json::object()}}));
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(who_is_in_main((*answer)["layout"]), ada) << "who came first has the floor again";
  ASSERT_TRUE(call("update-participant", Json::object({{"participant", grace}, {"pinned", true}})).ok());
  ASSERT_TRUE(loop_.run_until([&] { return who_is_in_main(last("layout")->data) == grace; }, 2s));
}

TEST_F(RoomTest, APublisherIsASpeaker_WhateverRoleItAskedFor) {
  open();
  const auto joined =
      call("join", Json::object({{"name", "cam"}, {"role", "viewer"}, {"kind", "publisher"}}));
  ASSERT_TRUE(joined.ok());
  EXPECT_EQ((*joined)["room"]["participants"].items()[0]["role"].as_string(), "speaker");
  ASSERT_TRUE(loop_.run_until([&] { return count("layout") > 0; }, 2s));
  EXPECT_EQ(last("layout")->data["placements"].items().size(), 1u);
}

TEST_F(RoomTest, WhoBecomesAViewerLosesThePlaceInThePicture_AndGetsItBackAsASpeaker) {
  open();
  const auto joined =
      call("join", Json::object({{"name", "Ada"}, {"role", "viewer"}, {"kind", "participant"}}));
  ASSERT_TRUE(joined.ok());
  const auto id = (*joined)["participant"].as_string();
  const auto placed = [&] { return last("layout") ? last("layout")->data["placements"].items().size() : 0; };
  const auto become = [&](const char* role) {
    EXPECT_TRUE(call("update-participant", Json::object({{"participant", id}, {"role", role}})).ok());
  };
  become("speaker");
  EXPECT_TRUE(loop_.run_until([&] { return placed() == 1; }, 2s));
  become("viewer");
  EXPECT_TRUE(loop_.run_until([&] { return placed() == 0; }, 2s));
  become("operator");
  EXPECT_TRUE(loop_.run_until([&] { return placed() == 1; }, 2s));
}

TEST_F(RoomTest, AnOfferWhoseEndpointGoesIsAnswered) {
  open();
  const std::string ada = join("Ada");
  std::optional<Result<Json>> answer;
  const std::string sdp = webrtc::test::chromium_offer();
  run_command(*room_, "offer", Json::object({{"participant", ada}, {"endpoint", "main"}, {"sdp", sdp}}),
              [&](Result<Json> result) { answer = std::move(result); });
  ASSERT_FALSE(answer.has_value()) << answer->error().message;
  ASSERT_TRUE(call("close-endpoint", Json::object({{"participant", ada}, {"endpoint", "main"}})).ok());
  ASSERT_TRUE(answer.has_value());
  ASSERT_FALSE(answer->ok());
  EXPECT_EQ(answer->error().code, "conflict");
}

TEST_F(RoomTest, ARoomForMusicHasTwoChannelsAndLeavesVoicesAlone) {
  auto made = create(Json::object({{"audio", Json::object({{"mode", "music"}})}}));
  ASSERT_TRUE(made.ok()) << made.error().message;
  room_ = std::move(*made);
  const std::string ada = join("Ada");
  const Json audio = last_join_["room"]["audio"];
  EXPECT_EQ(audio["mode"].as_string(), "music");
  EXPECT_EQ(audio["channels"].as_int(), 2);
  EXPECT_EQ(audio["bitrate"].as_int(), 128'000);
  const auto refused =
      call("update-participant", Json::object({{"participant", ada}, {"noiseSuppression", true}}));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, "conflict");

  // Of a change that is refused nothing is done.
  events_.clear();
  const auto half =
      call("update-participant",
           Json::object({{"participant", ada}, {"muted", true}, {"gain", 2}, {"noiseSuppression", true}}));
  EXPECT_EQ(half.error().code, "conflict");
  EXPECT_EQ(count("participant-updated"), 0);
  const auto seats = call("describe", Json::object());
  ASSERT_TRUE(seats.ok());
  EXPECT_FALSE((*seats)["participants"].items()[0]["muted"].as_bool());
  EXPECT_EQ((*seats)["participants"].items()[0]["gain"].as_double(), 1.0);
}

TEST_F(RoomTest, VoicesAreProcessedWhenAskedFor) {
  open();
  const std::string ada = join("Ada");
  EXPECT_EQ(last_join_["room"]["audio"]["mode"].as_string(), "speech");
  auto changed = call("update-participant", Json::object({{"participant", ada}, {"noiseSuppression", true}}));
  ASSERT_TRUE(changed.ok());
  EXPECT_TRUE((*changed)["participant"]["noiseSuppression"].as_bool());
  EXPECT_FALSE((*changed)["participant"]["autoGain"].as_bool());
  EXPECT_FALSE(call("update-participant", Json::object({{"participant", ada}, {"autoGain", 1}})).ok());
}
