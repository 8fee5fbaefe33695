#pragma once
// How many thumbnails a recording gets, of which moments, and where they lie in the strip. Pure.

#include <cstdint>
#include <vector>

#include "recording/webvtt.hpp"

namespace tessera::recording {

inline constexpr int strip_cell_width = 160;  ///< pixels
inline constexpr int strip_columns = 10;
inline constexpr int max_strip_cells = 120;

struct StripPlan {
  int width = 0, height = 0;  ///< of the image, pixels, even
  std::int64_t interval_ms = 0;
  std::vector<StripCell> cells;

  /// The moment that a cell shows: the middle of its time.
  [[nodiscard]] std::int64_t moment_of(const StripCell& cell) const {
    return (cell.from_ms + cell.to_ms) / 2;
  }
};

/// For a picture of `width` × `height`. A short recording gets a thumbnail each second or two, a long one at
/// most max_strip_cells. Empty when nothing lasts.
StripPlan plan_strip(std::int64_t duration_ms, int width, int height);

}  // namespace tessera::recording
