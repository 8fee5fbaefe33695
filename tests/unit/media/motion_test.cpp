#include "media/motion.hpp"

#include <gtest/gtest.h>

namespace tessera::media {
namespace {

TEST(Motion, BeginsAndEndsExactly) {
  const Rect from{0, 0, 640, 360}, to{960, 540, 320, 180};
  EXPECT_EQ(between(from, to, 0), from);
  EXPECT_EQ(between(from, to, 1), to);
  EXPECT_EQ(between(from, to, 0.5), (Rect{480, 270, 480, 270}));
  EXPECT_EQ(eased(0, 250), 0);
  EXPECT_EQ(eased(250, 250), 1);
  EXPECT_EQ(eased(900, 250), 1);
  EXPECT_EQ(eased(1, 0), 1);
}

TEST(Motion, GoesOneWay) {
  double before = 0;
  for (int i = 1; i <= 100; ++i) {
    const double now = eased(i, 100);
    EXPECT_GT(now, before);
    before = now;
  }
}

TEST(Motion, StaysEvenAndBetween) {
  const Rect from{10, 20, 300, 200}, to{600, 8, 2, 2};
  for (int i = 0; i <= 50; ++i) {
    const Rect rect = between(from, to, i / 50.0);
    EXPECT_EQ((rect.x | rect.y | rect.w | rect.h) & 1, 0);
    EXPECT_GE(rect.x, 10);
    EXPECT_LE(rect.x + rect.w, 604);
    EXPECT_GE(rect.w, 2);
  }
}

TEST(Motion, NeighboursStayNeighbours) {
  const Rect left{0, 0, 640, 720}, right{640, 0, 640, 720};
  const Rect left_later{0, 0, 1024, 720}, right_later{1024, 0, 256, 720};
  for (int i = 0; i <= 20; ++i) {
    const Rect a = between(left, left_later, i / 20.0), b = between(right, right_later, i / 20.0);
    EXPECT_EQ(a.x + a.w, b.x) << i;
  }
}

}  // namespace
}  // namespace tessera::media
