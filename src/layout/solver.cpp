#include "layout/solver.hpp"

#include <algorithm>

#include "layout/casting.hpp"
#include "layout/grid.hpp"

namespace tessera::layout {
namespace {

std::size_t choose_template(const Layout& layout, std::size_t tiles) {
  for (std::size_t i = 0; i < layout.templates.size(); ++i) {
    const int max = layout.templates[i].max;
    if (max == 0 || tiles <= static_cast<std::size_t>(max)) return i;
  }
  return layout.templates.size() - 1;  // more than the largest is for: it shows whom it can
}

// A region's pixels. Edges inside the canvas give way by half a gap, so that two regions with a common edge
// are one gap apart; edges of the canvas do not.
Rect area_of(const Region& region, int width, int height, int gap) {
  const int before = gap / 4 * 2, after = gap - before;  // both even
  int left = region.x.even_pixels(width), right = (region.x + region.w).even_pixels(width);
  int top = region.y.even_pixels(height), bottom = (region.y + region.h).even_pixels(height);
  if (left > 0) left += after;
  if (top > 0) top += after;
  if (right < width) right -= before;
  if (bottom < height) bottom -= before;
  return {left, top, right - left, bottom - top};
}

int capacity_of(const Region& region, const Rect& area) {
  if (area.w < 4 || area.h < 4) return 0;
  return region.grid ? grid_capacity(*region.grid, area) : 1;
}

// How much of the source `cover` would keep, as a decision: more than half or not.
bool cover_cuts_too_much(const Person& person, const Rect& rect) {
  if (person.width <= 0 || person.height <= 0) return false;
  const double source = static_cast<double>(person.width) / person.height;
  const double tile = static_cast<double>(rect.w) / rect.h;
  return std::min(source, tile) / std::max(source, tile) < 0.5;
}

Fit fit_of(const TileStyle& style, const Person* person, const Rect& rect) {
  if (person && person->kind == Kind::screen) return Fit::contain;  // text at the edge matters
  const bool upright = person && person->height > person->width;
  const Fit fit = !person ? style.image_fit : upright ? style.portrait_fit : style.fit;
  if (fit != Fit::automatic) return fit;
  return person && cover_cuts_too_much(*person, rect) ? Fit::contain : Fit::cover;
}

// The tile that says how many more there are: the last of the others, else the last person's.
void say_overflow(Solution& solution) {
  Placement* on = nullptr;
  for (auto& placement : solution.placements)
    if (placement.kind != Kind::image && (placement.slot >= 0 || !on || on->slot < 0)) on = &placement;
  if (on) on->more = solution.overflow;
}

Placement placement_of(const Region& region, const Show& show, const Seat& seat, const Rect& rect,
                       int shorter_side) {
  Placement placement;
  if (seat.person) {
    placement.id = seat.person->id;
    placement.kind = seat.person->kind;
  } else {
    placement.id = "image:" + show.argument;
    placement.kind = Kind::image;
    placement.image = show.argument;
  }
  placement.region = region.id;
  placement.rect = rect;
  placement.slot = seat.slot;
  placement.fit = fit_of(region.style, seat.person, rect);
  const int least = std::min(rect.w, rect.h);
  placement.border = std::min(region.style.border.even_pixels(shorter_side), least / 8 * 2);
  placement.radius = std::min(region.style.radius.even_pixels(shorter_side), least / 4 * 2);
  placement.border_color = region.style.border_color;
  placement.speaking_color = region.style.speaking_color;
  placement.label = seat.person ? region.style.label : LabelShow::never;
  placement.label_position = region.style.label_position;
  return placement;
}

}  // namespace

Solution solve(const Layout& layout, int width, int height, const Situation& situation,
               const Solution* previous) {
  Solution solution;
  solution.background = layout.background;
  solution.background_image = layout.background_image;
  solution.transition_ms = layout.transition_ms;
  solution.overflow = static_cast<int>(situation.people.size());
  if (layout.templates.empty()) return solution;

  const std::size_t index = choose_template(layout, situation.people.size());
  const Template& scene = layout.templates[index];
  solution.template_index = static_cast<int>(index);
  const int shorter_side = std::min(width, height);
  const int gap = layout.tile.gap.even_pixels(shorter_side);

  std::vector<Rect> areas;
  Capacities capacities;
  for (const auto& region : scene.regions) {
    areas.push_back(area_of(region, width, height, gap));
    capacities.push_back(capacity_of(region, areas.back()));
  }
  const Cast cast_of_scene = cast(scene, capacities, situation, previous);
  solution.overflow = cast_of_scene.overflow;

  for (std::size_t i = 0; i < scene.regions.size(); ++i) {
    const Region& region = scene.regions[i];
    const auto& seats = cast_of_scene.regions[i];
    const int count = static_cast<int>(seats.size());
    const auto cells =
        region.grid ? grid_cells(*region.grid, areas[i], count, gap) : std::vector<Rect>{areas[i]};
    for (std::size_t n = 0; n < seats.size(); ++n) {
      Placement placement = placement_of(region, *cast_of_scene.shows[i], seats[n], cells[n], shorter_side);
      placement.z = static_cast<int>(solution.placements.size());
      solution.placements.push_back(std::move(placement));
    }
  }
  say_overflow(solution);
  return solution;
}

const Placement* Solution::find(std::string_view id, Kind kind) const {
  for (const auto& placement : placements)
    if (placement.id == id && placement.kind == kind) return &placement;
  return nullptr;
}

std::string_view name_of(Kind kind) {
  switch (kind) {
    case Kind::camera:
      return "camera";
    case Kind::screen:
      return "screen";
    case Kind::audio_only:
      return "audio-only";
    case Kind::image:
      return "image";
  }
  return "camera";
}

}  // namespace tessera::layout
