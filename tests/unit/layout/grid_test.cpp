#include "layout/grid.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "builders.hpp"

namespace tessera::layout {
namespace {

const Rect canvas{0, 0, 1280, 720};

GridShape shape(int count, const Rect& area = canvas) {
  return grid_shape(Grid{}, area, count);
}

TEST(GridShape, ShowsSixteenByNinePicturesAsLargeAsItCan) {
  EXPECT_EQ(shape(1), (GridShape{1, 1}));
  EXPECT_EQ(shape(2), (GridShape{2, 1}));
  EXPECT_EQ(shape(3), (GridShape{2, 2}));
  EXPECT_EQ(shape(4), (GridShape{2, 2}));
  EXPECT_EQ(shape(5), (GridShape{3, 2}));
  EXPECT_EQ(shape(6), (GridShape{3, 2}));
  EXPECT_EQ(shape(7), (GridShape{3, 3}));
  EXPECT_EQ(shape(9), (GridShape{3, 3}));
  EXPECT_EQ(shape(10), (GridShape{4, 3}));
  EXPECT_EQ(shape(16), (GridShape{4, 4}));
  EXPECT_EQ(shape(25), (GridShape{5, 5}));
  EXPECT_EQ(shape(49), (GridShape{7, 7}));
}

TEST(GridShape, StacksOnAnUprightCanvas) {
  const Rect upright{0, 0, 720, 1280};
  EXPECT_EQ(shape(2, upright), (GridShape{1, 2}));
  EXPECT_EQ(shape(3, upright), (GridShape{1, 3}));
  EXPECT_EQ(shape(8, upright), (GridShape{2, 4}));
}

TEST(GridShape, KeepsWhatTheFileFixes) {
  EXPECT_EQ(grid_shape(Grid{3, 0}, canvas, 7), (GridShape{3, 3}));
  EXPECT_EQ(grid_shape(Grid{3, 0}, canvas, 2), (GridShape{2, 1}));
  EXPECT_EQ(grid_shape(Grid{0, 2}, canvas, 5), (GridShape{3, 2}));
  EXPECT_EQ(grid_shape(Grid{0, 2}, canvas, 1), (GridShape{1, 1}));
  EXPECT_EQ(grid_shape(Grid{1, 5}, canvas, 2), (GridShape{1, 5}));
}

// The figures that people see at the default canvas; without a gap, so that they can be checked by head.
TEST(GridCells, AreTheseAt1280x720) {
  using Cells = std::vector<Rect>;
  const auto cells = [](int count) { return grid_cells(Grid{}, canvas, count, 0); };
  EXPECT_EQ(cells(1), (Cells{{0, 0, 1280, 720}}));
  EXPECT_EQ(cells(2), (Cells{{0, 0, 640, 720}, {640, 0, 640, 720}}));
  EXPECT_EQ(cells(3), (Cells{{0, 0, 640, 360}, {640, 0, 640, 360}, {320, 360, 640, 360}}));
  EXPECT_EQ(cells(4),
            (Cells{{0, 0, 640, 360}, {640, 0, 640, 360}, {0, 360, 640, 360}, {640, 360, 640, 360}}));
  EXPECT_EQ(cells(5), (Cells{{0, 0, 426, 360},
                             {426, 0, 426, 360},
                             {852, 0, 428, 360},
                             {212, 360, 428, 360},
                             {640, 360, 426, 360}}));
  EXPECT_EQ(cells(6), (Cells{{0, 0, 426, 360},
                             {426, 0, 426, 360},
                             {852, 0, 428, 360},
                             {0, 360, 426, 360},
                             {426, 360, 426, 360},
                             {852, 360, 428, 360}}));
  EXPECT_EQ(cells(7), (Cells{{0, 0, 426, 240},
                             {426, 0, 426, 240},
                             {852, 0, 428, 240},
                             {0, 240, 426, 240},
                             {426, 240, 426, 240},
                             {852, 240, 428, 240},
                             {426, 480, 426, 240}}));
  EXPECT_EQ(cells(8), (Cells{{0, 0, 426, 240},
                             {426, 0, 426, 240},
                             {852, 0, 428, 240},
                             {0, 240, 426, 240},
                             {426, 240, 426, 240},
                             {852, 240, 428, 240},
                             {212, 480, 428, 240},
                             {640, 480, 426, 240}}));
  EXPECT_EQ(cells(9), (Cells{{0, 0, 426, 240},
                             {426, 0, 426, 240},
                             {852, 0, 428, 240},
                             {0, 240, 426, 240},
                             {426, 240, 426, 240},
                             {852, 240, 428, 240},
                             {0, 480, 426, 240},
                             {426, 480, 426, 240},
                             {852, 480, 428, 240}}));
}

TEST(GridCells, AreAGapApart) {
  const auto cells = grid_cells(Grid{}, canvas, 4, 8);
  EXPECT_EQ(cells, (std::vector<Rect>{
                       {0, 0, 636, 356}, {644, 0, 636, 356}, {0, 364, 636, 356}, {644, 364, 636, 356}}));
}

TEST(GridCells, OfAFixedGridKeepTheirSizeHoweverFew) {
  const Rect strip{1028, 0, 252, 720};
  const auto centred = grid_cells(Grid{1, 5, Align::center}, strip, 1, 8);
  EXPECT_EQ(centred, (std::vector<Rect>{{1028, 290, 252, 138}}));
  const auto top = grid_cells(Grid{1, 5, Align::start}, strip, 2, 8);
  EXPECT_EQ(top, (std::vector<Rect>{{1028, 0, 252, 136}, {1028, 144, 252, 138}}));
}

TEST(GridCells, AreNoneForNobodyOrNowhere) {
  EXPECT_TRUE(grid_cells(Grid{}, canvas, 0, 8).empty());
  EXPECT_TRUE(grid_cells(Grid{}, canvas, -3, 8).empty());
  EXPECT_TRUE(grid_cells(Grid{}, Rect{0, 0, 2, 720}, 4, 8).empty());
  EXPECT_TRUE(grid_cells(Grid{}, Rect{}, 4, 8).empty());
  EXPECT_EQ(grid_cells(Grid{}, canvas, 1000, 8).size(), 49u);
}

// Thousands of canvases: what must hold whatever the numbers are.
TEST(GridCells, CoverTheAreaWithoutSeamOrOverlap) {
  std::mt19937 random(7);
  const auto pick = [&](int from, int to) { return std::uniform_int_distribution(from, to)(random); };
  for (int round = 0; round < 6000; ++round) {
    const Rect area{2 * pick(0, 300), 2 * pick(0, 300), 2 * pick(32, 2048), 2 * pick(32, 2048)};
    const int count = pick(1, 49);
    Grid grid;
    if (pick(0, 3) == 0) grid.columns = pick(1, 12);
    if (pick(0, 3) == 0) grid.rows = pick(1, 12);
    grid.align = pick(0, 1) ? Align::center : Align::start;
    const int gap = 2 * pick(0, 20);
    const auto cells = grid_cells(grid, area, count, gap);
    const GridShape used = grid_shape(grid, area, static_cast<int>(cells.size()));
    SCOPED_TRACE(fmt::format("{}x{} in {}x{}, {} of {}, gap {}", used.columns, used.rows, area.w, area.h,
                             cells.size(), count, gap));
    ASSERT_EQ(static_cast<int>(cells.size()), std::min(count, grid_capacity(grid, area)));

    int right = 0, bottom = 0, least_w = 1 << 20, most_w = 0, least_h = 1 << 20, most_h = 0;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const Rect& cell = cells[i];
      ASSERT_TRUE(cell.x % 2 == 0 && cell.y % 2 == 0 && cell.w % 2 == 0 && cell.h % 2 == 0);
      ASSERT_TRUE(cell.w >= 2 && cell.h >= 2);
      ASSERT_TRUE(cell.x >= area.x && cell.y >= area.y);
      ASSERT_TRUE(cell.x + cell.w <= area.x + area.w && cell.y + cell.h <= area.y + area.h);
      for (std::size_t j = 0; j < i; ++j) ASSERT_FALSE(test::overlap(cell, cells[j]));
      right = std::max(right, cell.x + cell.w);
      bottom = std::max(bottom, cell.y + cell.h);
      least_w = std::min(least_w, cell.w), most_w = std::max(most_w, cell.w);
      least_h = std::min(least_h, cell.h), most_h = std::max(most_h, cell.h);
      const bool same_row = i > 0 && cells[i - 1].y == cell.y;
      if (same_row) {  // neighbours are one gap apart, never more: no seam
        const int apart = cell.x - (cells[i - 1].x + cells[i - 1].w);
        ASSERT_GE(apart, 0);
        ASSERT_LE(apart, gap);
        if (gap == 0) {
          ASSERT_EQ(apart, 0);
        }
      }
    }
    ASSERT_LE(most_w - least_w, 2);
    ASSERT_LE(most_h - least_h, 2);
    // A row that is full reaches both edges, and so does a grid whose rows are all used.
    if (static_cast<int>(cells.size()) >= used.columns) {
      ASSERT_EQ(cells.front().x, area.x);
      ASSERT_EQ(right, area.x + area.w);
    }
    if (static_cast<int>(cells.size()) > used.columns * (used.rows - 1)) {
      ASSERT_EQ(cells.front().y, area.y);
      ASSERT_EQ(bottom, area.y + area.h);
    }
    if (grid.align == Align::center) {  // the last row is centred, within the rounding to even
      const Rect& last = cells.back();
      const auto first =
          std::find_if(cells.begin(), cells.end(), [&](const Rect& cell) { return cell.y == last.y; });
      const int before = first->x - area.x, after = area.x + area.w - (last.x + last.w);
      ASSERT_LE(std::abs(before - after), 2);
    }
  }
}

}  // namespace
}  // namespace tessera::layout
