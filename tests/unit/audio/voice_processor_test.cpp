#include "audio/voice_processor.hpp"

#include <gtest/gtest.h>

#include "../../support/meeting.hpp"
#include "../../support/speech.hpp"

namespace tessera::audio {
namespace {

using namespace std::chrono_literals;

/// Seconds of noise, words, noise, words …, to the end of the last word.
struct NoisyVoice {
  NoisyVoice(double gain, double noise_db) {
    const auto words = test::speech("the quick brown fox jumps over the lazy dog");
    std::mt19937 random(2);
    std::normal_distribution<> noise(0, 32'768 * std::pow(10, noise_db / 20));
    const auto put = [&](double value) {
      sound.push_back(
          static_cast<std::int16_t>(std::lround(std::clamp(value + noise(random), -32'768.0, 32'767.0))));
    };
    for (int round = 0; round < 3; ++round) {
      for (int i = 0; i < 96'000; ++i) put(0);
      voice_from = sound.size();
      for (const auto sample : words) put(gain * sample);
    }
    sound.resize(sound.size() / tick_samples * tick_samples);
  }
  void process(VoiceProcessing how) {
    auto processor = VoiceProcessor::create(how).value();
    for (std::size_t at = 0; at < sound.size(); at += tick_samples)
      processor.process(std::span(sound).subspan(at, tick_samples));
  }
  /// Of the last pause, and of the last words.
  [[nodiscard]] double noise_db() const {
    return level_db(std::span(sound).subspan(voice_from - 72'000, 67'200));
  }
  [[nodiscard]] double voice_db() const { return level_db(std::span(sound).subspan(voice_from)); }
  std::vector<std::int16_t> sound;
  std::size_t voice_from = 0;
};

TEST(VoiceProcessor, NoiseGoesAndTheVoiceStays) {
  NoisyVoice voice(1, -45);
  const double noise = voice.noise_db(), level = voice.voice_db();
  voice.process({.suppress_noise = true});
  EXPECT_LT(voice.noise_db(), noise - 12);
  EXPECT_NEAR(voice.voice_db(), level, 1);
}

TEST(VoiceProcessor, SoftAndLoudVoicesComeOutAlike) {
  NoisyVoice soft(0.1, -80), loud(1, -80);
  ASSERT_NEAR(loud.voice_db() - soft.voice_db(), 20, 1);
  soft.process({.auto_gain = true});
  loud.process({.auto_gain = true});
  EXPECT_NEAR(soft.voice_db(), loud.voice_db(), 4);
}

/// A meeting of one voice and one listener; the ticks at which the voice was named a talker.
int talking_ticks(VoiceProcessing how, bool levels) {
  test::Meeting meeting;
  meeting.with_levels = levels;
  std::mt19937 random(3);
  std::normal_distribution<> hiss(0, 32'768 * std::pow(10, -40 / 20.0));
  auto& voice = meeting.add([&] {
    Frame frame;
    for (auto& sample : frame) sample = static_cast<std::int16_t>(hiss(random));
    return frame;
  });
  meeting.add([] { return Frame{}; });
  voice.seat.processing = how;
  meeting.run(5s);
  int ticks = 0;
  for (int i = 0; i < 250; ++i) ticks += meeting.tick().talkers.empty() ? 0 : 1;
  return ticks;
}

TEST(VoiceProcessor, SteadyLoudNoiseTakesNoPlaceInTheMixWhenSuppressed) {
  for (const bool levels : {false, true}) {
    EXPECT_EQ(talking_ticks({}, levels), 250);
    EXPECT_EQ(talking_ticks({.suppress_noise = true}, levels), 0);
  }
}

TEST(VoiceProcessor, ItCanBeSwitchedInTheMiddleOfASentence) {
  test::Meeting meeting;
  test::Tone tone(400);
  auto& voice = meeting.add([&] { return tone.next(); });
  auto& listener = meeting.add([] { return Frame{}; });
  meeting.run(1s);
  EXPECT_FALSE(voice.seat.processed());
  for (const bool on : {true, false, true}) {
    voice.seat.processing = {.auto_gain = on};
    meeting.run(500ms);
    EXPECT_EQ(voice.seat.processed(), on);
    EXPECT_TRUE(voice.seat.in_mix());
    EXPECT_GT(test::tone_db(std::span(listener.heard).last(4'800), 400), -30);
  }
}

}  // namespace
}  // namespace tessera::audio
