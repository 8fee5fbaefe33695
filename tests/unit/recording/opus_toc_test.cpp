#include "recording/opus_toc.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace tessera::recording {
namespace {

std::int64_t samples(std::vector<std::uint8_t> packet) {
  return opus_samples(packet);
}

TEST(OpusToc, LengthFollowsFromConfigurationAndCount) {
  EXPECT_EQ(samples({0 << 3, 0}), 480);                 // SILK 10 ms
  EXPECT_EQ(samples({3 << 3, 0}), 2880);                // SILK 60 ms
  EXPECT_EQ(samples({13 << 3, 0}), 960);                // hybrid 20 ms
  EXPECT_EQ(samples({16 << 3, 0}), 120);                // CELT 2.5 ms
  EXPECT_EQ(samples({31 << 3, 0}), 960);                // CELT 20 ms
  EXPECT_EQ(samples({(31 << 3) | 1, 0}), 1920);         // two of a size
  EXPECT_EQ(samples({(31 << 3) | 2, 0}), 1920);         // two of two sizes
  EXPECT_EQ(samples({(31 << 3) | 3, 0x80 | 3}), 2880);  // a number of them
}

TEST(OpusToc, WhatCannotBeAPacketHasNone) {
  EXPECT_EQ(samples({}), 0);
  EXPECT_EQ(samples({(31 << 3) | 3}), 0);
  EXPECT_EQ(samples({(3 << 3) | 3, 3}), 0);   // 180 ms
  EXPECT_EQ(samples({(31 << 3) | 3, 0}), 0);  // none
}

}  // namespace
}  // namespace tessera::recording
