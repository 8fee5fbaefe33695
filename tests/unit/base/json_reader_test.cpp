#include "base/json_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tessera {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> lines(const std::vector<JsonFault>& faults) {
  std::vector<std::string> result;
  for (const auto& fault : faults) result.push_back(fault.path + ": " + fault.reason);
  return result;
}

class JsonReaderTest : public ::testing::Test {
 protected:
  JsonReader reader(const std::string& text) {
    auto json = Json::parse(text);
    EXPECT_TRUE(json.ok()) << text;
    json_ = std::move(*json);
    return JsonReader(json_, faults_);
  }

  Json json_;
  std::vector<JsonFault> faults_;
};

TEST_F(JsonReaderTest, ReadsMembersOfTheRightType) {
  auto r = reader(R"({"s": "x", "i": 3, "n": 0.5, "b": true, "c": "red", "l": ["a", "b"]})");
  EXPECT_EQ(r.string("s"), "x");
  EXPECT_EQ(r.integer("i", 0, 0, 10), 3);
  EXPECT_EQ(r.number("n", 0, 0, 1), 0.5);
  EXPECT_EQ(r.number("i", 0, 0, 10), 3.0);
  EXPECT_TRUE(r.boolean("b", false));
  EXPECT_EQ(r.choice("c", {"red", "blue"}, "blue"), "red");
  EXPECT_THAT(r.strings("l"), ElementsAre("a", "b"));
  r.reject_unknown();
  EXPECT_THAT(faults_, IsEmpty());
}

TEST_F(JsonReaderTest, AbsentAndNullGiveTheFallbackSilently) {
  auto r = reader(R"({"s": null})");
  EXPECT_EQ(r.string("s", "d"), "d");
  EXPECT_EQ(r.integer("i", 4, 0, 10), 4);
  EXPECT_EQ(r.strings("l", {"z"}), std::vector<std::string>{"z"});
  EXPECT_EQ(r.choice("c", {"a"}, "other"), "other");
  EXPECT_FALSE(r.has("s"));
  EXPECT_TRUE(r.raw("x").is_null());
  EXPECT_EQ(r.each("list", [](JsonReader&) { FAIL(); }), 0u);
  auto object = r.object("o");
  EXPECT_EQ(object.string("k", "v"), "v");
  r.reject_unknown();
  EXPECT_THAT(faults_, IsEmpty());
}

TEST_F(JsonReaderTest, NotesPathExpectationAndFinding) {
  auto r = reader(
      R"({"s": 1, "i": "3", "big": 11, "frac": 1.5, "n": 2, "b": "yes", "c": "green", "l": ["a", 1], "m": "a"})");
  EXPECT_EQ(r.string("s", "d"), "d");
  EXPECT_EQ(r.integer("i", 5, 0, 10), 5);
  EXPECT_EQ(r.integer("big", 5, 0, 10), 5);
  EXPECT_EQ(r.integer("frac", 5, 0, 10), 5);
  EXPECT_EQ(r.number("n", 0.25, 0, 1), 0.25);
  EXPECT_TRUE(r.boolean("b", true));
  EXPECT_EQ(r.choice("c", {"red", "blue"}, "blue"), "blue");
  EXPECT_THAT(r.strings("l"), IsEmpty());
  EXPECT_THAT(r.strings("m"), IsEmpty());
  EXPECT_THAT(
      lines(faults_),
      ElementsAre("$.s: expected a string, found 1", "$.i: expected an integer from 0 to 10, found \"3\"",
                  "$.big: expected an integer from 0 to 10, found 11",
                  "$.frac: expected an integer from 0 to 10, found 1.5",
                  "$.n: expected a number from 0 to 1, found 2", "$.b: expected true or false, found \"yes\"",
                  "$.c: expected one of red, blue, found \"green\"",
                  "$.l: expected an array of strings, found [\"a\",1]",
                  "$.m: expected an array of strings, found \"a\""));
}

TEST_F(JsonReaderTest, PathsLeadThroughObjectsAndArrays) {
  auto r = reader(R"({"templates": [{}, {"regions": [{"x": true}]}], "tile": {"gap": []}})");
  const std::size_t count = r.each("templates", [](JsonReader& one) {
    one.each("regions", [](JsonReader& region) { region.number("x", 0, 0, 1); });
  });
  EXPECT_EQ(count, 2u);
  r.object("tile").string("gap");
  EXPECT_THAT(lines(faults_),
              ElementsAre("$.templates[1].regions[0].x: expected a number from 0 to 1, found true",
                          "$.tile.gap: expected a string, found []"));
}

TEST_F(JsonReaderTest, WhatIsNoObjectIsOneFaultAndReadsAsEmpty) {
  auto r = reader(R"([1, 2])");
  EXPECT_EQ(r.string("a", "d"), "d");
  r.reject_unknown();
  EXPECT_THAT(lines(faults_), ElementsAre("$: expected an object, found [1,2]"));
}

TEST_F(JsonReaderTest, ItemsThatAreNoObjectsAreFaultsWithTheirIndex) {
  auto r = reader(R"({"l": [{}, 3, "x"], "m": {}})");
  EXPECT_EQ(r.each("l", [](JsonReader&) {}), 3u);
  EXPECT_EQ(r.each("m", [](JsonReader&) {}), 0u);
  EXPECT_THAT(lines(faults_),
              ElementsAre("$.l[1]: expected an object, found 3", "$.l[2]: expected an object, found \"x\"",
                          "$.m: expected an array, found {}"));
}

TEST_F(JsonReaderTest, RequiredMembersAreMissedOnce) {
  auto r = reader(R"({"b": null, "c": 1})");
  for (const auto* key : {"a", "b", "c"}) r.require(key);
  r.reject_unknown();
  EXPECT_THAT(lines(faults_), ElementsAre("$.a: is required and missing", "$.b: is required and missing"));
}

TEST_F(JsonReaderTest, UnknownKeysAreNotedWithTheNearest) {
  auto r = reader(R"({"$schema": "x", "prot": 1, "elephant": 2, "port": 3})");
  r.integer("port", 0, 0, 10);
  r.string("address");
  r.reject_unknown();
  EXPECT_THAT(lines(faults_), ElementsAre("$.prot: unknown key; did you mean \"port\"?",
                                          "$.elephant: unknown key; allowed are port, address"));
}

TEST_F(JsonReaderTest, CallersNoteTheirOwnFaults) {
  auto r = reader(R"({"o": {}})");
  r.fault("is odd");
  auto o = r.object("o");
  o.fault_at("k", "is even");
  EXPECT_THAT(lines(faults_), ElementsAre("$: is odd", "$.o.k: is even"));
  EXPECT_EQ(describe("f.json", faults_), "f.json: $: is odd\nf.json: $.o.k: is even");
  EXPECT_EQ(describe("f.json", {}), "");
}

TEST_F(JsonReaderTest, LongFindingsAreShortened) {
  auto r = reader("{\"i\": \"" + std::string(5000, 'x') + "\"}");
  r.integer("i", 0, 0, 1);
  ASSERT_EQ(faults_.size(), 1u);
  EXPECT_LT(faults_[0].reason.size(), 200u);
}

TEST(Nearest, FindsALikelySlipAndNothingElse) {
  const std::vector<std::string> known = {"width", "height", "framerate"};
  EXPECT_EQ(nearest("widht", known), "width");
  EXPECT_EQ(nearest("Height", known), "height");
  EXPECT_EQ(nearest("frame-rate", known), "framerate");
  EXPECT_EQ(nearest("banana", known), std::nullopt);
  EXPECT_EQ(nearest("", known), std::nullopt);
  EXPECT_EQ(nearest("x", {}), std::nullopt);
}

}  // namespace
}  // namespace tessera
