// Who opens rooms, who comes back to a seat, what a recording and a change of a room need.
#include "front_fixture.hpp"
#include "recording/manifest.hpp"

namespace tessera::server::test {
namespace {

using namespace std::chrono_literals;

constexpr const char* key = "a-secret-for-tests-of-at-least-32-bytes";

std::string token_of(const std::string& room, Role role, std::chrono::seconds age = 0s) {
  return make_token({"t", room, role, "", 1h}, key, false, Authenticator::Clock::now() - age).value();
}

class RoomEntryTest : public FrontTest {
 protected:
  void start_with_key(const std::function<void(config::ServerConfig&)>& change = {}) {
    config::ServerConfig config;
    config.auth.key = key;
    if (change) change(config);
    start(std::move(config));
  }
  static Headers bearer(const std::string& token) { return {{"Authorization", "Bearer " + token}}; }
  static Json joining(const std::string& room, const std::string& token) {
    return Json::object({{"room", room}, {"name", "Ann"}, {"token", token}});
  }
  std::size_t rooms() {
    return call("GET", "/api/v1/rooms", "", bearer(token_of("*", Role::admin)))
        .json()["rooms"]
        .items()
        .size();
  }
};

TEST_F(RoomEntryTest, AViewerEntersWhatOthersHaveOpened) {
  start_with_key();
  const auto viewer = connect(), speaker = connect();
  for (const char* room : {"one", "two", "three"}) {
    const Json refused = viewer->request("join", joining(room, token_of("*", Role::viewer)));
    EXPECT_EQ(refused["status"].as_int(), 409);
    EXPECT_EQ(refused["code"].as_string(), "unknown-room");
    EXPECT_NE(refused["detail"].as_string().find("when somebody has opened it"), std::string::npos);
  }
  EXPECT_EQ(rooms(), 0u);
  EXPECT_EQ(speaker->request("join", joining("one", token_of("one", Role::speaker)))["type"].as_string(),
            "joined");
  EXPECT_EQ(viewer->request("join", joining("one", token_of("*", Role::viewer)))["type"].as_string(),
            "joined")
      << "on the same connection";
}

TEST_F(RoomEntryTest, TheTokenCountsAndNotTheRoleThatIsAskedFor) {
  start_with_key();
  Json only_watches = joining("one", token_of("one", Role::speaker));
  only_watches.set("role", "viewer");
  EXPECT_EQ(connect()->request("join", only_watches)["role"].as_string(), "viewer");
}

TEST_F(RoomEntryTest, WhoOpensRoomsIsConfigured) {
  start_with_key([](auto& config) { config.room.opened_by = "admin"; });
  const auto join = [&](Role role) {
    return connect()->request("join", joining("one", token_of("*", role)))["type"].as_string();
  };
  for (const Role role : {Role::viewer, Role::speaker, Role::operator_}) EXPECT_EQ(join(role), "error");
  const Answer publishing = whip("/whip/one", offer, bearer(token_of("one", Role::speaker)));
  EXPECT_EQ(publishing.status, 409);
  EXPECT_EQ(publishing.code(), "unknown-room");
  EXPECT_TRUE(publishing.headers.contains("retry-after"));
  EXPECT_EQ(call("PUT", "/api/v1/rooms/one", "{}", bearer(token_of("one", Role::operator_))).status, 403);
  EXPECT_EQ(rooms(), 0u);
  EXPECT_EQ(call("PUT", "/api/v1/rooms/one", "{}", bearer(token_of("one", Role::admin))).status, 201);
  EXPECT_EQ(call("PUT", "/api/v1/rooms/one", "{}", bearer(token_of("one", Role::operator_))).status, 200);
  EXPECT_EQ(whip("/whip/one", offer, bearer(token_of("one", Role::speaker))).status, 201);
  EXPECT_EQ(join(Role::viewer), "joined");
}

TEST_F(RoomEntryTest, OnAnOpenServerEverybodyOpensRooms) {
  config::ServerConfig config;
  config.room.opened_by = "admin";
  start(config);
  EXPECT_EQ(
      connect()->request("join", Json::object({{"room", "one"}, {"role", "viewer"}}))["type"].as_string(),
      "joined");
}

TEST_F(RoomEntryTest, AnExpiredTokenResumesItsOwnSeatAndNothingElse) {
  start_with_key();
  const auto host = connect(), before = connect();
  host->request("join", joining("hall", token_of("hall", Role::operator_)));
  const Json first = before->request("join", joining("hall", token_of("hall", Role::speaker)));
  before->close();
  ASSERT_TRUE(before->wait_closed());
  const std::string expired = token_of("hall", Role::admin, 2h);
  const auto code = [&](const Json& fields) {
    return connect()->request("join", fields)["code"].as_string();
  };
  EXPECT_EQ(code(joining("hall", expired)), "token-expired") << "no new seat";
  EXPECT_EQ(code(joining("hall", expired).set("resume", "made up")), "token-expired")
      << "nor with a made up resume";
  EXPECT_EQ(code(joining("attic", expired).set("resume", first["resume"])), "forbidden");
  EXPECT_EQ(code(joining("attic", token_of("*", Role::admin, 2h)).set("resume", first["resume"])),
            "token-expired");
  EXPECT_EQ(rooms(), 1u) << "no room is opened";
  Json forged = joining("hall", expired + "x").set("resume", first["resume"]);
  EXPECT_EQ(code(forged), "bad-token");
  const auto after = connect();
  const Json again = after->request("join", joining("hall", expired).set("resume", first["resume"]));
  EXPECT_EQ(again["participant"], first["participant"]) << again.dump();
  EXPECT_EQ(again["role"].as_string(), "speaker") << "the seat's role, and not that of the token";
}

TEST_F(RoomEntryTest, SessionsEndWithTheirTokenWhereThatIsConfigured) {
  start_with_key([](auto& config) { config.auth.end_sessions_at_expiry = true; });
  const auto host = connect();
  const Json first = host->request("join", joining("hall", token_of("hall", Role::operator_)));
  const auto seat_of = [&](const std::string& name) {
    const Json room = call("GET", "/api/v1/rooms/hall", "", bearer(token_of("*", Role::admin))).json();
    for (const auto& person : room["participants"].items())
      if (person["name"].as_string() == name) return person;
    return Json();
  };
  const auto ends_in = seat_of("Ann")["endsInMs"].as_int();
  EXPECT_GT(ends_in, 0);
  EXPECT_LE(ends_in, 3'600'000);
  EXPECT_EQ(whip("/whip/hall?name=Cam", offer, bearer(token_of("hall", Role::speaker))).status, 201);
  EXPECT_GT(seat_of("Cam")["endsInMs"].as_int(), 0);
  EXPECT_EQ(
      connect()
          ->request(
              "join",
              joining("hall", token_of("hall", Role::operator_, 2h)).set("resume", first["resume"]))["code"]
          .as_string(),
      "token-expired");
}

TEST_F(RoomEntryTest, SeatsOutliveTheirTokenOtherwise) {
  start_with_key();
  connect()->request("join", joining("hall", token_of("hall", Role::operator_)));
  const Json room = call("GET", "/api/v1/rooms/hall", "", bearer(token_of("*", Role::admin))).json();
  for (const auto& person : room["participants"].items()) EXPECT_FALSE(person.has("endsInMs"));
}

TEST_F(RoomEntryTest, AnEncoderEndsItsSessionWithATokenThatHasExpiredMeanwhile) {
  start_with_key();
  const Answer created = whip("/whip/hall", offer, bearer(token_of("hall", Role::speaker)));
  ASSERT_EQ(created.status, 201);
  EXPECT_EQ(whip("/whip/hall", offer, bearer(token_of("hall", Role::speaker, 2h))).status, 401);
  EXPECT_EQ(
      call("DELETE", created.headers.at("location"), "", bearer(token_of("attic", Role::speaker, 2h))).status,
      403);
  EXPECT_EQ(
      call("DELETE", created.headers.at("location"), "", bearer(token_of("hall", Role::speaker, 2h))).status,
      200);
}

TEST_F(RoomEntryTest, APublisherWhoComesAgainTakesOverTheirSeat) {
  start_with_key();
  const auto publish = [&](const std::string& subject, const std::string& path) {
    return whip(path, offer,
                bearer(make_token({subject, "hall", Role::speaker, "", 1h}, key, false).value()));
  };
  const auto seats = [&] {
    return call("GET", "/api/v1/rooms/hall", "", bearer(token_of("*", Role::admin)))
        .json()["participants"]
        .items()
        .size();
  };
  const Headers speaker = bearer(token_of("hall", Role::speaker));
  const Answer first = publish("cam", "/whip/hall?name=Cam");
  ASSERT_EQ(first.status, 201);
  const Answer second = publish("cam", "/whip/hall?name=Cam");
  ASSERT_EQ(second.status, 201);
  EXPECT_EQ(seats(), 1u);
  EXPECT_EQ(call("GET", first.headers.at("location")).status, 404) << "the old session is over";
  EXPECT_EQ(call("GET", second.headers.at("location")).status, 204);
  EXPECT_EQ(publish("other", "/whip/hall?name=Cam").status, 201);
  EXPECT_EQ(seats(), 2u) << "another person of that name";
  EXPECT_EQ(publish("rig", "/whip/hall").status, 201);
  EXPECT_EQ(publish("rig", "/whip/hall").status, 201);
  EXPECT_EQ(seats(), 4u) << "two encoders without names share a token";
  EXPECT_EQ(call("DELETE", second.headers.at("location"), "", speaker).status, 200);
  EXPECT_EQ(seats(), 3u);
  EXPECT_EQ(publish("cam", "/whip/hall?name=Left").status, 201);
  EXPECT_EQ(publish("cam", "/whip/hall?name=Right").status, 201);
  EXPECT_EQ(seats(), 5u) << "one person with two cameras";
  EXPECT_EQ(publish("cam", "/whip/hall?name=Right").status, 201);
  EXPECT_EQ(seats(), 6u) << "several names at once: the token is not one person's";
}

TEST_F(RoomEntryTest, OnAnOpenServerEveryPublisherIsSomebodyElse) {
  start();
  EXPECT_EQ(whip("/whip/hall?name=Cam").status, 201);
  EXPECT_EQ(whip("/whip/hall?name=Cam").status, 201);
  EXPECT_EQ(call("GET", "/api/v1/rooms/hall").json()["participants"].items().size(), 2u);
}

TEST_F(RoomEntryTest, ARecordingThatTellsNobodyNeedsTheConfigurationsLeave) {
  start_with_key();
  const Headers admin = bearer(token_of("*", Role::admin));
  const std::string recordings = "/api/v1/rooms/hall/recordings", silent = R"({"announce":false})";
  ASSERT_EQ(call("PUT", "/api/v1/rooms/hall", "{}", admin).status, 201);
  const Answer refused = call("POST", recordings, silent, admin);
  EXPECT_EQ(refused.status, 403);
  EXPECT_NE(refused.body.find("recording.allowSilent"), std::string::npos);
  EXPECT_TRUE(call("GET", "/api/v1/recordings", "", admin).json()["recordings"].items().empty());
  const auto host = connect();
  host->request("join", joining("hall", token_of("hall", Role::operator_)));
  const Json answer =
      host->request("control", Json::object({{"action", "start-recording"}, {"announce", false}}));
  EXPECT_EQ(answer["status"].as_int(), 403);
  EXPECT_EQ(call("POST", recordings, R"({"announce":true})", admin).status, 201);
}

TEST_F(RoomEntryTest, SilenceThatIsConfiguredIsGranted) {
  start_with_key([](auto& config) { config.recording.announce = false; });
  const Headers admin = bearer(token_of("*", Role::admin));
  ASSERT_EQ(call("PUT", "/api/v1/rooms/hall", "{}", admin).status, 201);
  EXPECT_EQ(call("POST", "/api/v1/rooms/hall/recordings", R"({"announce":false})", admin).status, 201);
}

TEST_F(RoomEntryTest, WhoMayStartSilentRecordingsIsConfigured) {
  start_with_key([](auto& config) { config.recording.allow_silent = true; });
  const Headers admin = bearer(token_of("*", Role::admin));
  ASSERT_EQ(call("PUT", "/api/v1/rooms/hall", "{}", admin).status, 201);
  EXPECT_EQ(call("POST", "/api/v1/rooms/hall/recordings", R"({"announce":false})", admin).status, 201);
}

TEST_F(RoomEntryTest, AnOperatorDeletesRecordingsButNotTheArchive) {
  start_with_key([](auto& config) { config.recording.deletes_per_hour = 2; });
  const auto delete_one = [&](const std::string& token) {
    const auto created = recording::Store(folder_).create("hall").value();
    Json manifest = recording::load_manifest(created.directory).value();
    EXPECT_TRUE(recording::save_manifest(created.directory, manifest.set("state", "ready")));
    return call("DELETE", "/api/v1/recordings/" + created.id, "", bearer(token)).status;
  };
  const std::string host = token_of("hall", Role::operator_);
  EXPECT_EQ(delete_one(host), 204);
  EXPECT_EQ(delete_one(host), 204);
  EXPECT_EQ(delete_one(host), 403);
  EXPECT_EQ(delete_one(token_of("*", Role::admin)), 204);
  TokenClaims archivist{"archivist", "*", Role::operator_, "", 1h};
  archivist.rights = {"delete-recordings"};
  for (int i = 0; i < 5; ++i) EXPECT_EQ(delete_one(make_token(archivist, key, false).value()), 204);
  ASSERT_EQ(audit_.size(), 9u);
  EXPECT_NE(audit_[2].find("forbidden"), std::string::npos) << audit_[2];
  EXPECT_NE(audit_[8].find("archivist"), std::string::npos) << audit_[8];
}

TEST_F(RoomEntryTest, ChangingARoomAnswersWhatTheRoomSays) {
  start_with_key();
  const Headers admin = bearer(token_of("*", Role::admin));
  for (const char* room : {"hall", "stubborn"})
    ASSERT_EQ(call("PUT", std::string("/api/v1/rooms/") + room, "{}", admin).status, 201);
  EXPECT_EQ(
      call("PATCH", "/api/v1/rooms/hall", R"({"chimes":true})", admin).json()["settings"]["chimes"].as_bool(),
      true);
  EXPECT_EQ(call("PATCH", "/api/v1/rooms/stubborn", R"({"chimes":true})", admin).code(), "bad-settings");
  EXPECT_EQ(call("PATCH", "/api/v1/rooms/hall", R"({"chimes":false,"layout":"nothing"})", admin).status, 404);
  EXPECT_EQ(call("GET", "/api/v1/rooms/hall", "", admin).json()["settings"]["chimes"].as_bool(), true)
      << "a refusal leaves nothing half done";
}

TEST_F(RoomEntryTest, WhatARoomRefusedIsNotWhatItIsOpenedWithAgain) {
  start_with_key();
  const Headers admin = bearer(token_of("*", Role::admin));
  ASSERT_EQ(call("PUT", "/api/v1/rooms/stubborn", "{}", admin).status, 201);
  ASSERT_EQ(call("PATCH", "/api/v1/rooms/stubborn", R"({"chimes":true})", admin).status, 422);
  const auto pid = call("GET", "/api/v1/rooms/stubborn", "", admin).json()["pid"].as_int();
  kill(static_cast<pid_t>(pid), SIGKILL);
  ASSERT_TRUE(wait([&] { return call("GET", "/api/v1/rooms/stubborn", "", admin).status == 404; }));
  ASSERT_EQ(call("PUT", "/api/v1/rooms/stubborn", "{}", admin).status, 201);
  EXPECT_FALSE(call("GET", "/api/v1/rooms/stubborn", "", admin).json()["settings"].has("chimes"));
}

TEST_F(RoomEntryTest, ATokenInAnAddressOpensFilesOfRecordingsOnly) {
  start_with_key();
  const auto created = recording::Store(folder_).create("hall").value();
  Json manifest = recording::load_manifest(created.directory).value();
  ASSERT_TRUE(recording::save_manifest(created.directory, manifest.set("state", "ready")));
  const std::string token = "?token=" + token_of("*", Role::admin), one = "/api/v1/recordings/" + created.id;
  EXPECT_EQ(call("GET", one + "/poster.jpg" + token).status, 404) << "past the guard";
  for (const std::string& path :
       {one, one + "/timeline", std::string("/api/v1/recordings"), std::string("/api/v1/rooms"),
        std::string("/metrics"), std::string("/api/v1/layouts")}) {
    const Answer refused = call("GET", path + token);
    EXPECT_EQ(refused.status, 401) << path;
    EXPECT_NE(refused.body.find("header"), std::string::npos) << refused.body;
  }
  EXPECT_EQ(call("GET", one + "/poster.jpg" + token).headers.at("referrer-policy"), "no-referrer");
}

}  // namespace
}  // namespace tessera::server::test
