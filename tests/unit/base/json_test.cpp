#include "base/json.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <random>

namespace tessera {
namespace {

Json parsed(const std::string& text) {
  auto json = Json::parse(text);
  EXPECT_TRUE(json.ok()) << text << ": " << (json.ok() ? "" : json.error().message);
  return json ? *json : Json();
}

TEST(JsonParse, ReadsEveryType) {
  const Json json =
      parsed(R"( {"n": null, "t": true, "i": -7, "d": 1.5, "s": "x", "a": [1, [2]], "o": {"k": 0}} )");
  EXPECT_TRUE(json["n"].is_null());
  EXPECT_TRUE(json["t"].as_bool());
  EXPECT_EQ(json["i"].as_int(), -7);
  EXPECT_TRUE(json["i"].is_integer());
  EXPECT_DOUBLE_EQ(json["d"].as_double(), 1.5);
  EXPECT_FALSE(json["d"].is_integer());
  EXPECT_EQ(json["s"].as_string(), "x");
  EXPECT_EQ(json["a"].items()[1].items()[0].as_int(), 2);
  EXPECT_EQ(json["o"]["k"].as_int(7), 0);
  for (const auto& [text, name] : std::vector<std::pair<std::string, std::string>>{{"null", "null"},
                                                                                   {"false", "a boolean"},
                                                                                   {"1", "an integer"},
                                                                                   {"1.5", "a number"},
                                                                                   {"\"\"", "a string"},
                                                                                   {"[]", "an array"},
                                                                                   {"{}", "an object"}})
    EXPECT_EQ(parsed(text).type_name(), name);
}

TEST(JsonParse, RefusesWhatIsNotJson) {
  for (const std::string& text :
       {std::string(""),          std::string(" \n"),        std::string("{"),
        std::string("}"),         std::string("[1,"),        std::string("{\"a\"}"),
        std::string("{\"a\":}"),  std::string("{\"a\":1"),   std::string("{a:1}"),
        std::string("{\"a\" 1}"), std::string("\"open"),     std::string("tru"),
        std::string("[1 2]"),     std::string("{\"a\":1,}"), std::string("[1,]"),
        std::string("\xff\xfe"),  std::string("\"\xc3\""),   std::string("\"\xed\xa0\x80\""),
        std::string("[] x"),      std::string("{\"a\":1}}"), std::string("nul"),
        std::string("-"),         std::string("undefined")}) {
    const auto json = Json::parse(text);
    ASSERT_FALSE(json.ok()) << text;
    EXPECT_EQ(json.error().code, "bad-json") << text;
    EXPECT_FALSE(json.error().message.empty());
  }
}

TEST(JsonParse, AFaultSaysTheLine) {
  const auto json = Json::parse("{\n  \"a\": 1,\n  \"b\": oops\n}");
  ASSERT_FALSE(json.ok());
  EXPECT_NE(json.error().message.find("line 3"), std::string::npos) << json.error().message;
}

TEST(JsonParse, RefusesNestingBeforeItCostsStack) {
  const auto nested = [](int depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_TRUE(Json::parse(nested(64)).ok());
  EXPECT_FALSE(Json::parse(nested(65)).ok());
  EXPECT_FALSE(Json::parse(nested(1'000'000)).ok());
  EXPECT_FALSE(Json::parse(std::string(1'000'000, '[')).ok());
  EXPECT_TRUE(Json::parse(nested(3), {.max_depth = 3}).ok());
  EXPECT_FALSE(Json::parse(nested(4), {.max_depth = 3}).ok());
  // Brackets inside strings are not nesting, escaped quotes do not end a string.
  EXPECT_TRUE(Json::parse("[\"" + std::string(500, '[') + "\\\"" + std::string(500, '{') + "\"]").ok());
}

TEST(JsonParse, DecodesEscapesAndUnicode) {
  EXPECT_EQ(parsed(R"("\"\\\/\b\f\n\r\t")").as_string(), "\"\\/\b\f\n\r\t");
  EXPECT_EQ(parsed("\"\\u00e9\"").as_string(), "é");
  EXPECT_EQ(parsed("\"\\ud83d\\ude00\"").as_string(), "😀");
  EXPECT_EQ(parsed("\"Zoë 漢字 😀\"").as_string(), "Zoë 漢字 😀");
}

TEST(JsonParse, TheLastOfTwoMembersWins) {
  const Json json = parsed(R"({"a": 1, "a": 2})");
  EXPECT_EQ(json["a"].as_int(), 2);
  EXPECT_EQ(json.members().size(), 1u);
}

TEST(JsonParse, OfManyMembersTheLastOfTwoWinsAsWell) {
  std::string text = "{";
  for (int i = 0; i < 100; ++i) text += "\"" + std::to_string(i % 50) + "\":" + std::to_string(i) + ",";
  const Json json = parsed(text + R"("end":true})");
  ASSERT_EQ(json.members().size(), 51u);
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(json.members()[static_cast<std::size_t>(i)].first, std::to_string(i));
    EXPECT_EQ(json.members()[static_cast<std::size_t>(i)].second.as_int(), i + 50);
  }
  EXPECT_TRUE(json["end"].as_bool());
}

TEST(JsonParse, ReadsWhatItWrites) {
  const char* const text =
      R"({"a":[1,-2,0.5,1e+300,true,false,null,{}],"b":{"c":[[]],"ü\n\"\\":"\t漢😀/"},"n":-9223372036854775808})";
  const Json json = parsed(text);
  EXPECT_EQ(json["a"].items().size(), 8u);
  EXPECT_EQ(json["b"]["ü\n\"\\"].as_string(), "\t漢😀/");
  EXPECT_EQ(parsed(json.dump()), json);
  EXPECT_EQ(parsed(json.dump(true)), json);
}

TEST(JsonParse, RefusesTokensInTheWrongOrder) {
  for (const char* text : {"[,1]",
                           "[1,,2]",
                           "{,}",
                           R"({"a":1 "b":2})",
                           R"({"a":1,,"b":2})",
                           R"({1:2})",
                           R"({"a"})",
                           R"({"a":})",
                           R"([:])",
                           R"(["a":1])",
                           "[1-2]",
                           "[1 -2]",
                           "[--1]",
                           "1 2",
                           "{]",
                           "[}",
                           R"({"a":[}])",
                           R"([{"a":1])",
                           ":",
                           ",",
                           R"("a" "b")",
                           "[true false]",
                           "[truefalse]"})
    EXPECT_FALSE(Json::parse(text).ok()) << text;
}

TEST(JsonParse, KeepsTheOrderOfMembers) {
  std::string order;
  const Json json = parsed(R"({"z": 1, "a": 2, "m": 3})");
  for (const auto& [key, value] : json.members()) order += key;
  EXPECT_EQ(order, "zam");
}

TEST(JsonParse, KeepsIntegersOfSixtyFourBits) {
  EXPECT_EQ(parsed("9223372036854775807").as_int(), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(parsed("-9223372036854775807").as_int(), -std::numeric_limits<std::int64_t>::max());
}

TEST(JsonRead, IsLenientAndNeverFails) {
  const Json json = parsed(R"({"s": "x", "n": 3.7, "big": 1e300})");
  EXPECT_EQ(json["s"].as_int(5), 5);
  EXPECT_EQ(json["n"].as_int(), 3);
  EXPECT_EQ(json["big"].as_int(-1), -1);
  EXPECT_TRUE(json["no"]["such"]["thing"].is_null());
  EXPECT_TRUE(json["s"]["x"].is_null());
  EXPECT_TRUE(Json(3).items().empty());
  EXPECT_TRUE(Json("x").members().empty());
  EXPECT_EQ(Json(3).as_string("fallback"), "fallback");
  EXPECT_TRUE(Json().as_bool(true));
  EXPECT_FALSE(json.has("no"));
  EXPECT_TRUE(json.has("s"));
}

TEST(JsonBuild, SetsAndAppends) {
  Json json;
  json.set("a", 1).set("b", Json::array({1, "x", true, nullptr})).set("a", 2);
  json.set("c", Json::object({{"k", 1.5}}));
  Json list;
  list.push(1).push("two");
  json.set("d", list);
  EXPECT_EQ(json.dump(), R"({"a":2,"b":[1,"x",true,null],"c":{"k":1.5},"d":[1,"two"]})");
  EXPECT_EQ(Json::object().dump(), "{}");
  EXPECT_EQ(Json::array().dump(), "[]");
}

TEST(JsonDump, IsOneLineUnlessPretty) {
  const Json json = Json::object({{"text", "a\nb"}, {"list", Json::array({1, 2})}});
  EXPECT_EQ(json.dump().find('\n'), std::string::npos);
  EXPECT_NE(json.dump(true).find('\n'), std::string::npos);
  EXPECT_EQ(parsed(json.dump(true)), json);
}

TEST(JsonDump, ADoubleIsReadBackAsTheSameDouble) {
  for (const auto& [value, text] : {std::pair{1.0, "1.0"},
                                    {-0.0, "-0.0"},
                                    {0.1, "0.1"},
                                    {1e308, "1e+308"},
                                    {2.5e-7, "2.5e-07"},
                                    {5e-324, "5e-324"},
                                    {123456789012345680.0, "1.2345678901234568e+17"}}) {
    EXPECT_EQ(Json(value).dump(), text);
    EXPECT_EQ(parsed(Json(value).dump()), Json(value)) << text;
  }
}

TEST(JsonDump, IsJsonWhateverBytesAStringHolds) {
  EXPECT_EQ(Json("a\xff\xc3(").dump(), "\"a\xef\xbf\xbd\xef\xbf\xbd(\"");
  EXPECT_EQ(Json(std::string("a\0b", 3)).dump(),
            "\"a\xef\xbf\xbd"
            "b\"");
  EXPECT_EQ(Json("\x01\x1f\x7f\"\\\b\f\n\r\t/\u00e9").dump(), R"("\u0001\u001f\u007f\"\\\b\f\n\r\t/)"
                                                              "\u00e9\"");
  const Json key = Json::object({{"\xff", 1}});
  EXPECT_TRUE(Json::parse(key.dump()).ok());
}

TEST(JsonDump, PrettyTextHasALinePerMemberAndItem) {
  const Json json =
      Json::object({{"a", Json::array({1, Json::object()})}, {"b", Json::object({{"c", Json::array()}})}});
  EXPECT_EQ(json.dump(true), "{\n  \"a\" : [\n    1,\n    {}\n  ],\n  \"b\" : {\n    \"c\" : []\n  }\n}");
}

TEST(JsonDump, WritesNullForWhatJsonCannotSay) {
  EXPECT_EQ(Json(std::nan("")).dump(), "null");
  EXPECT_EQ(Json(std::numeric_limits<double>::infinity()).dump(), "null");
}

// Any value that can be built comes back equal.
TEST(JsonRoundTrip, HoldsForRandomValues) {
  std::mt19937 random(9);
  const auto pick = [&](int from, int to) { return std::uniform_int_distribution(from, to)(random); };
  const std::vector<std::string> pieces = {"a",  "\"", "\\", "\n",        "\x01", "é",
                                           "漢", "😀",  "/",  "</script>", " ",    "\x7f"};
  const auto text = [&] {
    std::string result;
    for (int i = pick(0, 8); i > 0; --i)
      result += pieces[static_cast<std::size_t>(pick(0, static_cast<int>(pieces.size()) - 1))];
    return result;
  };
  std::function<Json(int)> value = [&](int depth) -> Json {
    switch (pick(0, depth > 0 ? 6 : 4)) {
      case 0:
        return Json();
      case 1:
        return Json(pick(0, 1) == 1);
      case 2:
        return Json(std::uniform_int_distribution<long long>()(random));
      case 3:
        return Json(pick(-1000, 1000) + 0.5);
      case 4:
        return Json(text());
      case 5: {
        Json array = Json::array();
        for (int i = pick(0, 5); i > 0; --i) array.push(value(depth - 1));
        return array;
      }
      default: {
        Json object = Json::object();
        for (int i = pick(0, 5); i > 0; --i) object.set(text(), value(depth - 1));
        return object;
      }
    }
  };
  for (int i = 0; i < 3000; ++i) {
    const Json json = value(5);
    ASSERT_EQ(parsed(json.dump()), json) << json.dump();
  }
}

// Whatever bytes come, parsing ends and says yes or no.
TEST(JsonParse, SurvivesMutatedText) {
  const std::string good =
      R"({"type":"offer","id":7,"sdp":"v=0\r\n","list":[1,2.5e3,true,null,{"k":"\u00e9"}]})";
  std::mt19937 random(4);
  for (int i = 0; i < 20000; ++i) {
    std::string text = good;
    for (int n = std::uniform_int_distribution(1, 4)(random); n > 0; --n) {
      const std::size_t at = random() % text.size();
      if (random() % 3 == 0)
        text.erase(at, 1 + random() % 5);
      else
        text[at] = static_cast<char>(random());
      if (text.empty()) break;
    }
    const auto json = Json::parse(text);
    if (json) (void)json->dump();
  }
}

TEST(JsonDump, EveryControlCharacterSurvives) {
  std::string text;
  for (char c = 1; c < 0x20; ++c) text += std::string("x") + c;
  text += "\x7f";
  const Json json = Json::object({{text, text}});
  const std::string line = json.dump();
  for (const char c : line) EXPECT_GE(static_cast<unsigned char>(c), 0x20);
  EXPECT_EQ(parsed(line), json);
}

}  // namespace
}  // namespace tessera
