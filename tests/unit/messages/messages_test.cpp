#include "messages/messages.hpp"

#include <gtest/gtest.h>

#include <algorithm>

using namespace tessera;
using namespace tessera::messages;

TEST(Messages, ARequestSurvivesTheWire) {
  const Request sent{7, "join", Json::object({{"name", "Ada\n\"quoted\""}})};
  const std::string line = encode(sent);
  EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1);
  const auto got = decode_from_front(line);
  ASSERT_TRUE(got.ok()) << got.error().message;
  EXPECT_EQ(got->id, 7);
  EXPECT_EQ(got->method, "join");
  EXPECT_EQ(got->params, sent.params);
}

TEST(Messages, ARefusalCarriesCodeDetailAndStatus) {
  Reply sent{9};
  sent.ok = false;
  sent.code = "room-full";
  sent.detail = "the room is full";
  sent.status = status_of(sent.code);
  const auto got = decode_from_room(encode(sent));
  ASSERT_TRUE(got.ok());
  const auto& reply = std::get<Reply>(*got);
  EXPECT_FALSE(reply.ok);
  EXPECT_EQ(reply.id, 9);
  EXPECT_EQ(reply.code, "room-full");
  EXPECT_EQ(reply.status, 503);
}

TEST(Messages, AnEventKeepsWhomItIsFor) {
  const auto got = decode_from_room(encode(Event{"candidate", "p1", Json::object({{"candidate", ""}})}));
  ASSERT_TRUE(got.ok());
  EXPECT_EQ(std::get<Event>(*got).to, "p1");
}

TEST(Messages, NonsenseIsAnErrorNotACrash) {
  for (const char* line :
       {"", "{", "[]", "{}", "{\"id\":1}", "{\"id\":\"x\",\"method\":\"join\"}", "null", "7"}) {
    EXPECT_FALSE(decode_from_front(line).ok()) << line;
    EXPECT_FALSE(decode_from_room(line).ok()) << line;
  }
}

TEST(Messages, WhatIsNoObjectWhereOneWasPromisedIsNoMessage) {
  for (const char* line : {R"({"id":1,"result":[]})", R"({"id":1,"result":7})", R"({"id":1,"result":"x"})",
                           R"({"id":1,"result":null})", R"({"id":1,"error":"x"})",
                           R"({"event":"speakers","data":[1]})", R"({"event":"speakers","data":"x"})",
                           R"({"event":"speakers","data":null})", R"({"event":"speakers"})"})
    EXPECT_FALSE(decode_from_room(line).ok()) << line;
  EXPECT_TRUE(decode_from_room(R"({"id":1,"result":{}})").ok());
  EXPECT_TRUE(decode_from_room(R"({"event":"speakers","data":{}})").ok());
}

TEST(Messages, EveryControlCharacterTravels) {
  std::string text;
  for (char c = 1; c < 0x20; ++c) text += c;
  const auto got = decode_from_front(encode(Request{1, "chat", Json::object({{"text", text}})}));
  ASSERT_TRUE(got.ok()) << got.error().message;
  EXPECT_EQ(got->params["text"].as_string(), text);
}

TEST(Messages, TheIdOfAnUnreadableRequestIsRead) {
  EXPECT_EQ(id_of(R"({"id":42,"method":"chat","params":{"text":")"
                  "\x1f"
                  R"("}})"),
            42);
  EXPECT_EQ(id_of(R"({"id":7,"nothing":1})"), 7);
  const std::string sent = encode(Request{9, "join", Json::object()});
  EXPECT_EQ(id_of(sent), 9);
  for (const char* line : {"", "{", R"({"id":)", R"({"id":4)", R"({"id":"4",)",
                           R"({"id":99999999999999999999,)", R"({"method":"x","id":4})"})
    EXPECT_FALSE(id_of(line).has_value()) << line;
}

TEST(Messages, AStateThatIsNotToBeHadIsAConflict) {
  EXPECT_EQ(status_of("unsupported-state"), 409);
  EXPECT_EQ(status_of("no-such-code"), 500);
}
