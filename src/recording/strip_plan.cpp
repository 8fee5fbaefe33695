#include "recording/strip_plan.hpp"

#include <algorithm>
#include <array>

namespace tessera::recording {
namespace {

/// Round numbers of seconds, so that the strip's times look as if a person had chosen them.
constexpr std::array<std::int64_t, 11> intervals_s = {1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600};

std::int64_t interval_for(std::int64_t duration_ms) {
  for (const std::int64_t seconds : intervals_s)
    if (duration_ms <= seconds * 1000 * max_strip_cells) return seconds * 1000;
  return (duration_ms + max_strip_cells - 1) / max_strip_cells;
}

}  // namespace

StripPlan plan_strip(std::int64_t duration_ms, int width, int height) {
  StripPlan plan;
  if (duration_ms <= 0 || width <= 0 || height <= 0) return plan;
  const int cell_height = std::clamp(
      static_cast<int>(std::int64_t{strip_cell_width} * height / width / 2 * 2), 2, 4 * strip_cell_width);
  plan.interval_ms = interval_for(duration_ms);
  const auto count = static_cast<int>((duration_ms + plan.interval_ms - 1) / plan.interval_ms);
  for (int i = 0; i < count; ++i)
    plan.cells.push_back({i * plan.interval_ms, std::min((i + 1) * plan.interval_ms, duration_ms),
                          i % strip_columns * strip_cell_width, i / strip_columns * cell_height,
                          strip_cell_width, cell_height});
  plan.width = std::min(count, strip_columns) * strip_cell_width;
  plan.height = (count + strip_columns - 1) / strip_columns * cell_height;
  return plan;
}

}  // namespace tessera::recording
