// Walks through permission_table.hpp: every call with every token.
#include <cstring>
#include <fstream>
#include <set>

#include "front_fixture.hpp"
#include "permission_table.hpp"
#include "recording/manifest.hpp"
#include "tokens.hpp"

namespace tessera::server::test {
namespace {

using namespace std::chrono_literals;

const std::string secret = "a-secret-for-tests-of-at-least-32-bytes";
constexpr const char* issuer = "https://issuer.example";
constexpr const char* audience = "tessera";

TokenClaims claims_of(const std::string& room, Role role, const std::string& subject = "") {
  TokenClaims claims{subject, room, role, "", 1h};
  if (subject.empty()) claims.subject = std::string(name_of(role)) + " of " + room;
  claims.kid = "secret";
  claims.issuer = issuer;
  claims.audience = audience;
  return claims;
}

std::string signed_token(const TokenClaims& claims, const std::string& key = secret) {
  return make_token(claims, key, false).value();
}

std::string good(const std::string& room, Role role, const std::string& subject = "") {
  return signed_token(claims_of(room, role, subject));
}

struct BadToken {
  std::string what, token;
};

class PermissionTest : public FrontTest {
 protected:
  void SetUp() override {
    keys_ = rsa_keys();
    public_key_file_ = testing::TempDir() + "tessera-permission-" + std::to_string(getpid()) + ".pem";
    std::ofstream(public_key_file_) << keys_.public_pem;
    config::ServerConfig config;
    config.auth.keys = {{"secret", secret, ""}, {"rsa", "", public_key_file_}};
    config.auth.issuer = issuer;
    config.auth.audience = audience;
    start(std::move(config));
  }
  void TearDown() override {
    guest_.reset();
    FrontTest::TearDown();
    std::filesystem::remove(public_key_file_);
  }

  /// What must open nothing, though each would be an admin's.
  std::vector<BadToken> bad_tokens() const {
    const auto with = [](auto change) {
      TokenClaims claims = claims_of("*", Role::admin);
      change(claims);
      return claims;
    };
    const auto now = Authenticator::Clock::now();
    const TokenClaims admin = claims_of("*", Role::admin);
    const std::string claims =
        R"({"sub":"x","room":"*","role":"admin","exp":99999999999,"iss":"https://issuer.example",)"
        R"("aud":"tessera"})";
    std::string not_yet = claims;
    not_yet.insert(1, R"("nbf":99999999998,)");
    return {{"expired", make_token(admin, secret, false, now - 2h).value()},
            {"not yet valid", hand_made(R"({"alg":"HS256"})", not_yet, secret)},
            {"wrong signature", signed_token(admin, "another secret of at least 32 bytes, yes")},
            {"algorithm none", base64url(R"({"alg":"none"})") + "." + base64url(claims) + "."},
            {"the public key as a secret", hand_made(R"({"alg":"HS256"})", claims, keys_.public_pem)},
            {"the public key as a secret, by its name",
             hand_made(R"({"alg":"HS256","kid":"rsa"})", claims, keys_.public_pem)},
            {"RS256 in the header, HS256 in truth",
             hand_made(R"({"alg":"RS256","kid":"rsa"})", claims, keys_.public_pem)},
            {"wrong issuer", signed_token(with([](TokenClaims& c) { c.issuer = "https://other.example"; }))},
            {"wrong audience", signed_token(with([](TokenClaims& c) { c.audience = "other"; }))},
            {"unknown kid", signed_token(with([](TokenClaims& c) { c.kid = "gone"; }))},
            {"the kid of another key", signed_token(with([](TokenClaims& c) { c.kid = "rsa"; }))}};
  }

  /// Room "hall" is open and somebody is in it, and there is a finished recording of it.
  void prepare() {
    const Headers admin = {{"Authorization", "Bearer " + good("*", Role::admin)}};
    const auto find_target = [&] {
      person_.clear();
      const Json room = call("GET", "/api/v1/rooms/hall", "", admin).json();
      for (const Json& person : room["participants"].items())
        if (person["name"].as_string() == "Target") person_ = person["id"].as_string();
      return !person_.empty();
    };
    if (!find_target()) {
      guest_ = connect();
      const Json joined = guest_->request(
          "join",
          Json::object(
              {{"room", "hall"}, {"name", "Target"}, {"token", good("hall", Role::speaker, someone_new())}}));
      ASSERT_EQ(joined["type"].as_string(), "joined") << joined.dump();
      person_ = joined["participant"].as_string();
    }
    const recording::Store store(folder_);
    if (!recording_.empty() && store.find(recording_)) return;
    const auto created = store.create("hall").value();
    recording_ = created.id;
    Json manifest = recording::load_manifest(created.directory).value();
    ASSERT_TRUE(recording::save_manifest(created.directory, manifest.set("state", "ready")));
    std::ofstream(created.directory + "/recording.mp4") << "film";
  }

  /// An operator of "hall" has been removed from it, and the room still lives.
  void prepare_outcast() {
    const std::string room = "/api/v1/rooms/hall";
    if (call("GET", room, "", {{"Authorization", "Bearer " + outcast()}}).status == 403) return;
    const auto socket = connect();
    const Json joined =
        socket->request("join", Json::object({{"room", "hall"}, {"name", "Outcast"}, {"token", outcast()}}));
    ASSERT_EQ(joined["type"].as_string(), "joined") << joined.dump();
    ASSERT_EQ(call("DELETE", room + "/participants/" + joined["participant"].as_string(), "",
                   {{"Authorization", "Bearer " + good("*", Role::admin)}})
                  .status,
              204);
    ASSERT_EQ(socket->event("bye")["reason"].as_string(), "kicked");
  }
  static std::string outcast() { return good("hall", Role::operator_, "outcast"); }
  /// Who is kicked, or has many offers waiting, is not who comes next.
  std::string someone_new() { return "someone " + std::to_string(++people_); }

  std::string filled_in(std::string path) {
    if (path.find("{session}") != std::string::npos) {
      const std::string kind = path.substr(1, 4);
      const Answer created = whip("/" + kind + "/hall", offer,
                                  {{"Authorization", "Bearer " + good("*", Role::admin, someone_new())}});
      EXPECT_EQ(created.status, 201) << created.body;
      etag_ = created.headers.at("etag");
      return created.headers.at("location");
    }
    const std::map<std::string, std::string> values = {
        {"{room}", "hall"},       {"{participant}", person_}, {"{recording}", recording_},
        {"{announcement}", "a1"}, {"{layout}", "grid"},       {"{entry}", "nobody"},
        {"{track}", "1"}};
    for (const auto& [name, value] : values)
      if (const auto at = path.find(name); at != std::string::npos) path.replace(at, name.size(), value);
    return path;
  }

  int answer_to(const Route& route, const std::string& token) {
    const std::string path = filled_in(route.path);
    std::string body = route.body;
    Headers headers;
    if (!token.empty()) headers["Authorization"] = "Bearer " + token;
    if (body == "offer") headers["content-type"] = "application/sdp", body = offer;
    if (body == "fragment") {
      headers["content-type"] = "application/trickle-ice-sdpfrag";
      headers["If-Match"] = etag_;
      body = "a=ice-ufrag:abcd\r\nm=audio 9 X 0\r\na=mid:0\r\na=candidate:1 1 udp 1 127.0.0.1 9 typ host\r\n";
    }
    return call(route.method, path, body, headers).status;
  }

  /// A socket that has joined room "hall" with that role.
  std::unique_ptr<Socket> seated(Role role) {
    auto socket = connect();
    const Json joined = socket->request(
        "join", Json::object({{"room", "hall"}, {"name", "Me"}, {"token", good("hall", role)}}));
    EXPECT_EQ(joined["role"].as_string(), name_of(role)) << joined.dump();
    return socket;
  }
  static int status_of(const Json& reply) {
    return reply["type"].as_string() == "reply" ? 200 : static_cast<int>(reply["status"].as_int());
  }
  Json fields_of(const Message& message) const {
    std::string text = message.fields;
    for (const auto& [name, value] : {std::pair{"PERSON", person_}, std::pair{"RECORDING", recording_}})
      if (const auto at = text.find(name); at != std::string::npos) text.replace(at, strlen(name), value);
    return Json::parse(text).value();
  }

  KeyPair keys_;
  std::string public_key_file_, person_, recording_, etag_;
  int people_ = 0;
  std::unique_ptr<Socket> guest_;
};

TEST_F(PermissionTest, TheTableHoldsEveryRoute) {
  std::set<std::string> served, listed;
  for (const auto& [method, pattern] : front_->routes()) served.insert(method + " " + pattern);
  for (const Route& route : routes) listed.insert(std::string(route.method) + " " + route.path);
  EXPECT_EQ(served, listed);
  EXPECT_EQ(listed.size(), routes.size()) << "one row for each";
}

TEST_F(PermissionTest, TheTableHoldsEveryMessageAndEveryAction) {
  std::set<std::string> known, listed;
  for (const auto type : client_message_types()) known.emplace(type);
  for (const Message& message : messages) listed.insert(message.type);
  listed.insert({"join", "control"});  // the tests of tokens and of actions
  EXPECT_EQ(known, listed);
  known.clear(), listed.clear();
  for (const auto action : control_actions()) known.emplace(action);
  for (const Message& action : actions) listed.insert(action.type);
  EXPECT_EQ(known, listed);
}

TEST_F(PermissionTest, EveryRouteAnswersEveryRole) {
  const struct {
    const char* who;
    std::string token;
    int Route::*column;
  } bearers[] = {{"nobody", "", &Route::none},
                 {"a viewer", good("hall", Role::viewer), &Route::viewer},
                 {"a speaker", good("hall", Role::speaker), &Route::speaker},
                 {"an operator", good("hall", Role::operator_), &Route::operator_},
                 {"an admin", good("*", Role::admin), &Route::admin},
                 {"an admin of another room", good("attic", Role::admin), &Route::elsewhere},
                 {"an operator who was removed", outcast(), &Route::kicked}};
  for (const Route& route : routes)
    for (const auto& bearer : bearers) {
      ASSERT_NO_FATAL_FAILURE(prepare());
      if (bearer.column == &Route::kicked) ASSERT_NO_FATAL_FAILURE(prepare_outcast());
      EXPECT_EQ(answer_to(route, bearer.token), route.*bearer.column)
          << route.method << " " << route.path << " by " << bearer.who;
    }
}

TEST_F(PermissionTest, NoRouteBelievesABadToken) {
  ASSERT_NO_FATAL_FAILURE(prepare());
  for (const BadToken& bad : bad_tokens())
    for (const Route& route : routes) {
      // Whoever is on air stays so: candidates, and the end.
      const bool own_session = bad.what == "expired" && std::string(route.path).ends_with("{session}");
      EXPECT_EQ(answer_to(route, bad.token), own_session ? route.admin : route.none)
          << route.method << " " << route.path << " with a token that has " << bad.what;
    }
}

TEST_F(PermissionTest, NoJoinBelievesABadToken) {
  ASSERT_NO_FATAL_FAILURE(prepare());
  const auto status_with = [&](const std::string& token, const std::string& room) {
    Json fields = Json::object({{"room", room}, {"name", "Me"}});
    if (!token.empty()) fields.set("token", token);
    const Json answer = connect()->request("join", fields);
    return answer["type"].as_string() == "joined" ? 200 : static_cast<int>(answer["status"].as_int());
  };
  EXPECT_EQ(status_with("", "hall"), 401);
  for (const BadToken& bad : bad_tokens()) EXPECT_EQ(status_with(bad.token, "hall"), 401) << bad.what;
  for (const Role role : {Role::viewer, Role::speaker, Role::operator_, Role::admin}) {
    EXPECT_EQ(status_with(good("hall", role), "hall"), 200) << name_of(role);
    EXPECT_EQ(status_with(good("attic", role), "hall"), 403) << name_of(role);
  }
  ASSERT_NO_FATAL_FAILURE(prepare_outcast());
  EXPECT_EQ(status_with(outcast(), "hall"), 403);
}

TEST_F(PermissionTest, EveryMessageAnswersEveryRole) {
  const struct {
    Role role;
    int Message::*column;
  } columns[] = {{Role::viewer, &Message::viewer},
                 {Role::speaker, &Message::speaker},
                 {Role::operator_, &Message::operator_},
                 {Role::admin, &Message::admin}};
  for (const auto& [role, column] : columns) {
    for (const Message& message : messages) {
      ASSERT_NO_FATAL_FAILURE(prepare());
      EXPECT_EQ(status_of(seated(role)->request(message.type, fields_of(message))), message.*column)
          << message.type << " by " << name_of(role);
    }
    for (const Message& action : actions) {
      ASSERT_NO_FATAL_FAILURE(prepare());
      EXPECT_EQ(status_of(seated(role)->request("control", fields_of(action).set("action", action.type))),
                action.*column)
          << action.type << " by " << name_of(role);
    }
  }
}

TEST_F(PermissionTest, WithoutASeatNoMessageDoesAnything) {
  for (const Message& message : messages)
    EXPECT_EQ(status_of(connect()->request(message.type, fields_of(message))), 409) << message.type;
  EXPECT_EQ(status_of(connect()->request("control", Json::object({{"action", "close-room"}}))), 409);
}

}  // namespace
}  // namespace tessera::server::test
