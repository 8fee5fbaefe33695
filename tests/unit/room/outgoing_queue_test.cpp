#include "room/outgoing_queue.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace tessera::room {
namespace {

messages::Event event(std::string name, Json data, std::string to = "") {
  return {std::move(name), std::move(to), std::move(data)};
}
Json person(const std::string& id, bool talking) {
  return Json::object({{"id", id}, {"talking", talking}});
}

std::vector<Json> lines_of(OutgoingQueue& queue) {
  std::vector<Json> lines;
  while (!queue.empty()) {
    std::string taken = queue.take(1);
    EXPECT_TRUE(taken.ends_with('\n'));
    lines.push_back(*Json::parse(taken));
  }
  EXPECT_EQ(queue.bytes(), 0u);
  return lines;
}

TEST(OutgoingQueueTest, KeepsTheOrder) {
  OutgoingQueue queue;
  queue.push(messages::Reply{1, Json::object()});
  queue.push(event("participant-joined", person("p1", false)));
  queue.push(event("chat", Json::object({{"text", "hi"}})));
  const auto lines = lines_of(queue);
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[0]["id"].as_int(), 1);
  EXPECT_EQ(lines[1]["event"].as_string(), "participant-joined");
  EXPECT_EQ(lines[2]["event"].as_string(), "chat");
}

TEST(OutgoingQueueTest, OfWhatSaysHowThingsAreTheLatestWaits) {
  OutgoingQueue queue;
  for (int i = 0; i < 100'000; ++i) {
    queue.push(event("speakers", Json::object({{"speakers", Json::array({i})}})));
    queue.push(event("levels", Json::object({{"levels", Json::object({{"p1", -i}})}})));
    queue.push(event("layout", Json::object({{"name", i}})));
    queue.push(event("participant-updated", person("p1", i % 2 == 0)));
    queue.push(event("participant-updated", person("p2", i % 2 == 1)));
    queue.push(event("source-hint", Json::object({{"endpoint", "main"}, {"maxWidth", i}}), "p1"));
    queue.push(event("source-hint", Json::object({{"endpoint", "main"}, {"maxWidth", i}}), "p2"));
  }
  const auto lines = lines_of(queue);
  ASSERT_EQ(lines.size(), 7u);
  EXPECT_EQ(lines[0]["data"]["speakers"].items()[0].as_int(), 99'999);
  EXPECT_EQ(lines[4]["data"]["id"].as_string(), "p2");
  EXPECT_TRUE(lines[4]["data"]["talking"].as_bool());
}

TEST(OutgoingQueueTest, AnUpdateStandsAfterWhatHappenedBeforeIt) {
  OutgoingQueue queue;
  queue.push(event("participant-updated", person("p1", false)));
  queue.push(event("participant-joined", person("p2", false)));
  queue.push(event("participant-updated", person("p1", true)));
  const auto lines = lines_of(queue);
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0]["event"].as_string(), "participant-joined");
  EXPECT_TRUE(lines[1]["data"]["talking"].as_bool());
}

TEST(OutgoingQueueTest, WhatHasBeenTakenIsNotReplaced) {
  OutgoingQueue queue;
  queue.push(event("speakers", Json::object({{"speakers", Json::array({1})}})));
  EXPECT_NE(queue.take(1).find("[1]"), std::string::npos);
  queue.push(event("speakers", Json::object({{"speakers", Json::array({2})}})));
  EXPECT_NE(queue.take(1).find("[2]"), std::string::npos);
  EXPECT_TRUE(queue.empty());
}

TEST(OutgoingQueueTest, TakesWholeLinesUpToASize) {
  OutgoingQueue queue;
  for (int i = 0; i < 10; ++i) queue.push(messages::Reply{i, Json::object()});
  const std::string one = messages::encode(messages::Reply{0, Json::object()});
  EXPECT_EQ(queue.take(1), one) << "at least one";
  EXPECT_EQ(queue.take(one.size() * 3 + 1).size(), one.size() * 3);
  EXPECT_EQ(queue.take(1'000'000).size(), one.size() * 6);
  EXPECT_EQ(queue.take(1'000'000), "");
}

TEST(OutgoingQueueTest, ChatIsLeftOutWhenTooMuchWaitsAndIsToldOf) {
  OutgoingQueue queue({.shed = 10'000, .most = 1'000'000});
  const std::string text(1000, 'x');
  for (int i = 0; i < 1000; ++i) queue.push(event("chat", Json::object({{"text", text}, {"number", i}})));
  EXPECT_LT(queue.bytes(), 12'000u);
  EXPECT_FALSE(queue.overflows());
  const std::size_t lost = queue.shed();
  EXPECT_GT(lost, 980u);
  const auto lines = lines_of(queue);
  ASSERT_EQ(lines.size(), 1000 - lost + 1);
  EXPECT_EQ(lines.back()["event"].as_string(), "notice");
  EXPECT_EQ(lines.back()["data"]["code"].as_string(), "messages-lost");
  EXPECT_NE(lines.back()["data"]["text"].as_string().find(std::to_string(lost)), std::string::npos);
  EXPECT_EQ(queue.shed(), 0u);
  queue.push(event("chat", Json::object({{"text", "again"}})));
  EXPECT_EQ(lines_of(queue).size(), 1u) << "all is well again";
}

TEST(OutgoingQueueTest, RepliesRecordingsAndFarewellsAreKept) {
  OutgoingQueue queue({.shed = 1000, .most = 100'000});
  for (int i = 0; i < 100; ++i) queue.push(event("recording", Json::object({{"id", "r"}, {"state", i}})));
  queue.push(event("bye", Json::object({{"reason", "kicked"}}), "p1"));
  queue.push(messages::Reply{7, Json::object()});
  EXPECT_FALSE(queue.overflows());
  EXPECT_EQ(lines_of(queue).size(), 102u);
}

TEST(OutgoingQueueTest, OnlyWhatMustBeKeptOverflows) {
  OutgoingQueue queue({.shed = 1000, .most = 10'000});
  const Json big = Json::object({{"text", std::string(2000, 'x')}});
  for (int i = 0; i < 100; ++i) queue.push(event("chat", big));
  EXPECT_FALSE(queue.overflows());
  for (int i = 0; i < 6; ++i) queue.push(messages::Reply{i, big});
  EXPECT_TRUE(queue.overflows());
}

}  // namespace
}  // namespace tessera::room
