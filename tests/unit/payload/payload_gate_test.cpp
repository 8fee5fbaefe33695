#include "payload/payload_gate.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "payload/bad_packet_budget.hpp"

namespace tessera::payload {
namespace {

using Bytes = std::vector<std::uint8_t>;

/// A gate and the sequence numbers of its stream.
struct Stream {
  PayloadGate gate;
  std::uint16_t next = 65534;  // every stream of these tests wraps around
  Fault push(const Bytes& payload) { return gate.check(next++, payload); }
  void lose() { ++next; }
};

Fault only(Format format, const Bytes& payload) {
  return Stream{PayloadGate(format)}.push(payload);
}

Bytes descriptor(std::initializer_list<int> head, std::size_t frame_bytes) {
  Bytes bytes(head.begin(), head.end());
  bytes.resize(bytes.size() + frame_bytes, 0xAA);
  return bytes;
}

// --- H.264 (RFC 6184) ---

TEST(H264Gate, LetsThroughWhatSendersSend) {
  Stream stream{PayloadGate(Format::h264)};
  EXPECT_EQ(stream.push({0x67, 0x42, 0xC0, 0x1F}), Fault::none);
  EXPECT_EQ(stream.push({0x78, 0, 2, 0x67, 0x42, 0, 1, 0x68}), Fault::none) << "STAP-A";
  EXPECT_EQ(stream.push({0x7C, 0x85, 1}), Fault::none) << "FU-A start";
  EXPECT_EQ(stream.push({0x7C, 0x05, 2}), Fault::none);
  EXPECT_EQ(stream.push({0x7C, 0x45, 3}), Fault::none) << "end";
  EXPECT_EQ(stream.push({0x0A}), Fault::none) << "end of sequence: a header alone";
  EXPECT_EQ(stream.push({0x7C, 0xC5, 9}), Fault::none) << "a unit that is start and end at once";
}

TEST(H264Gate, RefusesTheFirstSequenceThatCrashesADepayloader) {
  Stream stream{PayloadGate(Format::h264)};
  EXPECT_EQ(stream.push({0x7C, 0x85, 1, 2}), Fault::none);
  EXPECT_EQ(stream.push({0x7C}), Fault::short_fragment);
}

TEST(H264Gate, RefusesTheSecondSequenceThatCrashesADepayloader) {
  Stream stream{PayloadGate(Format::h264)};
  EXPECT_EQ(stream.push({0x7C, 0x85, 1, 2}), Fault::none);
  EXPECT_EQ(stream.push({}), Fault::empty);
  EXPECT_EQ(stream.push({0x7C, 0x05, 1, 2}), Fault::orphan) << "its start is void since the hole";
  EXPECT_EQ(stream.push({0x41, 1, 2}), Fault::none);
}

TEST(H264Gate, RefusesUnitTypesThatNobodyMaySend) {
  for (const unsigned type : {0U, 25U, 26U, 27U, 29U, 30U, 31U})
    for (const unsigned importance : {0U, 0x60U, 0xE0U}) {
      const auto head = static_cast<std::uint8_t>(importance | type);
      EXPECT_EQ(only(Format::h264, {head, 0x85, 1, 2, 3}), Fault::unit_type) << type;
    }
}

TEST(H264Gate, RefusesFragmentsWithoutTheirStart) {
  Stream stream{PayloadGate(Format::h264)};
  EXPECT_EQ(stream.push({0x7C, 0x05, 1}), Fault::orphan);
  EXPECT_EQ(stream.push({0x7C, 0x85, 1}), Fault::none);
  stream.lose();
  EXPECT_EQ(stream.push({0x7C, 0x05, 1}), Fault::orphan) << "a packet in between was lost";
  EXPECT_EQ(stream.push({0x7C, 0x85, 1}), Fault::none);
  EXPECT_EQ(stream.push({0x41, 1}), Fault::none) << "another unit ends the fragments";
  EXPECT_EQ(stream.push({0x7C, 0x45, 1}), Fault::orphan);
  EXPECT_EQ(stream.push({0x7C, 0x85, 1}), Fault::none);
  stream.gate.missed();
  EXPECT_EQ(stream.push({0x7C, 0x45, 1}), Fault::orphan) << "an unreadable packet was dropped";
}

TEST(H264Gate, TakesAnotherStartAsAFreshOne) {
  Stream stream{PayloadGate(Format::h264)};
  EXPECT_EQ(stream.push({0x7C, 0x85, 1}), Fault::none);
  EXPECT_EQ(stream.push({0x7C, 0x81, 1}), Fault::none);
  EXPECT_EQ(stream.push({0x7C, 0x41, 1}), Fault::none);
}

TEST(H264Gate, RefusesFragmentsWithNothingInThem) {
  EXPECT_EQ(only(Format::h264, {0x7C}), Fault::short_fragment);
  EXPECT_EQ(only(Format::h264, {0x7C, 0x85}), Fault::short_fragment);
}

TEST(H264Gate, RefusesUnitsInsideEachOther) {
  EXPECT_EQ(only(Format::h264, {0x7C, 0x98, 1}), Fault::nested) << "an aggregate in a fragment";
  EXPECT_EQ(only(Format::h264, {0x7C, 0x9C, 1}), Fault::nested) << "a fragment in a fragment";
  EXPECT_EQ(only(Format::h264, {0x78, 0, 4, 0x78, 0, 1, 0x67}), Fault::nested);
  EXPECT_EQ(only(Format::h264, {0x78, 0, 3, 0x7C, 0x85, 1}), Fault::nested);
  EXPECT_EQ(only(Format::h264, {0x7C, 0x80, 1}), Fault::unit_type);
  EXPECT_EQ(only(Format::h264, {0x7C, 0x9F, 1}), Fault::unit_type);
  EXPECT_EQ(only(Format::h264, {0x78, 0, 1, 0x7F}), Fault::unit_type);
}

TEST(H264Gate, RefusesAggregatesWhoseSizesDoNotAddUp) {
  EXPECT_EQ(only(Format::h264, {0x78}), Fault::aggregate_sizes);
  EXPECT_EQ(only(Format::h264, {0x78, 0}), Fault::aggregate_sizes);
  EXPECT_EQ(only(Format::h264, {0x78, 0, 0}), Fault::aggregate_sizes);
  EXPECT_EQ(only(Format::h264, {0x78, 0, 3, 0x67, 1}), Fault::aggregate_sizes);
  EXPECT_EQ(only(Format::h264, {0x78, 0, 1, 0x67, 0}), Fault::aggregate_sizes) << "a byte is left";
  EXPECT_EQ(only(Format::h264, {0x78, 0, 1, 0x67, 0xFF, 0xFF, 0x68}), Fault::aggregate_sizes);
}

// --- VP8 (RFC 7741) ---

TEST(Vp8Gate, WantsAByteBehindTheDescriptor) {
  for (const auto& head : std::vector<std::vector<int>>{{0x10},
                                                        {0x90, 0x80, 0x05},
                                                        {0x90, 0x80, 0x85, 0x05},
                                                        {0x90, 0x40, 7},
                                                        {0x90, 0x20, 0x40},
                                                        {0x90, 0x10, 0x05},
                                                        {0x90, 0xF0, 0x81, 2, 3, 4},
                                                        {0x90, 0x00}}) {
    Bytes bytes(head.begin(), head.end());
    EXPECT_EQ(only(Format::vp8, bytes), Fault::descriptor) << bytes.size();
    for (std::size_t kept = 1; kept < bytes.size(); ++kept)
      EXPECT_EQ(only(Format::vp8, Bytes(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(kept))),
                Fault::descriptor)
          << kept << " of " << bytes.size();
    bytes.push_back(1);
    EXPECT_EQ(only(Format::vp8, bytes), Fault::none) << bytes.size();
  }
  EXPECT_EQ(only(Format::vp8, {}), Fault::empty);
}

// --- VP9 (RFC 9628) ---

TEST(Vp9Gate, WantsAByteBehindTheDescriptor) {
  const std::vector<std::vector<int>> heads = {
      {0x08},                                                        // start of a frame, nothing else
      {0x88, 0x05},                                                  // short picture id
      {0x88, 0x85, 0x05},                                            // long one
      {0xA8, 0x05, 0x00, 0x01},                                      // layers, not flexible: with TL0PICIDX
      {0x38, 0x00},                                                  // layers, flexible
      {0x58, 0x02},                                                  // flexible, one reference
      {0x58, 0x03, 0x05, 0x06},                                      // three
      {0x0A, 0x00},                                                  // structure, without sizes
      {0x0A, 0x10, 0x05, 0x00, 0x02, 0xD0},                          // one size
      {0x0A, 0x38, 1, 2, 3, 4, 5, 6, 7, 8, 2, 0x04, 1, 0x08, 1, 2},  // two sizes, a group of two
  };
  for (const auto& head : heads) {
    Bytes bytes(head.begin(), head.end());
    EXPECT_EQ(only(Format::vp9, bytes), Fault::descriptor) << "head " << head[0] << ", " << bytes.size();
    bytes.push_back(1);
    EXPECT_EQ(only(Format::vp9, bytes), Fault::none) << "head " << head[0] << ", " << bytes.size();
  }
  EXPECT_EQ(only(Format::vp9, descriptor({0x58, 0x03, 0x05, 0x07, 0x08}, 10)), Fault::descriptor)
      << "four references";
  EXPECT_EQ(only(Format::vp9, descriptor({0x0A, 0xF8, 1, 2}, 5)), Fault::descriptor) << "eight sizes";
  EXPECT_EQ(only(Format::vp9, {0x0A, 0x08, 255, 0x0C}), Fault::descriptor);
  EXPECT_EQ(only(Format::vp9, {}), Fault::empty);
}

// --- Opus (RFC 6716) ---

TEST(OpusGate, TakesTheFourWaysOfPackingFrames) {
  EXPECT_EQ(only(Format::opus, {0x78}), Fault::none) << "a frame of no bytes: discontinuous transmission";
  EXPECT_EQ(only(Format::opus, descriptor({0x78}, 1275)), Fault::none);
  EXPECT_EQ(only(Format::opus, descriptor({0x79}, 40)), Fault::none);
  EXPECT_EQ(only(Format::opus, descriptor({0x7A, 10}, 25)), Fault::none);
  EXPECT_EQ(only(Format::opus, descriptor({0x7A, 252, 10}, 400)), Fault::none) << "292 and 108";
  EXPECT_EQ(only(Format::opus, descriptor({0x7B, 0x03}, 30)), Fault::none) << "three equal ones";
  EXPECT_EQ(only(Format::opus, descriptor({0x7B, 0x83, 5, 6}, 30)), Fault::none) << "5, 6 and 19";
  EXPECT_EQ(only(Format::opus, descriptor({0x7B, 0x43, 3}, 33)), Fault::none) << "with 3 of padding";
  EXPECT_EQ(only(Format::opus, descriptor({0x7B, 0x41, 255, 1}, 255)), Fault::none) << "255 of padding";
}

TEST(OpusGate, RefusesFramesThatDoNotFit) {
  EXPECT_EQ(only(Format::opus, {}), Fault::empty);
  EXPECT_EQ(only(Format::opus, descriptor({0x78}, 1276)), Fault::opus_frames);
  EXPECT_EQ(only(Format::opus, descriptor({0x79}, 41)), Fault::opus_frames) << "two equal ones of odd size";
  EXPECT_EQ(only(Format::opus, {0x7A}), Fault::opus_frames);
  EXPECT_EQ(only(Format::opus, {0x7A, 5, 1, 2}), Fault::opus_frames);
  EXPECT_EQ(only(Format::opus, {0x7A, 252}), Fault::opus_frames);
  EXPECT_EQ(only(Format::opus, {0x7B}), Fault::opus_frames);
  EXPECT_EQ(only(Format::opus, {0x7B, 0x00, 1}), Fault::opus_frames) << "no frames";
  EXPECT_EQ(only(Format::opus, descriptor({0x7B, 0x07}, 7)), Fault::opus_frames) << "140 ms";
  EXPECT_EQ(only(Format::opus, descriptor({0x7B, 0x03}, 31)), Fault::opus_frames);
  EXPECT_EQ(only(Format::opus, descriptor({0x7B, 0x83, 30, 6}, 30)), Fault::opus_frames);
  EXPECT_EQ(only(Format::opus, descriptor({0x7B, 0x43, 40}, 30)), Fault::opus_frames)
      << "all padding, and more";
  EXPECT_EQ(only(Format::opus, {0x7B, 0x41, 255, 255}), Fault::opus_frames);
}

// --- The budget ---

TEST(BadPacketBudget, ABurstSpendsItAndATrickleDoesNot) {
  using namespace std::chrono_literals;
  BadPacketBudget::Time now{100s};
  BadPacketBudget burst;
  for (int i = 0; i < 30; ++i) EXPECT_FALSE(burst.add(now)) << i;
  EXPECT_TRUE(burst.add(now));
  EXPECT_TRUE(burst.add(now + 1h)) << "there is no way back";

  BadPacketBudget trickle;
  for (int i = 0; i < 3600; ++i) EXPECT_FALSE(trickle.add(now += 1s)) << i;
  BadPacketBudget faster;
  bool spent = false;
  for (int i = 0; i < 120 && !spent; ++i) spent = faster.add(now += 500ms);
  EXPECT_TRUE(spent) << "two a second for a minute";
}

TEST(BadPacketBudget, LossAndPaddingAreNotMalformed) {
  EXPECT_FALSE(is_malformed(Fault::none) || is_malformed(Fault::empty) || is_malformed(Fault::orphan));
  EXPECT_TRUE(is_malformed(Fault::short_fragment) && is_malformed(Fault::opus_frames));
}

}  // namespace
}  // namespace tessera::payload
