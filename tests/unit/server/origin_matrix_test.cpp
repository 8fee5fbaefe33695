// Which pages may do what: every kind of path, on open servers and on those with a key.
#include <gtest/gtest.h>

#include "front_fixture.hpp"

namespace tessera::server::test {
namespace {

constexpr const char* key = "a-key-of-at-least-32-bytes-for-tests";
constexpr const char* stranger = "https://evil.example";
constexpr const char* friendly = "https://meet.example";
constexpr const char* neighbour = "http://localhost:5173";

struct Call {
  const char* method;
  const char* path;
  const char* type;  ///< of the body; null without one
};
const std::vector<Call> calls = {
    {"GET", "/healthz", nullptr},
    {"GET", "/", nullptr},
    {"GET", "/api/v1/rooms", nullptr},
    {"PUT", "/api/v1/rooms/hall", "application/json"},
    {"POST", "/whip/hall", "application/sdp"},
    {"POST", "/whep/hall", "application/sdp"},
    {"GET", "/whip/hall", nullptr},
    {"DELETE", "/whip/hall/0123456789abcdef", nullptr},
    {"PATCH", "/whep/hall/0123456789abcdef", "application/trickle-ice-sdpfrag"},
    {"OPTIONS", "/whip/hall", nullptr},
    {"OPTIONS", "/whep/hall/0123456789abcdef", nullptr},
    {"OPTIONS", "/api/v1/rooms", nullptr},
};

class OriginMatrixTest : public FrontTest {
 protected:
  void open_server(std::vector<std::string> allowed = {}) {
    config::ServerConfig config;
    config.http.allowed_origins = std::move(allowed);
    start(config);
  }
  Answer ask(const Call& one, const std::string& origin) {
    Headers headers;
    if (!origin.empty()) headers["Origin"] = origin;
    if (one.type) headers["content-type"] = one.type;
    return call(one.method, one.path, one.type ? "{}" : "", headers);
  }
  void expect_refused(const std::string& origin) {
    for (const Call& one : calls) {
      const Answer answer = ask(one, origin);
      EXPECT_EQ(answer.status, 403) << one.method << " " << one.path << " from " << origin;
      EXPECT_EQ(answer.code(), "foreign-origin");
      EXPECT_FALSE(answer.headers.contains("access-control-allow-origin")) << one.path;
      EXPECT_EQ(answer.headers.at("vary"), "Origin");
    }
    EXPECT_FALSE(connect(origin)) << "the WebSocket too";
  }
  void expect_admitted(const std::string& origin, const std::string& echo) {
    for (const Call& one : calls) {
      const Answer answer = ask(one, origin);
      EXPECT_NE(answer.status, 403) << one.method << " " << one.path << " from " << origin;
      const auto header = answer.headers.find("access-control-allow-origin");
      EXPECT_EQ(header == answer.headers.end() ? "" : header->second, echo) << one.path;
    }
    EXPECT_TRUE(connect(origin));
  }
};

TEST_F(OriginMatrixTest, AnOpenServerIsForItsOwnPagesAndForWhatIsNoBrowser) {
  open_server();
  for (const char* origin : {stranger, "null", "http://127.0.0.1.evil.example", "file://"})
    expect_refused(origin);
  expect_admitted(neighbour, neighbour);
  expect_admitted("", "");
}

TEST_F(OriginMatrixTest, ItsExceptionsAreTheOnesThatAreListed) {
  open_server({friendly});
  expect_admitted(friendly, friendly);
  expect_refused(stranger);
  expect_refused("https://meet.example.evil.example");
  expect_refused("http://meet.example");
}

TEST_F(OriginMatrixTest, AStarIsEveryPage) {
  open_server({"*"});
  expect_admitted(stranger, stranger);
}

TEST_F(OriginMatrixTest, WithAKeyEveryPageMayAskAndTheTokenDecides) {
  config::ServerConfig config;
  config.auth.key = key;
  start(config);
  expect_admitted(stranger, "*");
  const Call publish{"POST", "/whip/hall", "application/sdp"};
  EXPECT_EQ(ask(publish, stranger).status, 401);
  const auto token = make_token({"t", "hall", Role::speaker, "", std::chrono::hours(1)}, key, false).value();
  EXPECT_EQ(whip("/whip/hall", offer, {{"Origin", stranger}, {"Authorization", "Bearer " + token}}).status,
            201);
}

TEST_F(OriginMatrixTest, APreflightOfAnAdmittedPageIsAnswered) {
  open_server({friendly});
  const Answer answer = call("OPTIONS", "/whip/hall", "",
                             {{"Origin", friendly},
                              {"Access-Control-Request-Method", "POST"},
                              {"Access-Control-Request-Headers", "content-type"}});
  EXPECT_EQ(answer.status, 204);
  EXPECT_NE(answer.headers.at("access-control-allow-methods").find("POST"), std::string::npos);
  EXPECT_NE(answer.headers.at("access-control-allow-headers").find("Content-Type"), std::string::npos);
}

}  // namespace
}  // namespace tessera::server::test
