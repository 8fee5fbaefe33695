#include "media/fit.hpp"

#include <gtest/gtest.h>

namespace tessera::media {
namespace {

TEST(Fit, SameShape_TakesEverything) {
  EXPECT_EQ(plan_fit({640, 360}, 320, 180, Fit::cover), (FitPlan{{0, 0, 640, 360}, {0, 0, 320, 180}}));
  EXPECT_EQ(plan_fit({640, 360}, 320, 180, Fit::contain), (FitPlan{{0, 0, 640, 360}, {0, 0, 320, 180}}));
}

TEST(Fit, CoverOfAWiderSource_CutsItsSides) {
  EXPECT_EQ(plan_fit({640, 360}, 360, 360, Fit::cover), (FitPlan{{140, 0, 360, 360}, {0, 0, 360, 360}}));
}

TEST(Fit, CoverOfATallerSource_CutsTopAndBottom) {
  EXPECT_EQ(plan_fit({360, 640}, 320, 180, Fit::cover), (FitPlan{{0, 218, 360, 202}, {0, 0, 320, 180}}));
}

TEST(Fit, Contain_LeavesBarsAndCutsNothing) {
  EXPECT_EQ(plan_fit({640, 480}, 640, 360, Fit::contain), (FitPlan{{0, 0, 640, 480}, {80, 0, 480, 360}}));
  EXPECT_EQ(plan_fit({1280, 360}, 640, 360, Fit::contain), (FitPlan{{0, 0, 1280, 360}, {0, 90, 640, 180}}));
}

TEST(Fit, PixelsThatAreNotSquare_CountWithTheirShape) {
  // 352×288 at 12:11 is shown as 384×288, which is 4:3.
  EXPECT_EQ(plan_fit({352, 288, 12, 11}, 400, 300, Fit::contain).dest, (Rect{0, 0, 400, 300}));
}

TEST(Fit, EverySize_StaysInsideAndOnTheChromaGrid) {
  for (int w = 1; w < 70; w += 3)
    for (int h = 1; h < 70; h += 5)
      for (int tw = 2; tw < 60; tw += 6)
        for (const Fit fit : {Fit::cover, Fit::contain}) {
          const FitPlan plan = plan_fit({w, h}, tw, 34, fit);
          EXPECT_GE(plan.source.w, 1);
          EXPECT_GE(plan.source.h, 1);
          EXPECT_LE(plan.source.x + plan.source.w, w) << w << "×" << h << " in " << tw;
          EXPECT_LE(plan.source.y + plan.source.h, h) << w << "×" << h << " in " << tw;
          EXPECT_LE(plan.dest.x + plan.dest.w, tw);
          EXPECT_LE(plan.dest.y + plan.dest.h, 34);
          EXPECT_GE(plan.dest.w, 2);
          EXPECT_EQ(
              (plan.source.x | plan.source.y | plan.dest.x | plan.dest.y | plan.dest.w | plan.dest.h) & 1, 0);
        }
}

TEST(Fit, OffsetsAcross_ArePairsOfChroma) {
  for (int tw = 8; tw < 200; tw += 2)
    for (const Fit fit : {Fit::cover, Fit::contain}) {
      const FitPlan plan = plan_fit({640, 360}, tw, 90, fit);
      EXPECT_EQ((plan.source.x | plan.dest.x) & 3, 0) << tw;
    }
}

TEST(Fit, EvenRectangle_ShrinksToTheGrid) {
  EXPECT_EQ(even({3, 5, 101, 77}), (Rect{2, 4, 100, 76}));
  EXPECT_EQ(even({0, 0, 1, 1}), (Rect{0, 0, 2, 2}));
  EXPECT_EQ(even({4, 4, 0, 10}), (Rect{}));
}

}  // namespace
}  // namespace tessera::media
