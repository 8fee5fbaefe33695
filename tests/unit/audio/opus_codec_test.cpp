#include "audio/opus_codec.hpp"

#include <gtest/gtest.h>

#include "../../support/sound.hpp"

namespace tessera::audio {
namespace {

TEST(OpusCodec, AToneComesBack) {
  auto encoder = Encoder::create({}).value();
  auto decoder = Decoder::create().value();
  test::Tone tone(1'000);
  std::vector<std::int16_t> heard;
  for (int i = 0; i < 50; ++i) {
    const auto packet = test::opus_packet(encoder, tone.next());
    EXPECT_EQ(packet_samples(packet), tick_samples);
    Frame out;
    ASSERT_EQ(decoder.decode(packet, out).value(), tick_samples);
    if (i >= 10) heard.insert(heard.end(), out.begin(), out.end());
  }
  EXPECT_NEAR(test::tone_db(heard, 1'000), -15.3, 0.5);  // 8000 of 32768
  EXPECT_LT(test::tone_db(heard, 3'000), -60);
}

TEST(OpusCodec, ConcealmentGoesOnWithTheTone) {
  auto encoder = Encoder::create({}).value();
  auto decoder = Decoder::create().value();
  test::Tone tone(440);
  Frame out;
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(decoder.decode(test::opus_packet(encoder, tone.next()), out));
  ASSERT_TRUE(decoder.conceal(out));
  EXPECT_GT(test::tone_db(out, 440), -22);
}

TEST(OpusCodec, FecRebuildsALostPacket) {
  auto encoder = Encoder::create({.bitrate = 24'000, .inband_fec = true, .expected_loss = 25}).value();
  auto decoder = Decoder::create().value();
  test::Tone low(300), high(600);
  Frame out;
  for (int i = 0; i < 30; ++i) ASSERT_TRUE(decoder.decode(test::opus_packet(encoder, low.next()), out));
  // Two packets of another tone of which the first is lost: concealment could only go on with the old one.
  (void)test::opus_packet(encoder, high.next());
  (void)test::opus_packet(encoder, high.next());
  const auto next = test::opus_packet(encoder, high.next());
  ASSERT_EQ(decoder.recover(next, out).value(), tick_samples);
  EXPECT_GT(test::tone_db(out, 600), test::tone_db(out, 300) + 6);
}

TEST(OpusCodec, AnIndependentPacketCanBeDecodedByAnotherDecoder) {
  auto one = Encoder::create({}).value();
  auto other = Encoder::create({}).value();
  auto decoder = Decoder::create().value();
  test::Tone tone(700);
  std::vector<std::int16_t> heard;
  for (int i = 0; i < 60; ++i) {
    const Frame frame = tone.next();
    if (i == 30) other.make_next_independent();
    const auto a = test::opus_packet(one, frame), b = test::opus_packet(other, frame);
    Frame out;
    ASSERT_TRUE(decoder.decode(i < 30 ? a : b, out));
    if (i >= 10) heard.insert(heard.end(), out.begin(), out.end());
  }
  EXPECT_LT(test::largest_step(heard), 8'000 * 2 * 3.1416 * 700 / 48'000 * 1.1);
}

TEST(OpusCodec, RubbishIsAnError) {
  auto decoder = Decoder::create().value();
  const std::vector<std::uint8_t> rubbish{0xff, 0xff, 0xff};
  Frame out;
  EXPECT_EQ(packet_samples({}), 0U);
  EXPECT_FALSE(decoder.decode(rubbish, out).ok());
  EXPECT_FALSE(Encoder::create({.bitrate = 1}).ok());
  EXPECT_FALSE(Encoder::create({.complexity = 11}).ok());
}

}  // namespace
}  // namespace tessera::audio
