#pragma once
// Cells of a grid in even pixels, without a seam: neighbours share an edge, or are `gap` apart.

#include <vector>

#include "layout/layout.hpp"
#include "layout/rect.hpp"

namespace tessera::layout {

struct GridShape {
  int columns = 1;
  int rows = 1;
  bool operator==(const GridShape&) const = default;
};

/// How many cells fit into the area at all: 4×4 pixels is the least, 49 the most.
int grid_capacity(const Grid& grid, const Rect& area);

/// The columns and rows for `count` tiles. Where the file leaves them open, those in which a 16:9 picture
/// shows largest; on a tie fewer empty cells, then more columns (an upright tile keeps a face whole, a flat
/// one does not).
GridShape grid_shape(const Grid& grid, const Rect& area, int count);

/// `count` cells from the top left, row by row, equal in size within 2 pixels. What does not fill the grid is
/// centred or starts at the left and top, as `align` says. `gap` is even, and narrowed where cells are small.
std::vector<Rect> grid_cells(const Grid& grid, const Rect& area, int count, int gap);

}  // namespace tessera::layout
