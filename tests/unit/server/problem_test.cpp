#include "server/problem.hpp"

#include <gtest/gtest.h>

namespace tessera::server {
namespace {

TEST(ProblemTest, BodyHasTheMembersOfRfc9457) {
  const auto response = problem_response(404, "unknown-room", "there is no such room");
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.header("Content-Type"), "application/problem+json");
  const auto body = Json::parse(response.body);
  ASSERT_TRUE(body);
  EXPECT_EQ((*body)["type"].as_string(), "about:blank");
  EXPECT_EQ((*body)["title"].as_string(), "Not Found");
  EXPECT_EQ((*body)["status"].as_int(), 404);
  EXPECT_EQ((*body)["detail"].as_string(), "there is no such room");
  EXPECT_EQ((*body)["code"].as_string(), "unknown-room");
}

TEST(ProblemTest, UnauthorizedNamesTheScheme) {
  EXPECT_EQ(problem_response(401, "unauthorized", "").header("WWW-Authenticate").substr(0, 6), "Bearer");
}

TEST(ProblemTest, UnavailableSaysWhenToComeBack) {
  EXPECT_FALSE(problem_response(503, "draining", "").header("Retry-After").empty());
  EXPECT_TRUE(problem_response(404, "not-found", "").header("Retry-After").empty());
}

TEST(ProblemTest, OurErrorsHaveTheirStatus) {
  EXPECT_EQ(problem_of(error("unauthorized", "x")).status, 401);
  EXPECT_EQ(problem_of(error("ice-restart", "x")).status, 422);
  EXPECT_EQ(problem_of(error("room-timeout", "x")).status, 504);
  EXPECT_EQ(problem_of(error("bad-sdp", "x")).status, 400) << "a code that the room shares";
  EXPECT_EQ(problem_of(error("renegotiation-unsupported", "x")).status, 422);
  EXPECT_EQ(problem_of(error("never-heard-of", "x")).status, 500);
}

TEST(ProblemTest, ARoomCannotMakeUsSendAnImpossibleStatus) {
  messages::Reply reply;
  reply.ok = false;
  reply.code = "odd";
  for (const int status : {0, 200, 302, 99999}) {
    reply.status = status;
    EXPECT_EQ(problem_of(reply).status, 500) << status;
  }
  reply.status = 409;
  EXPECT_EQ(problem_of(reply).status, 409);
}

}  // namespace
}  // namespace tessera::server
