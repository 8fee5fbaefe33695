#include "room/source_hint.hpp"

#include <gtest/gtest.h>

using tessera::room::PlacedSource;
using tessera::room::source_hints;
using tessera::room::SourceHint;
using tessera::room::within;

TEST(SourceHint, AsksForTheNextSizeAboveTheTile) {
  const auto hints =
      source_hints({{"p1", "camera", {0, 0, 426, 240}}, {"p2", "camera", {0, 0, 640, 350}}}, 30);
  ASSERT_EQ(hints.size(), 2u);
  EXPECT_EQ(hints[0].max_height, 240);
  EXPECT_EQ(hints[1].max_height, 360);
  EXPECT_EQ(hints[1].max_width, 640);
  EXPECT_LT(hints[0].max_bitrate, hints[1].max_bitrate);
}

TEST(SourceHint, AWideTileIsNotStarved) {
  const auto hints = source_hints({{"p1", "camera", {0, 0, 1280, 200}}}, 30);
  EXPECT_GE(hints[0].max_width, 1280);
}

TEST(SourceHint, WhoIsNotShownSendsAThumbnail) {
  const auto hints = source_hints({{"p1", "camera", {}}}, 30);
  EXPECT_EQ(hints[0].max_height, 180);
  EXPECT_LE(hints[0].max_framerate, 5);
}

TEST(SourceHint, AScreenKeepsItsEndpointAndALowerRate) {
  const auto hints = source_hints({{"p1", "screen", {0, 0, 1280, 720}}}, 30);
  EXPECT_EQ(hints[0].endpoint, "screen");
  EXPECT_EQ(hints[0].max_framerate, 15);
}

TEST(SourceHints, FitIntoALimitOfPixels) {
  SourceHint hint;
  hint.max_width = 1920;
  hint.max_height = 1080;
  hint.max_framerate = 30;
  hint.max_bitrate = 4'000'000;
  EXPECT_EQ(within(hint, 1'000'000'000).max_height, 1080) << "it fits already";
  const auto smaller = within(hint, 50'000'000);
  EXPECT_EQ(smaller.max_height, 720);
  EXPECT_EQ(smaller.max_width, 1280);
  EXPECT_EQ(smaller.max_framerate, 30);
  EXPECT_LT(smaller.max_bitrate, 2'000'000);
  const auto least = within(hint, 1'000'000);
  EXPECT_EQ(least.max_height, 180);
  EXPECT_EQ(least.max_framerate, 13);
  EXPECT_GE(within(hint, 1).max_framerate, 1);
}
