#include <gtest/gtest.h>

#include <vector>

#include "payload/vp8_header.hpp"
#include "payload/vp9_header.hpp"

namespace tessera::payload {
namespace {

using Bytes = std::vector<std::uint8_t>;

/// Writes bits, the highest first.
class Bits {
 public:
  Bits& put(unsigned count, unsigned value) {
    for (; count > 0; --count, ++at_) {
      if (at_ % 8 == 0) bytes.push_back(0);
      if (value >> (count - 1) & 1U) bytes.back() |= static_cast<std::uint8_t>(0x80U >> at_ % 8);
    }
    return *this;
  }
  Bits& size(int width, int height) {
    return put(16, static_cast<unsigned>(width - 1)).put(16, static_cast<unsigned>(height - 1));
  }
  Bytes bytes;

 private:
  std::size_t at_ = 0;
};

Bits head(unsigned profile) {
  Bits bits;
  bits.put(2, 2).put(1, profile & 1U).put(1, profile >> 1U);
  if (profile == 3) bits.put(1, 0);
  return bits.put(1, 0);  // not one that is shown again
}

Bytes key_frame(int width, int height, unsigned profile = 0) {
  Bits bits = head(profile);
  bits.put(1, 0).put(1, 1).put(1, 0).put(24, 0x498342);
  if (profile >= 2) bits.put(1, 0);
  bits.put(3, 2).put(1, 0);
  if (profile & 1U) bits.put(2, 0).put(1, 0);
  return bits.size(width, height).put(8, 0).bytes;
}

Bytes intra_only_frame(int width, int height, unsigned refreshed) {
  Bits bits = head(0);
  bits.put(1, 1).put(1, 0).put(1, 0).put(1, 1).put(2, 0).put(24, 0x498342).put(8, refreshed);
  return bits.size(width, height).put(8, 0).bytes;
}

/// An inter frame that takes the size of its reference number `found` (0…2), or gives one itself (3).
Bytes inter_frame(std::array<unsigned, 3> references, unsigned found, unsigned refreshed, int width = 1,
                  int height = 1) {
  Bits bits = head(0);
  bits.put(1, 1).put(1, 1).put(1, 0).put(2, 0).put(8, refreshed);
  for (const unsigned reference : references) bits.put(3, reference).put(1, 0);
  for (unsigned i = 0; i < found; ++i) bits.put(1, 0);
  if (found < 3)
    bits.put(1, 1);
  else
    bits.size(width, height);
  return bits.put(8, 0).bytes;
}

Bytes superframe(const std::vector<Bytes>& frames) {
  Bytes all;
  const auto marker = static_cast<std::uint8_t>(0xC0U | 1U << 3U | (frames.size() - 1));
  Bytes index{marker};
  for (const auto& frame : frames) {
    all.insert(all.end(), frame.begin(), frame.end());
    index.push_back(static_cast<std::uint8_t>(frame.size()));
    index.push_back(0);
  }
  index.push_back(marker);
  all.insert(all.end(), index.begin(), index.end());
  return all;
}

TEST(Vp9SizeReader, ReadsKeyFramesOfEveryProfile) {
  for (const unsigned profile : {0U, 1U, 2U, 3U}) {
    const auto unit = Vp9SizeReader().read(key_frame(16384, 9, profile));
    ASSERT_TRUE(unit) << profile;
    EXPECT_TRUE(unit->key);
    EXPECT_FALSE(unit->indexed);
    EXPECT_EQ(unit->largest, (PictureSize{16384, 9})) << profile;
    EXPECT_EQ(unit->pixels, 16384u * 9);
  }
}

TEST(Vp9SizeReader, ReadsTheSizeOfFramesThatAreNoKeyFrames) {
  Vp9SizeReader reader;
  EXPECT_FALSE(reader.read(inter_frame({0, 0, 0}, 0, 1))) << "the reference is not known";
  reader.keep(*reader.read(key_frame(640, 360)));
  reader.keep(*reader.read(intra_only_frame(320, 180, 0b100)));
  EXPECT_EQ(reader.read(inter_frame({2, 0, 0}, 0, 1))->largest, (PictureSize{320, 180}));
  EXPECT_EQ(reader.read(inter_frame({2, 1, 0}, 1, 1))->largest, (PictureSize{640, 360}));
  const auto grown = reader.read(inter_frame({2, 1, 0}, 3, 0b10, 65536, 65536));
  ASSERT_TRUE(grown);
  EXPECT_FALSE(grown->key);
  EXPECT_EQ(grown->largest, (PictureSize{65536, 65536}));
  EXPECT_EQ(reader.read(inter_frame({1, 1, 1}, 0, 1))->largest, (PictureSize{640, 360}))
      << "what was not kept changed no reference";
  reader.keep(*grown);
  EXPECT_EQ(reader.read(inter_frame({1, 1, 1}, 0, 1))->largest, (PictureSize{65536, 65536}));
}

TEST(Vp9SizeReader, ReadsFramesThatAreShownAgain) {
  Vp9SizeReader reader;
  const Bytes again = Bits().put(2, 2).put(2, 0).put(1, 1).put(3, 5).bytes;
  EXPECT_FALSE(reader.read(again));
  reader.keep(*reader.read(key_frame(64, 48)));
  EXPECT_EQ(reader.read(again)->largest, (PictureSize{64, 48}));
}

TEST(Vp9SizeReader, ReadsEveryFrameOfASuperframe) {
  const auto unit = Vp9SizeReader().read(superframe({key_frame(64, 48), intra_only_frame(8192, 16, 1)}));
  ASSERT_TRUE(unit);
  EXPECT_TRUE(unit->key && unit->indexed);
  EXPECT_EQ(unit->largest, (PictureSize{8192, 48}));
  EXPECT_EQ(unit->pixels, 64u * 48 + 8192u * 16);
}

TEST(Vp9SizeReader, RefusesWhatItCannotRead) {
  const Vp9SizeReader reader;
  EXPECT_FALSE(reader.read({}));
  EXPECT_FALSE(reader.read(Bytes{0x12, 0x34})) << "no frame marker";
  Bytes frame = key_frame(64, 48);
  frame[1] = 0x48;
  EXPECT_FALSE(reader.read(frame)) << "no sync code";
  const Bytes whole = key_frame(64, 48);
  for (std::size_t kept = 0; kept < 9; ++kept)
    EXPECT_FALSE(reader.read(std::span(whole).first(kept))) << kept;
  EXPECT_FALSE(reader.read(Bytes{0xB8, 0x49, 0x83, 0x42, 0, 0, 0, 0, 0, 0})) << "reserved bit of profile 3";
  Bytes all = superframe({key_frame(64, 48), key_frame(64, 48)});
  all[all.size() - 2] = 9;
  EXPECT_FALSE(reader.read(all)) << "sizes beyond the end";
  all = superframe({key_frame(64, 48)});
  all[all.size() - 4] = 0xC0;
  EXPECT_FALSE(reader.read(all)) << "an index with one marker";
}

TEST(Vp9SingleFrameIndex, IsASuperframeOfOneFrame) {
  for (const std::size_t size : {std::size_t{30}, std::size_t{300}, std::size_t{70'000}}) {
    Bytes frame = key_frame(64, 48);
    frame.resize(size, 0xAA);
    const Bytes index = vp9_single_frame_index(size);
    frame.insert(frame.end(), index.begin(), index.end());
    const auto unit = Vp9SizeReader().read(frame);
    ASSERT_TRUE(unit) << size;
    EXPECT_TRUE(unit->indexed);
    EXPECT_EQ(unit->largest, (PictureSize{64, 48}));
  }
}

TEST(Vp8Header, ReadsKeyFrames) {
  const Bytes frame = {0x10, 2, 0, 0x9D, 0x01, 0x2A, 0x80, 0x42, 0x68, 0x81};
  const auto header = read_vp8_header(frame);
  ASSERT_TRUE(header);
  EXPECT_TRUE(header->key);
  EXPECT_EQ(header->size, (PictureSize{640, 360})) << "without the bits that ask for scaling";
  for (std::size_t kept = 0; kept < frame.size(); ++kept)
    EXPECT_FALSE(read_vp8_header(std::span(frame).first(kept))) << kept;
}

TEST(Vp8Header, KnowsOtherFrames_AndRefusesBrokenOnes) {
  const auto delta = read_vp8_header(Bytes{0x11, 2, 0});
  ASSERT_TRUE(delta);
  EXPECT_FALSE(delta->key);
  EXPECT_FALSE(read_vp8_header(Bytes{0x10, 2, 0, 0x9D, 0x01, 0x2B, 0x80, 2, 0x68, 1})) << "start code";
  EXPECT_FALSE(read_vp8_header(Bytes{0x10, 2, 0, 0x9D, 0x01, 0x2A, 0, 0, 0x68, 1})) << "no width";
}

}  // namespace
}  // namespace tessera::payload
