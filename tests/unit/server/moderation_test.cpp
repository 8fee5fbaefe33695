// What operators decide holds whichever way people come again. The front is real, its rooms are played.
#include <gtest/gtest.h>
#include <signal.h>

#include <tuple>

#include "front_fixture.hpp"

namespace tessera::server::test {
namespace {

const std::string key = "a-key-of-at-least-32-bytes-for-tests";

class ModerationTest : public FrontTest {
 protected:
  void SetUp() override {
    config::ServerConfig config;
    config.auth.key = key;
    config.limits.pending_per_subject = 2;
    start(config, room_mode_);
    operator_ = connect();
    ASSERT_EQ(operator_->request("join", as("olga", Role::operator_))["type"].as_string(), "joined");
  }
  void TearDown() override {
    operator_.reset();
    FrontTest::TearDown();
  }

  static std::string token(const std::string& subject, Role role) {
    return make_token({subject, "hall", role, "", std::chrono::hours(1)}, key, false).value();
  }
  static Headers bearer(const std::string& subject, Role role) {
    return {{"authorization", "Bearer " + token(subject, role)}};
  }
  static Json as(const std::string& subject, Role role) {
    return Json::object({{"room", "hall"}, {"name", subject}, {"token", token(subject, role)}});
  }
  Json control(Json fields) { return operator_->request("control", std::move(fields)); }
  Json update(const Json& participant, const char* field, Json value) {
    return control(Json::object(
        {{"action", "update-participant"}, {"participant", participant}, {field, std::move(value)}}));
  }
  Json join_again(const std::string& subject, Role role) {
    const auto socket = connect();
    return socket->request("join", as(subject, role));
  }

  std::string room_mode_ = "normal";
  std::unique_ptr<Socket> operator_;
};

TEST_F(ModerationTest, WhoIsKickedStaysOutByEveryWayUntilReadmitted) {
  const auto ann = connect();
  const Json joined = ann->request("join", as("ann", Role::speaker));
  ASSERT_EQ(
      control(Json::object({{"action", "kick"}, {"participant", joined["participant"]}}))["type"].as_string(),
      "reply");
  EXPECT_EQ(ann->event("bye")["reason"].as_string(), "kicked");

  const Json refused = join_again("ann", Role::speaker);
  EXPECT_EQ(refused["code"].as_string(), "kept-out");
  EXPECT_EQ(refused["status"].as_int(), 403);
  EXPECT_EQ(whip("/whip/hall", offer, bearer("ann", Role::speaker)).code(), "kept-out");
  EXPECT_EQ(whip("/whep/hall", offer, bearer("ann", Role::speaker)).code(), "kept-out");
  EXPECT_EQ(join_again("bob", Role::speaker)["type"].as_string(), "joined") << "others come as before";

  const Json told = operator_->event("kept-out")["keptOut"];
  ASSERT_EQ(told.items().size(), 1U);
  EXPECT_EQ(told.items()[0]["name"].as_string(), "ann");
  EXPECT_EQ(told.items()[0]["by"].as_string(), "subject");
  const Json listed = control(Json::object({{"action", "kept-out"}}))["keptOut"];
  ASSERT_EQ(listed.items().size(), 1U);
  EXPECT_EQ(control(Json::object({{"action", "readmit"}, {"entry", "k77"}}))["code"].as_string(),
            "unknown-entry");
  EXPECT_EQ(
      control(Json::object({{"action", "readmit"}, {"entry", listed.items()[0]["id"]}}))["type"].as_string(),
      "reply");
  EXPECT_EQ(join_again("ann", Role::speaker)["type"].as_string(), "joined");
}

TEST_F(ModerationTest, APublisherKickedByRestIsReadmittedByRest) {
  ASSERT_EQ(whip("/whip/hall?name=Pub", offer, bearer("pub", Role::speaker)).status, 201);
  const Headers olga = bearer("olga", Role::operator_);
  std::string id;
  const Json room = call("GET", "/api/v1/rooms/hall", "", olga).json();
  for (const Json& person : room["participants"].items())
    if (person["kind"].as_string() == "publisher") id = person["id"].as_string();
  ASSERT_EQ(call("DELETE", "/api/v1/rooms/hall/participants/" + id, "", olga).status, 204);
  const Answer refused = whip("/whip/hall?name=Other", offer, bearer("pub", Role::speaker));
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(refused.code(), "kept-out");
  EXPECT_EQ(call("GET", "/api/v1/rooms/hall/kept-out", "", bearer("ann", Role::speaker)).status, 403);
  const Json entries = call("GET", "/api/v1/rooms/hall/kept-out", "", olga).json()["keptOut"];
  ASSERT_EQ(entries.items().size(), 1U);
  const std::string entry = "/api/v1/rooms/hall/kept-out/" + entries.items()[0]["id"].as_string();
  EXPECT_EQ(call("DELETE", entry, "", bearer("ann", Role::speaker)).status, 403);
  EXPECT_EQ(call("DELETE", entry, "", olga).status, 204);
  EXPECT_EQ(call("DELETE", entry, "", olga).code(), "unknown-entry");
  EXPECT_EQ(whip("/whip/hall?name=Other", offer, bearer("pub", Role::speaker)).status, 201);
}

TEST_F(ModerationTest, AnOperatorWhoWasKickedDoesNothingInTheRoomAndAnAdminDoes) {
  const auto second = connect();
  const Json joined = second->request("join", as("otto", Role::operator_));
  control(Json::object({{"action", "kick"}, {"participant", joined["participant"]}}));
  ASSERT_EQ(second->event("bye")["reason"].as_string(), "kicked");
  const Headers otto = bearer("otto", Role::operator_);
  for (const auto& [method, path, body] : std::vector<std::tuple<std::string, std::string, std::string>>{
           {"GET", "/kept-out", ""},
           {"DELETE", "/kept-out/k1", ""},
           {"DELETE", "", ""},
           {"PUT", "", "{}"},
           {"PATCH", "/participants", R"({"muted":true})"},
           {"POST", "/recordings", "{}"}})
    EXPECT_EQ(call(method, "/api/v1/rooms/hall" + path, body, otto).code(), "kept-out") << method << path;
  EXPECT_EQ(call("GET", "/api/v1/rooms/hall/kept-out", "", bearer("otto", Role::admin)).status, 200);
}

TEST_F(ModerationTest, MuteHoldAndDemotionAreThereWhenSomebodyComesAgain) {
  auto ann = connect();
  const Json joined = ann->request("join", as("ann", Role::operator_));
  const Json& id = joined["participant"];
  ASSERT_EQ(update(id, "muted", true)["type"].as_string(), "reply");
  ASSERT_EQ(update(id, "held", true)["type"].as_string(), "reply");
  ASSERT_EQ(update(id, "role", "viewer")["type"].as_string(), "reply");
  ASSERT_EQ(ann->request("leave")["type"].as_string(), "reply");
  const Json again = ann->request("join", as("ann", Role::operator_));
  EXPECT_EQ(again["role"].as_string(), "viewer");
  const Json seat = again["room"]["participants"].items().back();
  EXPECT_EQ(seat["id"].as_string(), again["participant"].as_string());
  EXPECT_TRUE(seat["muted"].as_bool());
  EXPECT_TRUE(seat["held"].as_bool());
  EXPECT_EQ(whip("/whip/hall", offer, bearer("ann", Role::operator_)).code(), "forbidden");
  EXPECT_EQ(whip("/whep/hall", offer, bearer("ann", Role::operator_)).status, 201);
}

TEST_F(ModerationTest, ACrashOfTheRoomLetsNobodyBackInAndUndoesNoMute) {
  const auto ann = connect(), bob = connect();
  const Json kicked = ann->request("join", as("ann", Role::speaker));
  control(Json::object({{"action", "kick"}, {"participant", kicked["participant"]}}));
  const Json muted = bob->request("join", as("bob", Role::speaker));
  update(muted["participant"], "muted", true);
  const int pid = static_cast<int>(
      call("GET", "/api/v1/rooms/hall", "", bearer("olga", Role::operator_)).json()["pid"].as_int());
  ASSERT_EQ(::kill(pid, SIGKILL), 0);
  ASSERT_EQ(bob->event("bye")["reason"].as_string(), "room-crashed");
  EXPECT_EQ(join_again("ann", Role::speaker)["code"].as_string(), "kept-out");
  const Json back = bob->request("join", as("bob", Role::speaker));
  ASSERT_EQ(back["type"].as_string(), "joined");
  EXPECT_TRUE(back["room"]["participants"].items().back()["muted"].as_bool());
}

TEST_F(ModerationTest, OffersThatAreNotConnectedAreCountedUntilTheyEnd) {
  const Headers mallory = bearer("mallory", Role::viewer);
  const Answer first = whip("/whep/hall", offer, mallory);
  ASSERT_EQ(first.status, 201);
  ASSERT_EQ(whip("/whep/hall", offer, mallory).status, 201);
  const Answer refused = whip("/whep/hall", offer, mallory);
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.code(), "too-many-pending");
  EXPECT_FALSE(refused.headers.at("retry-after").empty());
  EXPECT_EQ(whip("/whep/hall", offer, bearer("vera", Role::viewer)).status, 201);
  EXPECT_EQ(call("DELETE", first.headers.at("location"), "", mallory).status, 200);
  EXPECT_EQ(whip("/whep/hall", "v=0\r\nm=bad 9\r\n", mallory).status, 400) << "what the room refuses";
  EXPECT_EQ(whip("/whep/hall", offer, mallory).status, 201);
}

TEST_F(ModerationTest, OffersOverTheSocketAreCountedTheSame) {
  const auto ann = connect();
  ASSERT_EQ(ann->request("join", as("ann", Role::speaker))["type"].as_string(), "joined");
  const auto offers = [&](Socket& from, const char* endpoint, const char* sdp = offer) {
    return from.request("offer", Json::object({{"endpoint", endpoint}, {"sdp", sdp}}));
  };
  EXPECT_EQ(offers(*ann, "main")["type"].as_string(), "reply");
  EXPECT_EQ(offers(*ann, "main")["type"].as_string(), "reply") << "it takes the place of the one before";
  EXPECT_EQ(offers(*ann, "screen", "bad")["code"].as_string(), "bad-sdp");
  EXPECT_EQ(offers(*ann, "screen")["type"].as_string(), "reply");
  const auto again = connect();
  ASSERT_EQ(again->request("join", as("ann", Role::speaker))["type"].as_string(), "joined");
  EXPECT_EQ(offers(*again, "main")["code"].as_string(), "too-many-pending");
  EXPECT_EQ(offers(*ann, "main", "renegotiate")["code"].as_string(), "renegotiation-unsupported");
  EXPECT_EQ(offers(*again, "main")["code"].as_string(), "too-many-pending") << "the first still waits";
  EXPECT_EQ(ann->request("close", Json::object({{"endpoint", "screen"}}))["type"].as_string(), "reply");
  EXPECT_EQ(offers(*again, "main")["type"].as_string(), "reply");
}

TEST_F(ModerationTest, TheRoomsEndLetsEverybodyInAgain) {
  const auto ann = connect();
  const Json joined = ann->request("join", as("ann", Role::speaker));
  control(Json::object({{"action", "kick"}, {"participant", joined["participant"]}}));
  ASSERT_EQ(ann->event("bye")["reason"].as_string(), "kicked");
  control(Json::object({{"action", "close-room"}}));
  ASSERT_TRUE(operator_->wait_closed());
  const Json again = join_again("ann", Role::speaker);
  EXPECT_EQ(again["type"].as_string(), "joined") << again.dump();
}

// A room that closes takes its time: until then two rooms have one name, and the same ids.
class ModerationOfTwoLivesTest : public ModerationTest {
 protected:
  void SetUp() override {
    room_mode_ = "stubborn";  // it goes on until it is killed
    ModerationTest::SetUp();
  }
};

TEST_F(ModerationOfTwoLivesTest, WhatWasDecidedHoldsForTheLifeItWasDecidedIn) {
  const auto ann = connect(), bob = connect();
  const Json first = ann->request("join", as("ann", Role::speaker));
  bob->request("join", as("bob", Role::speaker));
  control(Json::object({{"action", "kick"}, {"participant", first["participant"]}}));
  ASSERT_EQ(ann->event("bye")["reason"].as_string(), "kicked");
  const auto closing = std::move(operator_);
  closing->request("control", Json::object({{"action", "close-room"}}));

  // The next room of that name, while the first still closes.
  operator_ = connect();
  ASSERT_EQ(operator_->request("join", as("olga", Role::operator_))["type"].as_string(), "joined");
  const auto ann_again = connect(), cat = connect();
  const Json back = ann_again->request("join", as("ann", Role::speaker));
  ASSERT_EQ(back["type"].as_string(), "joined") << back.dump();
  const Json kicked = cat->request("join", as("cat", Role::speaker));
  update(back["participant"], "muted", true);
  control(Json::object({{"action", "kick"}, {"participant", kicked["participant"]}}));
  ASSERT_EQ(cat->event("bye")["reason"].as_string(), "kicked");

  ASSERT_TRUE(closing->wait_closed()) << "the first room is gone";
  EXPECT_EQ(join_again("cat", Role::speaker)["code"].as_string(), "kept-out");
  const Json listed = control(Json::object({{"action", "kept-out"}}))["keptOut"];
  ASSERT_EQ(listed.items().size(), 1U);
  EXPECT_EQ(listed.items()[0]["name"].as_string(), "cat");
}

}  // namespace
}  // namespace tessera::server::test
