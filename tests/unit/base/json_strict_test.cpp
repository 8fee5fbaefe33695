// Where the JSON library is laxer than RFC 8259, and what hostile text could do with that.

#include <gtest/gtest.h>

#include "base/json.hpp"
#include "base/json_reader.hpp"
#include "base/json_scan.hpp"

namespace tessera {
namespace {

TEST(JsonStrict, RefusesWhatOnlyTheLibraryTakesForJson) {
  for (const std::string& text : {std::string("'x'"),
                                  std::string("{'a':1}"),
                                  std::string("/* c */ 1"),
                                  std::string("1 // c"),
                                  std::string("0x10"),
                                  std::string("01"),
                                  std::string("[-01]"),
                                  std::string("1."),
                                  std::string(".5"),
                                  std::string("+1"),
                                  std::string("1e"),
                                  std::string("1e+"),
                                  std::string("$1"),
                                  std::string("\"a\nb\""),
                                  std::string("\"\x01\""),
                                  std::string("\"\\x\""),
                                  std::string("\"\\0\""),
                                  std::string("\"\\u00g0\""),
                                  std::string("\"\\u12\""),
                                  std::string("\"\\"),
                                  std::string("\"\\u0000\""),
                                  std::string("\"a\\u0000b\""),
                                  std::string("[1\0]", 4),
                                  std::string("9223372036854775808"),
                                  std::string("-9223372036854775809"),
                                  std::string("1e999"),
                                  std::string("NaN"),
                                  std::string("TRUE"),
                                  std::string("truex"),
                                  std::string("{} {}"),
                                  std::string("1 2"),
                                  std::string("[]]"),
                                  std::string("]"),
                                  std::string("1,"),
                                  std::string("Infinity"),
                                  std::string("-")}) {
    const auto json = Json::parse(text);
    EXPECT_FALSE(json.ok()) << text;
  }
}

TEST(JsonStrict, TakesEveryNumberThatJsonHas) {
  for (const auto* text : {"0", "-0", "10", "-1", "0.5", "1.25e3", "1E-2", "2e+5", "9223372036854775807",
                           "-9223372036854775808", "1e-999"}) {
    const auto json = Json::parse(text);
    if (std::string(text) == "1e-999") continue;  // underflow: either answer will do
    EXPECT_TRUE(json.ok()) << text << ": " << (json.ok() ? "" : json.error().message);
  }
}

// A quotation mark that the depth check saw and the parser did not (or the other way round) once hid any
// depth.
TEST(JsonStrict, NothingHidesNestingFromTheDepthCheck) {
  const std::string deep = std::string(120000, '[') + std::string(120000, ']');
  for (const std::string& text : {"['\"'," + deep + "]", "/*\"*/" + deep, "//\"\n" + deep,
                                  "[\"\\\\\"," + deep + "]", "#\"\n" + deep, "]]]]" + deep, "\"" + deep})
    EXPECT_FALSE(Json::parse(text).ok()) << text.substr(0, 12);
}

// The library takes the character after half a surrogate pair for the other half without looking at it: a
// quotation mark there ended the string for the depth check only, which then saw in strings what is not.
TEST(JsonStrict, HalfASurrogatePairIsRefused) {
  const std::string deep(250000, '[');
  for (const char* text : {R"("\ud800")", R"("\uDBFF")", R"("\udc00")", R"("\uDFFF")", R"("\ud800x")",
                           R"("\ud800\n")", R"("\ud800\ud800")", R"("\ud800\u0041")", R"("\udc00\ud800")",
                           R"("\ud800\u")", R"("\ud800\)", R"("\ud800)"})
    EXPECT_FALSE(Json::parse(text).ok()) << text;
  for (const char* half : {"\\ud800", "\\udc00"})
    EXPECT_FALSE(Json::parse("[\"" + std::string(half) + "\",\"," + deep + "\"]").ok()) << half;
}

TEST(JsonStrict, AWholeSurrogatePairIsOneCharacter) {
  const auto json = Json::parse(R"("a\ud83d\ude00\uD83D\uDE00z")");
  ASSERT_TRUE(json.ok()) << json.error().message;
  EXPECT_EQ(json->as_string(), "a😀😀z");
}

TEST(JsonStrict, AFaultSaysWhere) {
  const auto scanned = scan_json("{\n \"a\": 'b'}");
  ASSERT_FALSE(scanned.ok());
  EXPECT_EQ(scanned.error().code, "bad-json");
  EXPECT_EQ(scanned.error().message, "line 2:7: not a JSON value");
}

TEST(JsonScan, CountsValuesMembersAndNamesBeforeAnythingIsParsed) {
  const JsonLimits limits{.max_values = 9, .max_members = 2, .max_key = 3};
  for (const char* fine : {"[1,2,3,4,5,6,7]", R"({"a":[{"b":1}],"c":2})", R"([{"a":1,"b":2},{"a":1}])",
                           R"({"abc":"a long text is no name"})"})
    EXPECT_TRUE(scan_json(fine, limits).ok()) << fine;
  for (const char* much :
       {"[1,2,3,4,5,6,7,8,9]", "[[],[],[],[],[],[],[],[],[]]", R"(["a","b","c","d","e","f","g","h","i"])",
        R"({"a":1,"b":2,"c":3})", R"({"a":1,"a":2,"a":3})", R"([{"a":{},"b":[],"c":1}])", R"({"abcd":1})"}) {
    const auto scanned = scan_json(much, limits);
    ASSERT_FALSE(scanned.ok()) << much;
    EXPECT_EQ(scanned.error().code, "bad-json");
  }
}

TEST(JsonReaderFault, ShorteningKeepsUtf8Whole) {
  for (int shift = 0; shift < 4; ++shift) {
    std::string text(static_cast<std::size_t>(shift), 'x');
    for (int i = 0; i < 50; ++i) text += "漢";
    const Json json = Json::object({{"i", text}});
    std::vector<JsonFault> faults;
    JsonReader(json, faults).integer("i", 0, 0, 1);
    ASSERT_EQ(faults.size(), 1u);
    EXPECT_TRUE(Json::parse(Json(faults[0].reason).dump()).ok()) << "a reply must be JSON";
  }
}

}  // namespace
}  // namespace tessera
