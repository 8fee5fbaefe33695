#include "server/sound_orders.hpp"

#include <gtest/gtest.h>

#include "server/client_message.hpp"

namespace tessera::server {
namespace {

Json json(std::string_view text) {
  return Json::parse(text).value();
}

TEST(SoundOrders, AnAnnouncementIsAFileOrABuiltInSoundWithBoundedNumbers) {
  for (const char* good :
       {R"({"file":"Grüße.mp3"})", R"({"builtin":"join","to":"p1-a","gain":0,"duckDb":60})",
        R"({"file":"a.ogg","attackMs":0,"releaseMs":10000,"to":null})"}) {
    const auto checked = checked_announcement(json(good));
    EXPECT_TRUE(checked) << good;
  }
  for (const char* bad :
       {R"({})", R"({"file":"a","builtin":"join"})", R"({"file":7})", R"({"file":""})",
        R"({"file":"a","gain":4.1})", R"({"file":"a","gain":-1})", R"({"file":"a","duckDb":"much"})",
        R"({"file":"a","attackMs":10001})", R"({"file":"a","to":"../p1"})", R"({"file":"a","to":7})",
        R"({"file":"a","volume":1})"}) {
    const auto checked = checked_announcement(json(bad));
    ASSERT_FALSE(checked) << bad;
    EXPECT_EQ(checked.error().code, "bad-request");
  }
  EXPECT_FALSE(checked_announcement(Json::object({{"file", std::string(129, 'a')}})));
}

TEST(SoundOrders, MuteForAllSaysWhetherAndForWhomNot) {
  EXPECT_TRUE(checked_mute_all(json(R"({"muted":true,"except":["p1-a","p2-b"]})")));
  for (const char* bad : {R"({})", R"({"muted":1})", R"({"muted":true,"except":"p1"})",
                          R"({"muted":true,"except":[7]})", R"({"muted":true,"all":true})"})
    EXPECT_EQ(checked_mute_all(json(bad)).error().code, "bad-request") << bad;
}

TEST(SoundOrders, ControlOffersTheSameToOperators) {
  Json id;
  const auto control = [&id](std::string_view text) {
    return control_call_of(parse_client_message(text, &id).value());
  };
  const auto announce = control(R"({"type":"control","id":3,"action":"announce","file":"a.mp3","gain":2})");
  ASSERT_TRUE(announce) << announce.error().message;
  EXPECT_EQ(least_role_for("announce"), Role::operator_);
  EXPECT_EQ(announce->call.method, "announce");
  EXPECT_EQ(announce->call.params, json(R"({"file":"a.mp3","gain":2})"));
  EXPECT_EQ(control(R"({"type":"control","action":"mute-all","muted":true})")->call.method, "mute-all");
  EXPECT_EQ(control(R"({"type":"control","action":"stop-announcement","announcement":"a1"})")->call.params,
            json(R"({"id":"a1"})"));
  EXPECT_EQ(control(R"({"type":"control","action":"set-chimes","on":true})")->call.params,
            json(R"({"chimes":true})"));
  for (const char* bad : {R"({"type":"control","action":"announce"})",
                          R"({"type":"control","action":"stop-announcement","announcement":"../a"})",
                          R"({"type":"control","action":"set-chimes","on":"yes"})",
                          R"({"type":"control","action":"announce-all"})"})
    EXPECT_EQ(control(bad).error().code, "bad-request") << bad;
}

}  // namespace
}  // namespace tessera::server
