// What the audit log says, and that nobody can make it say something else.
#include "server/audit_log.hpp"

#include "front_fixture.hpp"

namespace tessera::server::test {
namespace {

constexpr const char* key = "a-secret-for-tests-of-at-least-32-bytes";

std::string token_of(const std::string& subject, const std::string& room, Role role) {
  return make_token({subject, room, role, "", std::chrono::hours(1)}, key, false).value();
}

class AuditTest : public FrontTest {
 protected:
  void SetUp() override {
    config::ServerConfig config;
    config.auth.key = key;
    start(std::move(config));
    ASSERT_EQ(call("PUT", "/api/v1/rooms/hall", "{}", by("chief", Role::operator_)).status, 201);
    audit_.clear();
  }
  static Headers by(const std::string& subject, Role role) {
    return {{"Authorization", "Bearer " + token_of(subject, "hall", role)}};
  }
  Json line() {
    EXPECT_EQ(audit_.size(), 1u);
    if (audit_.empty()) return {};
    auto json = Json::parse(audit_.back());
    audit_.clear();
    return json ? *json : Json();
  }
  std::unique_ptr<Socket> join(const std::string& subject, Role role) {
    auto socket = connect();
    const Json joined = socket->request(
        "join",
        Json::object({{"room", "hall"}, {"name", subject}, {"token", token_of(subject, "hall", role)}}));
    EXPECT_EQ(joined["type"].as_string(), "joined");
    last_ = joined["participant"].as_string();
    return socket;
  }
  std::string last_;
};

TEST(AuditLineTest, SaysWhoDidWhatToWhom) {
  EXPECT_EQ(
      audit_line("2026-03-01T12:00:00Z", {"ann", Role::operator_, "192.0.2.7"},
                 {"grant", "hall", "p2", Json::object({{"role", "speaker"}})}, "done"),
      R"({"time":"2026-03-01T12:00:00Z","action":"grant","subject":"ann","role":"operator",)"
      R"("address":"192.0.2.7","room":"hall","target":"p2","detail":{"role":"speaker"},"outcome":"done"})");
}

TEST(AuditLineTest, NothingFromATokenLeavesItsString) {
  const std::string hostile =
      "x\",\"outcome\":\"done\"}\n2026 info [audit] {\"a\":\"\x1b[2J\x7f\xc2\x9b\xe2\x80\xae\xff";
  const std::string line =
      audit_line("t", {hostile, Role::viewer, ""}, {"kick", "hall", hostile}, "forbidden");
  for (const char c : line) EXPECT_TRUE(c >= 0x20 && c < 0x7f) << static_cast<int>(c);
  const auto json = Json::parse(line);
  ASSERT_TRUE(json) << line;
  EXPECT_EQ((*json)["outcome"].as_string(), "forbidden");
  EXPECT_TRUE((*json)["subject"].as_string().starts_with("x\",\"outcome\":\"done\"}\n"));
  EXPECT_EQ(json->members().size(), 8u);
}

TEST(AuditLineTest, ALongSubjectIsCut) {
  EXPECT_LT(audit_line("t", {std::string(8000, 'x'), Role::viewer, ""}, {"kick", "hall"}, "done").size(),
            500u);
}

TEST_F(AuditTest, RestNotesDeedsAndRefusals) {
  const auto guest = join("guest", Role::speaker);
  const std::string person = "/api/v1/rooms/hall/participants/" + last_;
  EXPECT_EQ(call("PATCH", person, R"({"role":"viewer"})", by("chief", Role::operator_)).status, 200);
  Json said = line();
  EXPECT_EQ(said["action"].as_string(), "grant");
  EXPECT_EQ(said["subject"].as_string(), "chief");
  EXPECT_EQ(said["role"].as_string(), "operator");
  EXPECT_EQ(said["room"].as_string(), "hall");
  EXPECT_EQ(said["target"].as_string(), last_);
  EXPECT_EQ(said["detail"]["role"].as_string(), "viewer");
  EXPECT_EQ(said["outcome"].as_string(), "done");

  EXPECT_EQ(call("DELETE", person, "", by("mallory", Role::speaker)).status, 403);
  said = line();
  EXPECT_EQ(said["action"].as_string(), "kick");
  EXPECT_EQ(said["subject"].as_string(), "mallory");
  EXPECT_EQ(said["outcome"].as_string(), "forbidden");
  EXPECT_EQ(call("DELETE", person).status, 401);
  EXPECT_TRUE(audit_.empty()) << "without a token nobody has done anything";
  EXPECT_EQ(call("PATCH", person, R"({"gain":2})", by("chief", Role::operator_)).status, 200);
  EXPECT_TRUE(audit_.empty()) << "turning somebody down is no deed";

  const Answer started = call("POST", "/api/v1/rooms/hall/recordings", "{}", by("chief", Role::operator_));
  ASSERT_EQ(started.status, 201);
  said = line();
  EXPECT_EQ(said["action"].as_string(), "start-recording");
  EXPECT_EQ(said["target"], started.json()["id"]);
  const std::string recording = "/api/v1/recordings/" + started.json()["id"].as_string();
  EXPECT_EQ(call("PATCH", recording, R"({"state":"stopped"})", by("chief", Role::operator_)).status, 200);
  said = line();
  EXPECT_EQ(said["action"].as_string(), "set-recording");
  EXPECT_EQ(said["detail"]["state"].as_string(), "stopped");

  EXPECT_EQ(call("DELETE", person, "", by("chief", Role::operator_)).status, 204);
  EXPECT_EQ(line()["action"].as_string(), "kick");
}

TEST_F(AuditTest, TheWebSocketNotesTheSame) {
  const auto guest = join("guest", Role::speaker);
  const std::string person = last_;
  const auto chief = join("chief", Role::operator_);
  chief->request("control",
                 Json::object({{"action", "update-participant"}, {"participant", person}, {"muted", true}}));
  Json said = line();
  EXPECT_EQ(said["action"].as_string(), "moderate");
  EXPECT_EQ(said["detail"]["muted"].as_bool(), true);
  EXPECT_EQ(said["subject"].as_string(), "chief");
  chief->request(
      "control",
      Json::object({{"action", "update-participant"}, {"participant", person}, {"role", "admin"}}));
  said = line();
  EXPECT_EQ(said["action"].as_string(), "grant");
  EXPECT_EQ(said["outcome"].as_string(), "forbidden") << "nobody gives more than they have";
  guest->request("control", Json::object({{"action", "kick"}, {"participant", person}}));
  said = line();
  EXPECT_EQ(said["action"].as_string(), "kick");
  EXPECT_EQ(said["subject"].as_string(), "guest");
  EXPECT_EQ(said["outcome"].as_string(), "forbidden");
  chief->request("control", Json::object({{"action", "start-recording"}}));
  said = line();
  EXPECT_EQ(said["action"].as_string(), "start-recording");
  EXPECT_FALSE(said["target"].as_string().empty());
  chief->request("control", Json::object({{"action", "close-room"}}));
  EXPECT_EQ(line()["action"].as_string(), "close-room");
}

}  // namespace
}  // namespace tessera::server::test
