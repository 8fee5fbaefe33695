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
