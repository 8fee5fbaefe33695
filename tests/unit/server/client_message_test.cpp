#include "server/client_message.hpp"

#include <gtest/gtest.h>

namespace tessera::server {
namespace {

std::string code_of(std::string_view text) {
  Json id;
  const auto message = parse_client_message(text, &id);
  return message ? "ok" : message.error().code;
}

ClientMessage parsed(std::string_view text) {
  Json id;
  auto message = parse_client_message(text, &id);
  EXPECT_TRUE(message) << text << ": " << (message ? "" : message.error().message);
  return message ? *message : ClientMessage{};
}

TEST(ClientMessageTest, GoodMessagesPass) {
  for (const char* text :
       {R"({"type":"join","room":"hall","name":"Ann"})",
        R"({"type":"join","id":1,"room":"hall","token":null,"resume":null})",
        R"({"type":"join","room":"hall","name":"Zoë 你好","role":"viewer","kind":"viewer"})",
        R"({"type":"offer","endpoint":"main","sdp":"v=0"})",
        R"({"type":"candidate","endpoint":"screen","candidate":""})",
        R"({"type":"candidate","endpoint":"main","candidate":"candidate:1","sdpMid":null,"sdpMLineIndex":0})",
        R"({"type":"state","audio":true,"hand":false})", R"({"type":"close","endpoint":"screen"})",
        R"({"type":"chat","text":"hi"})", R"({"type":"leave"})", R"({"type":"leave","later":{"field":1}})"})
    EXPECT_EQ(code_of(text), "ok") << text;
}

TEST(ClientMessageTest, BadMessagesAreRefused) {
  const std::string nul = std::string("{\"type\":\"leave\"") + '\0' + "}";
  EXPECT_EQ(code_of(nul), "bad-json");
  for (const char* text : {"", " ", "hello", "{\"type\":\"join\",", "[1",
                           "{\"type\":\"chat\",\"text\":\"a\\u0000b\"}", "\xff\xfe"})
    EXPECT_EQ(code_of(text), "bad-json") << text;
  for (const char* text : {"[1,2]",
                           "42",
                           "null",
                           "\"join\"",
                           "{}",
                           R"({"type":7})",
                           R"({"type":"explode"})",
                           R"({"type":"join"})",
                           R"({"type":"join","room":12})",
                           R"({"type":"join","room":"hall","name":7})",
                           R"({"type":"join","room":"hall","name":"a\u0007b"})",
                           R"({"type":"join","room":"hall","role":"king"})",
                           R"({"type":"join","room":"hall","kind":"publisher"})",
                           R"({"type":"offer","endpoint":"main"})",
                           R"({"type":"offer","endpoint":"../main","sdp":"v=0"})",
                           R"({"type":"offer","endpoint":"main","sdp":{"a":1}})",
                           R"({"type":"candidate","endpoint":"main","candidate":5})",
                           R"({"type":"candidate","endpoint":"main","candidate":"","sdpMLineIndex":-1})",
                           R"({"type":"state","audio":"loud"})",
                           R"({"type":"chat","text":"   "})",
                           R"({"type":"chat"})",
                           R"({"type":"leave","id":{"a":1}})",
                           R"({"type":"leave","id":true})"})
    EXPECT_EQ(code_of(text), "bad-request") << text;
}

TEST(ClientMessageTest, RoomNamesThatArePathsAreRefused) {
  for (const char* room : {"", "..", "../../etc", "a/b", "a b", "a.b", "\xc3\xa4"})
    EXPECT_EQ(code_of(std::string(R"({"type":"join","room":")") + room + "\"}"), "bad-room-name") << room;
  EXPECT_EQ(code_of(R"({"type":"join","room":")" + std::string(64, 'r') + "\"}"), "ok");
}

TEST(ClientMessageTest, WhatIsTooLongIsRefused) {
  EXPECT_EQ(code_of("{\"type\":\"chat\",\"text\":\"" + std::string(300 * 1024, 'x') + "\"}"), "too-large");
  EXPECT_EQ(code_of("{\"type\":\"chat\",\"text\":\"" + std::string(2001, 'x') + "\"}"), "too-large");
  EXPECT_EQ(code_of("{\"type\":\"chat\",\"text\":\"" + std::string(2000, 'x') + "\"}"), "ok");
  EXPECT_EQ(code_of(R"({"type":"join","room":"hall","name":")" + std::string(65, 'n') + "\"}"),
            "bad-request");
  EXPECT_EQ(code_of(std::string(1000, '[')), "bad-json") << "nested too deep";
}

TEST(ClientMessageTest, AChatIsCountedInCharactersNotBytes) {
  std::string cyrillic, faces;
  for (int i = 0; i < 1100; ++i) cyrillic += "ж";
  for (int i = 0; i < 2000; ++i) faces += "😀";
  EXPECT_EQ(code_of(R"({"type":"chat","text":")" + cyrillic + "\"}"), "ok");
  EXPECT_EQ(code_of(R"({"type":"chat","text":")" + faces + "\"}"), "ok");
  EXPECT_EQ(code_of(R"({"type":"chat","text":")" + faces + "x\"}"), "too-large");
}

TEST(ClientMessageTest, BeforeJoinAMessageMayHoldLittle) {
  const auto code = [](const std::string& text, bool joined) {
    Json id;
    const auto message = parse_client_message(text, &id, joined);
    return message ? "ok" : message.error().code;
  };
  const std::string token = R"({"type":"join","room":"hall","token":")" + std::string(8000, 't') + "\"}";
  EXPECT_EQ(code(token, false), "ok");
  const std::string long_text = R"({"type":"join","room":"hall","x":")" + std::string(16 * 1024, 'x') + "\"}";
  EXPECT_EQ(code(long_text, false), "too-large");
  EXPECT_EQ(code(long_text, true), "ok");
  std::string many = R"({"type":"leave","x":[0)";
  for (int i = 0; i < 100; ++i) many += ",0";
  EXPECT_EQ(code(many + "]}", false), "bad-json");
  EXPECT_EQ(code(many + "]}", true), "ok");
}

TEST(ClientMessageTest, AMessageOfManyMembersIsRefusedBeforeItIsParsed) {
  std::string text = R"({"type":"control","action":"start-recording")";
  for (int i = 0; i < 20'000; ++i) text += ",\"" + std::to_string(i) + "\":1";
  EXPECT_EQ(code_of(text + "}"), "bad-json");
}

TEST(ClientMessageTest, TheRoleOfEveryActionIsKnownBeforeItsFieldsAreRead) {
  EXPECT_FALSE(control_actions().empty());
  for (const std::string_view action : control_actions()) {
    EXPECT_EQ(least_role_for(action), Role::operator_) << action;
    const auto control =
        control_call_of(parsed(R"({"type":"control","action":")" + std::string(action) + "\"}"));
    EXPECT_TRUE(control || !control.error().message.starts_with("unknown action")) << action;
  }
  EXPECT_FALSE(least_role_for("explode"));
  EXPECT_FALSE(least_role_for(""));
}

std::string control_code(std::string_view fields) {
  const auto control = control_call_of(parsed("{\"type\":\"control\"," + std::string(fields) + "}"));
  return control ? control->call.method : control.error().code;
}

TEST(ClientMessageTest, ARecordingIsStartedWithKnownFieldsOnly) {
  EXPECT_EQ(control_code(R"("action":"start-recording","tracks":true,"splitMs":1000,"chat":false)"), "");
  EXPECT_EQ(control_code(R"("action":"start-recording","track":true)"), "bad-request");
}

TEST(ClientMessageTest, AnEscapedBackslashBeforeU0000IsText) {
  EXPECT_EQ(code_of(R"({"type":"chat","text":"a\\u0000b"})"), "ok");
  EXPECT_EQ(code_of(R"({"type":"chat","text":"a\\\u0000b"})"), "bad-json");
}

TEST(ClientMessageTest, TheIdIsKnownEvenWhenTheRestIsWrong) {
  Json id;
  EXPECT_FALSE(parse_client_message(R"({"type":"explode","id":41})", &id));
  EXPECT_EQ(id.as_int(), 41);
  EXPECT_FALSE(parse_client_message("{", &id));
  EXPECT_TRUE(id.is_null());
}

TEST(ClientMessageTest, RoomCallsCarryOnlyWhatTheRoomKnows) {
  const auto offer = room_call_of(
      parsed(R"({"type":"offer","id":1,"endpoint":"main","sdp":"v=0","participant":"someone-else"})"));
  ASSERT_TRUE(offer);
  EXPECT_EQ(offer->method, "offer");
  EXPECT_TRUE(offer->params["trickle"].as_bool());
  EXPECT_FALSE(offer->params.has("participant")) << "the server says whose message it is";
  EXPECT_EQ(room_call_of(parsed(R"({"type":"close","endpoint":"screen"})"))->method, "close-endpoint");
  EXPECT_EQ(
      room_call_of(parsed(R"({"type":"candidate","endpoint":"main"})"))->params["candidate"].as_string("?"),
      "");
  EXPECT_FALSE(room_call_of(parsed(R"({"type":"join","room":"hall"})")));
}

TEST(ClientMessageTest, ControlActionsBecomeRoomCalls) {
  EXPECT_EQ(control_code(R"("action":"set-layout","name":"grid")"), "set-layout");
  EXPECT_EQ(control_code(R"("action":"stop-recording","recording":"20260101T000000Z-abc")"), "set-recording");
  EXPECT_EQ(control_code(R"("action":"set-recording","recording":"r1","state":"paused")"), "set-recording");
  EXPECT_EQ(control_code(R"("action":"kick","participant":"p1")"), "leave");
  EXPECT_EQ(control_code(R"("action":"update-participant","participant":"p1","muted":true)"),
            "update-participant");
  EXPECT_EQ(control_code(R"("action":"start-recording")"), "") << "the server's own";
  EXPECT_EQ(control_code(R"("action":"close-room")"), "");
}

// Every refusal that quotes the client has to be JSON itself, wherever the quotation is cut.
TEST(ClientMessageTest, WhatARefusalQuotesIsWholeCharacters) {
  for (int shift = 0; shift < 4; ++shift) {
    std::string word(static_cast<std::size_t>(shift), 'x');
    for (int i = 0; i < 20; ++i) word += "漢";
    const auto valid = [](const Error& failure) { return Json::parse(Json(failure.message).dump()).ok(); };
    Json id;
    const auto type = parse_client_message(Json::object({{"type", word}}).dump(), &id);
    ASSERT_FALSE(type);
    EXPECT_TRUE(valid(type.error())) << type.error().message;
    const auto action = control_call_of(parsed(Json::object({{"type", "control"}, {"action", word}}).dump()));
    ASSERT_FALSE(action);
    EXPECT_TRUE(valid(action.error())) << action.error().message;
    const auto change = checked_participant_changes(Json::object({{word, 1}}));
    ASSERT_FALSE(change);
    EXPECT_TRUE(valid(change.error())) << change.error().message;
    const auto field = checked_layout_order(Json::object({{word, 1}}));
    ASSERT_FALSE(field);
    EXPECT_TRUE(valid(field.error())) << field.error().message;
    const auto pinned = checked_layout_order(Json::object({{"pinned", Json::object({{word, 7}})}}));
    ASSERT_FALSE(pinned);
    EXPECT_TRUE(valid(pinned.error())) << pinned.error().message;
  }
}

TEST(ClientMessageTest, RegionsHaveNamesOfSomeLengthWithoutControlCharacters) {
  const auto order = [](const std::string& region) {
    return checked_layout_order(Json::object({{"pinned", Json::object({{region, "p1"}})}})).ok();
  };
  EXPECT_TRUE(order("main"));
  EXPECT_TRUE(order("große Bühne"));
  EXPECT_FALSE(order(""));
  EXPECT_FALSE(order("main\x1b[31m"));
  EXPECT_FALSE(order(std::string(65, 'm')));
}

TEST(ClientMessageTest, BadControlsAreRefused) {
  for (const char* fields :
       {R"("action":"rm -rf")", R"("action":"set-layout")", R"("action":"set-layout","name":"../grid")",
        R"("action":"stop-recording")", R"("action":"stop-recording","recording":"../../x")",
        R"("action":"set-recording","recording":"r1","state":"exploded")", R"("action":"kick")",
        R"("action":"update-participant","participant":"p1")",
        R"("action":"update-participant","participant":"p1","gain":1e9)",
        R"("action":"update-participant","participant":"p1","muted":"yes")",
        R"("action":"update-participant","participant":"p1","role":"king")",
        R"("action":"update-participant","participant":"p1","name":"")"})
    EXPECT_EQ(control_code(fields), "bad-request") << fields;
}

}  // namespace
}  // namespace tessera::server
