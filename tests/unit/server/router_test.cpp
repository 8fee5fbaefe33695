#include "server/router.hpp"

#include <gtest/gtest.h>

namespace tessera::server {
namespace {

Handler named(std::string name, std::string* called) {
  return [name, called](const auto&, const PathParams&, const Respond&) { *called = name; };
}

class RouterTest : public testing::Test {
 protected:
  RouterTest() {
    router_.add("GET", "/healthz", named("health", &called_));
    router_.add("POST", "/whip/{room}", named("publish", &called_));
    router_.add("GET", "/whip/{room}", named("look", &called_));
    router_.add("DELETE", "/whip/{room}/{session}", named("end", &called_));
  }
  Router router_;
  std::string called_;
};

TEST_F(RouterTest, PathAndMethodLeadToTheHandler) {
  const Route route = router_.find("POST", "/whip/hall");
  ASSERT_EQ(route.outcome, Route::Outcome::found);
  EXPECT_EQ(route.pattern, "/whip/{room}");
  EXPECT_EQ(route.params.at("room"), "hall");
  (*route.handler)(nullptr, route.params, {});
  EXPECT_EQ(called_, "publish");
}

TEST_F(RouterTest, AnotherMethodNamesThoseAllowed) {
  const Route route = router_.find("PUT", "/whip/hall");
  EXPECT_EQ(route.outcome, Route::Outcome::method_not_allowed);
  EXPECT_EQ(route.allow, "GET, HEAD, POST, OPTIONS");
}

TEST_F(RouterTest, UnknownPathsAreNotFound) {
  for (const char* path :
       {"/", "", "/healthz/", "/healthz/x", "/whip", "/whip/", "//whip/hall", "/whip/a/b/c", "/Healthz"})
    EXPECT_EQ(router_.find("GET", path).outcome, Route::Outcome::not_found) << path;
}

TEST_F(RouterTest, AnEncodedSlashDoesNotSeparate) {
  const Route route = router_.find("POST", "/whip/a%2Fb");
  ASSERT_EQ(route.outcome, Route::Outcome::found);
  EXPECT_EQ(route.params.at("room"), "a/b");
}

TEST_F(RouterTest, EncodedLettersAreTheLetters) {
  EXPECT_EQ(router_.find("GET", "/h%65althz").outcome, Route::Outcome::found);
  EXPECT_EQ(router_.find("POST", "/whip/%2e%2e").params.at("room"), "..");
}

TEST_F(RouterTest, WhatDoesNotDecodeIsABadPath) {
  for (const char* path :
       {"/whip/%", "/whip/%z1", "/whip/%4", "/whip/a%00b", "/whip/%0d%0aSet-Cookie:x", "/whip/\x7f"})
    EXPECT_EQ(router_.find("POST", path).outcome, Route::Outcome::bad_path) << path;
}

}  // namespace
}  // namespace tessera::server
