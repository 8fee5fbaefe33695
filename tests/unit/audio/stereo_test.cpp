// A room for music: two channels from the sender's packets to the listeners'.

#include <gtest/gtest.h>

#include "../../support/sound.hpp"
#include "audio/mixer.hpp"

namespace tessera::audio {
namespace {

using namespace std::chrono_literals;
constexpr EncoderSpec stereo{.channels = 2, .bitrate = 128'000};

/// Another tone on each side.
class StereoTone {
 public:
  StereoTone(double left, double right) : left_(left), right_(right) {}
  Samples next() {
    const Frame left = left_.next(), right = right_.next();
    Samples both;
    for (std::size_t i = 0; i < tick_samples; ++i) {
      both.push_back(left[i]);
      both.push_back(right[i]);
    }
    return both;
  }

 private:
  test::Tone left_, right_;
};

std::vector<std::int16_t> channel(std::span<const std::int16_t> sound, std::size_t which) {
  std::vector<std::int16_t> one;
  for (std::size_t at = which; at < sound.size(); at += 2) one.push_back(sound[at]);
  return one;
}

std::vector<std::uint8_t> packet_of(Encoder& encoder, std::span<const std::int16_t> tick) {
  std::vector<std::uint8_t> packet(max_packet_bytes);
  packet.resize(encoder.encode(tick, packet).value());
  return packet;
}

TEST(Stereo, EachSideStaysOnItsSideThroughDriftAndSplices) {
  for (const double ppm : {0.0, 300.0}) {
    PlayoutBuffer buffer(2);
    auto encoder = Encoder::create(stereo).value();
    StereoTone tone(440, 1'000);
    Samples heard, tick(tick_values(2));
    int sent = 0;
    for (Nanoseconds now = 1s; now < 21s; now += tick_length) {
      for (;; ++sent) {
        const auto at = 1s + Nanoseconds(std::llround(sent * 20e6 / (1 + ppm * 1e-6)));
        if (at > now) break;
        buffer.push({packet_of(encoder, tone.next()), at, at});
      }
      if (now == 10s) buffer.set_playout_delay(90ms);  // reached by splices
      buffer.pull(now, tick);
      heard.insert(heard.end(), tick.begin(), tick.end());
    }
    EXPECT_GT(buffer.stats().splices, 0U);
    EXPECT_EQ(buffer.stats().concealed, 0U);
    const auto left = channel(heard, 0), right = channel(heard, 1);
    const auto end = std::size_t{48'000};
    EXPECT_GT(test::tone_db(std::span(left).last(end), 440 * (1 + ppm * 1e-6)), -15.8);
    EXPECT_GT(test::tone_db(std::span(right).last(end), 1'000 * (1 + ppm * 1e-6)), -15.8);
    EXPECT_LT(test::tone_db(std::span(left).last(end), 1'000 * (1 + ppm * 1e-6)), -60);
    EXPECT_LT(test::tone_db(std::span(right).last(end), 440 * (1 + ppm * 1e-6)), -60);
  }
}

TEST(Stereo, TalkersHearTheOthersOnTheirSidesAndNotThemselves) {
  auto mixer = Mixer::create({.max_talkers = 8, .encoder = stereo}).value();
  MixerSeat one(1, 2), other(2, 2), listener(3, 2);
  auto encoder = Encoder::create(stereo).value(), mono = Encoder::create({}).value();
  StereoTone tone(400, 700);
  test::Tone voice(1'500);
  std::array<Decoder, 3> decoders{Decoder::create(2).value(), Decoder::create(2).value(),
                                  Decoder::create(2).value()};
  std::array<Samples, 3> heard;
  const std::array<MixerSeat*, 3> seats{&one, &other, &listener};
  for (auto* seat : seats) seat->listening = true;
  for (Nanoseconds now = 1s; now < 6s; now += tick_length) {
    one.playout.push({packet_of(encoder, tone.next()), now - 3ms, now - 2ms});
    other.playout.push({test::opus_packet(mono, voice.next()), now - 3ms, now - 2ms});
    const auto result = mixer->tick(now, seats);
    EXPECT_EQ(result.mix.size(), tick_values(2));
    for (std::size_t i = 0; i < 3; ++i) {
      const auto packet = seats[i]->packet().empty() ? result.shared : seats[i]->packet();
      Samples tick(tick_values(2));
      ASSERT_TRUE(decoders[i].decode(packet, tick));
      heard[i].insert(heard[i].end(), tick.begin(), tick.end());
    }
  }
  const auto level = [&](std::size_t who, std::size_t side, double hertz) {
    const auto all = channel(heard[who], side);
    return test::tone_db(std::span(all).last(9'600), hertz);
  };
  // A mono voice is in the middle.
  for (const std::size_t side : {0U, 1U}) {
    EXPECT_NEAR(level(0, side, 1'500), -15.3, 0.7);
    EXPECT_NEAR(level(2, side, 1'500), -15.3, 0.7);
    EXPECT_LT(level(1, side, 1'500), -65);
  }
  for (const std::size_t who : {1U, 2U}) {
    EXPECT_NEAR(level(who, 0, 400), -15.3, 0.7);
    EXPECT_NEAR(level(who, 1, 700), -15.3, 0.7);
    EXPECT_LT(level(who, 1, 400), -45);
    EXPECT_LT(level(who, 0, 700), -45);
  }
  EXPECT_LT(level(0, 0, 400), -65);
  EXPECT_LT(level(0, 1, 700), -65);
}

TEST(Stereo, OtherThanOneOrTwoChannelsAreRefused) {
  EXPECT_FALSE(Mixer::create({.max_talkers = 8, .encoder = {.channels = 3}}).ok());
  EXPECT_FALSE(Mixer::create({.max_talkers = 8, .encoder = {.channels = 0}}).ok());
}

}  // namespace
}  // namespace tessera::audio
