#include "recording/strip_plan.hpp"

#include <gtest/gtest.h>

namespace tessera::recording {
namespace {

TEST(StripPlanTest, CellsCoverTheWholeTimeAndStayInTheImage) {
  for (const std::int64_t duration : {1LL, 999LL, 1000LL, 60'001LL, 1'800'000LL, 10'800'000LL, 400'000'000LL})
    for (const auto& [width, height] :
         {std::pair(1280, 720), std::pair(720, 1280), std::pair(640, 480), std::pair(2, 2000)}) {
      const StripPlan plan = plan_strip(duration, width, height);
      ASSERT_FALSE(plan.cells.empty());
      EXPECT_LE(plan.cells.size(), static_cast<std::size_t>(max_strip_cells));
      EXPECT_EQ(plan.cells.front().from_ms, 0);
      EXPECT_EQ(plan.cells.back().to_ms, duration);
      for (std::size_t i = 0; i < plan.cells.size(); ++i) {
        const StripCell& cell = plan.cells[i];
        if (i > 0) {
          EXPECT_EQ(cell.from_ms, plan.cells[i - 1].to_ms);
        }
        EXPECT_LT(cell.from_ms, cell.to_ms);
        EXPECT_LE(cell.x + cell.width, plan.width);
        EXPECT_LE(cell.y + cell.height, plan.height);
        EXPECT_EQ(cell.x % 2 + cell.y % 2 + cell.width % 2 + cell.height % 2, 0);
        EXPECT_LT(plan.moment_of(cell), duration);
      }
      EXPECT_LE(plan.height, 65'000) << "no JPEG is taller";
    }
}

TEST(StripPlanTest, AShortOneHasAThumbnailEachSecond) {
  const StripPlan plan = plan_strip(12'500, 1280, 720);
  EXPECT_EQ(plan.cells.size(), 13u);
  EXPECT_EQ(plan.width, 10 * strip_cell_width);
  EXPECT_EQ(plan.height, 2 * 90);
}

TEST(StripPlanTest, NothingGivesNothing) {
  EXPECT_TRUE(plan_strip(0, 1280, 720).cells.empty());
  EXPECT_TRUE(plan_strip(1000, 0, 720).cells.empty());
}

}  // namespace
}  // namespace tessera::recording
