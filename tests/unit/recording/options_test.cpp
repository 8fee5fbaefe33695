#include "recording/options.hpp"

#include <gtest/gtest.h>

namespace tessera::recording {
namespace {

using namespace std::chrono_literals;

Json parse(const char* text) {
  return Json::parse(text).value();
}

TEST(RecordingOptions, NothingAskedFor_IsTheDefaults) {
  RecordingOptions defaults;
  defaults.format = *find_format("webm");
  defaults.split_after = 1h;
  defaults.loudness = -23;
  const auto options = RecordingOptions::from_json(Json::object(), defaults).value();
  EXPECT_EQ(options.format.name, "webm");
  EXPECT_EQ(options.split_after, 1h);
  EXPECT_EQ(options.loudness, -23);
}

TEST(RecordingOptions, EverythingIsReadAndWrittenBack) {
  const Json json =
      parse(R"({"format": "opus", "name": "Übergabe", "tracks": true, "announce": true, "splitMs": 60000,
                              "splitBytes": 5000000, "maxDurationMs": 3600000, "loudness": -16.0})");
  const auto options = RecordingOptions::from_json(json, {}).value();
  EXPECT_EQ(options.to_json(), RecordingOptions::from_json(options.to_json(), {}).value().to_json());
  EXPECT_EQ(options.to_json().members().size(), json.members().size());
  for (const auto& [key, value] : json.members()) EXPECT_EQ(options.to_json()[key], value) << key;
}

TEST(RecordingOptions, NullOrZeroTakesADefaultAway) {
  RecordingOptions defaults;
  defaults.split_after = 1h;
  defaults.max_duration = 2h;
  defaults.loudness = -23;
  const auto options = RecordingOptions::from_json(
                           parse(R"({"splitMs": null, "maxDurationMs": 0, "loudness": null})"), defaults)
                           .value();
  EXPECT_EQ(options.split_after, 0ms);
  EXPECT_EQ(options.max_duration, 0ms);
  EXPECT_FALSE(options.loudness);
}

TEST(RecordingOptions, EveryMistakeIsNamed) {
  const auto wrong = RecordingOptions::from_json(
      parse(
          R"({"format": "mp3", "tracks": 1, "splitMs": 5, "splitBytes": "x", "maxDurationMs": -1, "loudness": 3})"),
      {});
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code, "bad-request");
  for (const char* word :
       {"format", "mp3", "mp4-opus", "tracks", "splitMs", "splitBytes", "maxDurationMs", "loudness"})
    EXPECT_NE(wrong.error().message.find(word), std::string::npos) << wrong.error().message;
  EXPECT_FALSE(RecordingOptions::from_json(Json::object({{"name", std::string(201, 'x')}}), {}));

  const auto slip = RecordingOptions::from_json(parse(R"({"trakcs": true})"), {});
  ASSERT_FALSE(slip) << "a recording without the tracks that were asked for";
  EXPECT_NE(slip.error().message.find("tracks"), std::string::npos) << slip.error().message;
}

}  // namespace
}  // namespace tessera::recording
