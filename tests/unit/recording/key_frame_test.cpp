#include "recording/key_frame.hpp"

#include <gtest/gtest.h>

#include <random>

namespace tessera::recording {
namespace {

using Bytes = std::vector<std::uint8_t>;

// The first bytes of key frames that libvpx and x264 made, 320×180.
const Bytes vp8 = {0x10, 0x34, 0x00, 0x9d, 0x01, 0x2a, 0x40, 0x01, 0xb4, 0x00, 0x02, 0x07};
const Bytes vp9 = {0x82, 0x49, 0x83, 0x42, 0x00, 0x13, 0xf0, 0x0b, 0x36, 0x00, 0x38, 0x24};
const Bytes sps = {0x67, 0x42, 0xc0, 0x0d, 0xda, 0x05, 0x06, 0x7e, 0x7c, 0x04, 0x40, 0x00,
                   0x00, 0x03, 0x00, 0x40, 0x00, 0x00, 0x0f, 0x03, 0xc5, 0x0a, 0xa8};
const Bytes pps = {0x68, 0xce, 0x3c, 0x80};

Bytes joined(std::initializer_list<Bytes> parts) {
  Bytes all;
  for (const auto& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

TEST(KeyFrame, SizeOfVp8) {
  const auto format = read_key_frame(gst::Codec::vp8, vp8);
  ASSERT_TRUE(format);
  EXPECT_EQ(format->width, 320);
  EXPECT_EQ(format->height, 180);
  EXPECT_TRUE(format->setup.empty());
}

TEST(KeyFrame, Vp8DeltaFrameIsNone) {
  Bytes delta = vp8;
  delta[0] |= 1;
  EXPECT_FALSE(read_key_frame(gst::Codec::vp8, delta));
}

TEST(KeyFrame, SizeOfVp9) {
  const auto format = read_key_frame(gst::Codec::vp9, vp9);
  ASSERT_TRUE(format);
  EXPECT_EQ(format->width, 320);
  EXPECT_EQ(format->height, 180);
}

TEST(KeyFrame, SizeAndParameterSetsOfH264) {
  const Bytes code{0, 0, 0, 1}, short_code{0, 0, 1}, idr{0x65, 0x88, 0x84, 0x00, 0x10};
  const auto format = read_key_frame(
      gst::Codec::h264, joined({code, {0x09, 0x10}, code, sps, short_code, pps, short_code, idr}));
  ASSERT_TRUE(format);
  EXPECT_EQ(format->width, 320);
  EXPECT_EQ(format->height, 180);
  EXPECT_EQ(format->setup, joined({code, sps, code, pps}));
}

TEST(KeyFrame, H264WithoutParameterSetsCannotBegin) {
  EXPECT_FALSE(read_key_frame(gst::Codec::h264, joined({{0, 0, 0, 1}, {0x65, 0x88, 0x84, 0x00, 0x10}})));
  EXPECT_FALSE(read_key_frame(gst::Codec::h264, joined({{0, 0, 0, 1}, sps})));
}

TEST(KeyFrame, CutShortAnywhereItIsNoneOrTheSame) {
  for (std::size_t length = 0; length < vp8.size(); ++length)
    EXPECT_EQ(read_key_frame(gst::Codec::vp8, std::span(vp8).first(length)).has_value(), length >= 10)
        << length;
  for (std::size_t length = 0; length < 8; ++length)
    EXPECT_FALSE(read_key_frame(gst::Codec::vp9, std::span(vp9).first(length))) << length;
}

TEST(KeyFrame, ReadsAnything) {
  std::mt19937 random(3);
  for (int round = 0; round < 3000; ++round) {
    Bytes bytes(random() % 64);
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
    if (bytes.size() > 8 && round % 2) std::copy_n(joined({{0, 0, 0, 1}, sps}).begin(), 8, bytes.begin());
    for (const auto codec : {gst::Codec::vp8, gst::Codec::vp9, gst::Codec::h264}) {
      const auto format = read_key_frame(codec, bytes);
      if (format) {
        EXPECT_GE(format->width, 1);
      }
    }
  }
}

TEST(ShownEarlier, TheFirstSliceTells) {
  // first_mb_in_slice 0 is "1"; slice_type 0 (P) is "1", 1 (B) "010", 2 (I) "011", 6 (B) "00111".
  const std::vector<std::uint8_t> delimiter{0, 0, 0, 1, 9, 0xf0}, p{0, 0, 1, 0x41, 0xe0, 1},
      b{0, 0, 1, 0x01, 0xa0, 1}, b6{0, 0, 1, 0x01, 0x9c, 1}, i{0, 0, 1, 0x41, 0xb0, 1},
      idr{0, 0, 1, 0x65, 0xa0, 1};
  const auto joined = [](std::vector<std::uint8_t> first, const std::vector<std::uint8_t>& then) {
    first.insert(first.end(), then.begin(), then.end());
    return first;
  };
  using gst::Codec;
  EXPECT_TRUE(is_shown_earlier(Codec::h264, b));
  EXPECT_TRUE(is_shown_earlier(Codec::h264, b6));
  EXPECT_TRUE(is_shown_earlier(Codec::h264, joined(delimiter, b)));
  EXPECT_FALSE(is_shown_earlier(Codec::h264, p));
  EXPECT_FALSE(is_shown_earlier(Codec::h264, i));
  EXPECT_FALSE(is_shown_earlier(Codec::h264, idr));
  EXPECT_FALSE(is_shown_earlier(Codec::h264, joined(p, b)));
  EXPECT_FALSE(is_shown_earlier(Codec::vp8, b));
  EXPECT_FALSE(is_shown_earlier(Codec::h264, {}));
  // Behind lengths of four bytes.
  const std::vector<std::uint8_t> avcc{1, 100, 0, 31, 0xff, 0xe0, 0};
  const std::vector<std::uint8_t> lengths{0, 0, 0, 2, 9, 0xf0, 0, 0, 0, 3, 1, 0xa0, 1};
  EXPECT_TRUE(is_shown_earlier(Codec::h264, lengths, avcc));
  EXPECT_FALSE(
      is_shown_earlier(Codec::h264, std::vector<std::uint8_t>{0xff, 0xff, 0xff, 0xff, 1, 0xa0}, avcc));
}

}  // namespace
}  // namespace tessera::recording
