#include "layout/grid.hpp"

#include <algorithm>
#include <cstdint>

namespace tessera::layout {
namespace {

constexpr int least_side = 4;
constexpr int most_cells = 49;

int divided_up(int a, int b) {
  return (a + b - 1) / b;
}
int most_along(int pixels) {
  return std::clamp(pixels / least_side, 0, most_cells);
}
int even(int pixels) {
  return pixels / 2 * 2;
}

// Area of a 16:9 picture in a cell, times a constant, as numerator over columns × rows: exact, so ties are
// ties.
struct Score {
  std::int64_t shown;  ///< the lesser of the cell's limits by width and by height
  std::int64_t cells;
};
Score score_of(const Rect& area, GridShape shape) {
  return {std::min(std::int64_t{9} * area.w * shape.rows, std::int64_t{16} * area.h * shape.columns),
          std::int64_t{shape.columns} * shape.rows};
}

bool better(const Rect& area, GridShape a, GridShape b) {
  const Score left = score_of(area, a), right = score_of(area, b);
  if (left.shown * right.cells != right.shown * left.cells)
    return left.shown * right.cells > right.shown * left.cells;
  if (left.cells != right.cells) return left.cells < right.cells;
  return a.columns > b.columns;
}

// One direction of the grid: cells of pitch (length + gap) / of, from half-pitch offset `half`.
struct Axis {
  int origin, length, of, gap;
  [[nodiscard]] int edge(int halves) const {
    return even(static_cast<int>(std::int64_t{halves} * (length + gap) / (2 * of)));
  }
  void place(int index, int half_offset, int& at, int& size) const {
    const int start = edge(2 * index + half_offset);
    at = origin + start;
    size = edge(2 * (index + 1) + half_offset) - start - gap;
  }
};

}  // namespace

int grid_capacity(const Grid& grid, const Rect& area) {
  const int columns = grid.columns ? std::min(grid.columns, most_along(area.w)) : most_along(area.w);
  const int rows = grid.rows ? std::min(grid.rows, most_along(area.h)) : most_along(area.h);
  return std::min(columns * rows, most_cells);
}

GridShape grid_shape(const Grid& grid, const Rect& area, int count) {
  count = std::clamp(count, 1, std::max(1, grid_capacity(grid, area)));
  const int most_columns = std::max(1, most_along(area.w));
  const int most_rows = std::max(1, most_along(area.h));
  if (grid.columns && grid.rows)
    return {std::min(grid.columns, most_columns), std::min(grid.rows, most_rows)};
  if (grid.columns) {
    const int columns = std::min({grid.columns, most_columns, count});
    return {columns, divided_up(count, columns)};
  }
  if (grid.rows) {
    const int columns = divided_up(count, std::min({grid.rows, most_rows, count}));
    return {columns, divided_up(count, columns)};
  }
  GridShape best{0, 0};
  for (int columns = 1; columns <= std::min(count, most_columns); ++columns) {
    const GridShape shape{columns, divided_up(count, columns)};
    if (shape.rows > most_rows) continue;
    if (best.columns == 0 || better(area, shape, best)) best = shape;
  }
  return best;
}

std::vector<Rect> grid_cells(const Grid& grid, const Rect& area, int count, int gap) {
  std::vector<Rect> cells;
  count = std::min(count, grid_capacity(grid, area));
  if (count <= 0) return cells;
  const GridShape shape = grid_shape(grid, area, count);
  // A gap never takes more than a quarter of a cell.
  gap = std::min({gap, even(area.w / (4 * shape.columns)), even(area.h / (4 * shape.rows))});
  const Axis across{area.x, area.w, shape.columns, gap};
  const Axis down{area.y, area.h, shape.rows, gap};
  const int used_rows = divided_up(count, shape.columns);
  const int down_offset = grid.align == Align::center ? shape.rows - used_rows : 0;
  for (int i = 0; i < count; ++i) {
    const int row = i / shape.columns;
    const int in_row = std::min(shape.columns, count - row * shape.columns);
    const int across_offset = grid.align == Align::center ? shape.columns - in_row : 0;
    Rect cell;
    across.place(i % shape.columns, across_offset, cell.x, cell.w);
    down.place(row, down_offset, cell.y, cell.h);
    cells.push_back(cell);
  }
  return cells;
}

}  // namespace tessera::layout
