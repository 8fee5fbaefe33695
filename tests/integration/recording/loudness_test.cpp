#include "recording/loudness.hpp"

#include <ebur128.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "decoded.hpp"
#include "feed.hpp"
#include "live_file.hpp"
#include "recording/finisher.hpp"
#include "recording/manifest.hpp"
#include "recording/store.hpp"

namespace tessera::recording::test {
namespace {

namespace fs = std::filesystem;

/// Integrated loudness and true peak of a finished file, by a meter that is not the program's own reading.
struct Metered {
  double lufs = 0, true_peak_db = 0;
};
Metered meter(const std::string& path) {
  const Decoded file = decode(path);
  ebur128_state* state = ebur128_init(1, 48000, EBUR128_MODE_I | EBUR128_MODE_TRUE_PEAK);
  ebur128_add_frames_float(state, file.samples.data(), file.samples.size());
  Metered result;
  ebur128_loudness_global(state, &result.lufs);
  ebur128_true_peak(state, 0, &result.true_peak_db);
  result.true_peak_db = 20 * std::log10(result.true_peak_db);
  ebur128_destroy(&state);
  return result;
}

class LoudnessTest : public testing::Test {
 protected:
  std::string recording(const Format& format, std::vector<double> volumes, Json target) {
    const Created created = store_.create("blue").value();
    Json manifest = load_manifest(created.directory).value();
    manifest.set("state", "finishing")
        .set("closed", true)
        .set("format", format.name)
        .set("loudness", std::move(target));
    EXPECT_TRUE(save_manifest(created.directory, manifest));
    for (std::size_t i = 0; i < volumes.size(); ++i)
      make_live(created.directory + "/" + live_name(static_cast<int>(i) + 1), format,
                {.seconds = 4, .volume = volumes[i]});
    return created.directory;
  }
  static Json finished(const std::string& directory) {
    const auto manifest = finish({.directory = directory, .recovered = false, .progress = {}, .go_on = {}});
    EXPECT_TRUE(manifest) << manifest.error().message;
    return manifest ? *manifest : Json();
  }
  TemporaryDirectory directory_;
  Store store_{directory_.path()};
};

TEST(Gain, SmallDifferencesAreNotWorthIt_AndNoiseIsNotRaised) {
  EXPECT_EQ(gain_for(-16.3, -16), std::nullopt);
  EXPECT_DOUBLE_EQ(gain_for(-26, -16).value(), 10);
  EXPECT_DOUBLE_EQ(gain_for(-10, -16).value(), -6);
  EXPECT_DOUBLE_EQ(gain_for(-65, -16).value(), 20);
}

TEST_F(LoudnessTest, EveryFormatComesOutAtItsTarget_SoundInItsPlace) {
  for (const Format& format : all_formats()) {
    SCOPED_TRACE(std::string(format.name));
    const std::string directory = recording(format, {0.05}, -20);
    const Json manifest = finished(directory);
    const std::string file = directory + "/" + manifest["files"].items().at(0).as_string();
    EXPECT_NEAR(meter(file).lufs, -20, 0.5);
    EXPECT_EQ(manifest["loudnessGain"]["state"].as_string(), "measured");
    EXPECT_NEAR(
        manifest["loudnessGain"]["measuredLufs"].as_double() + manifest["loudnessGain"]["gainDb"].as_double(),
        -20, 0.02);
    EXPECT_EQ(manifest["codecs"]["audio"].as_string(), name_of(format.audio));
    const Decoded played = decode(file);
    EXPECT_EQ(played.errors, 0);
    EXPECT_NEAR(played.sound_start, 0, 0.03);
    EXPECT_NEAR(static_cast<double>(played.samples.size()) / 48000, 4, 0.06);
    EXPECT_GT(played.tone(0.05, 440), 0.05);
    for (const auto& item : fs::directory_iterator(directory))
      EXPECT_EQ(item.path().string().find(".part"), std::string::npos) << item.path();
  }
}

TEST_F(LoudnessTest, LouderThanItFits_StaysBelowMinusOneDbOfTruePeak) {
  // A tone with short loud beeps would do; a tone at −12 dBFS brought to −6 LUFS needs more than full scale.
  const std::string directory = recording(*find_format("wav"), {0.25}, -5);
  const Json manifest = finished(directory);
  const Metered result = meter(directory + "/recording.wav");
  EXPECT_LE(result.true_peak_db, -0.95);
  EXPECT_GT(result.true_peak_db, -1.6);
}

TEST_F(LoudnessTest, PartsShareOneGain_SoThatTheirDifferenceStays) {
  const std::string directory = recording(*find_format("wav"), {0.05, 0.1}, -20);
  finished(directory);
  const double first = meter(directory + "/recording.wav").lufs,
               second = meter(directory + "/recording-002.wav").lufs;
  EXPECT_NEAR(second - first, 6.02, 0.1);
  EXPECT_LT(first, -20);
  EXPECT_GT(second, -20);
}

TEST_F(LoudnessTest, WithoutATargetTheSoundIsLeftAsItIs_BitForBit) {
  const std::string directory = recording(*find_format("wav"), {0.05}, nullptr);
  EXPECT_FALSE(finished(directory).has("loudnessGain"));
  const std::string silent = recording(*find_format("wav"), {0}, -16);
  EXPECT_EQ(finished(silent)["loudnessGain"]["state"].as_string(), "silent");
  const std::string right = recording(*find_format("wav"), {0.1}, -23.7);
  EXPECT_EQ(finished(right)["loudnessGain"]["state"].as_string(), "as-recorded");
}

TEST_F(LoudnessTest, StoppedAnywhere_TheGainStaysTheSame) {
  const Format& webm = *find_format("webm");
  for (const FinishStep step :
       {FinishStep::planned, FinishStep::written, FinishStep::renamed, FinishStep::noted}) {
    const std::string directory = recording(webm, {0.05, 0.1}, -20);
    ASSERT_FALSE(
        finish({.directory = directory, .recovered = false, .progress = {}, .go_on = [&](FinishStep at) {
                  return at != step;
                }}));
    const double gain = load_manifest(directory).value()["loudnessGain"]["gainDb"].as_double();
    EXPECT_GT(gain, 3);
    EXPECT_EQ(finished(directory)["loudnessGain"]["gainDb"].as_double(), gain);
    EXPECT_NEAR(meter(directory + "/recording-002.webm").lufs - meter(directory + "/recording.webm").lufs,
                6.02, 0.3);
  }
}

TEST_F(LoudnessTest, MeasurementThatBroughtTheFinisherDownTwiceIsGivenUp) {
  const std::string directory = recording(*find_format("wav"), {0.05}, -20);
  Json manifest = load_manifest(directory).value();
  ASSERT_TRUE(save_manifest(directory, manifest.set("loudnessGain", Json::object({{"state", "again"}}))));
  EXPECT_EQ(finished(directory)["loudnessGain"]["state"].as_string(), "failed");
  EXPECT_TRUE(fs::exists(directory + "/recording.wav"));
}

}  // namespace
}  // namespace tessera::recording::test
