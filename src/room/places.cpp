#include "room/places.hpp"

#include <algorithm>

namespace tessera::room {
namespace {

/// Whether one more fits beside `others` of the same sort and `operators` of them.
bool fits(bool viewer, bool operates, int others, int operators, const PlaceLimits& limits) {
  if (viewer) return others < limits.viewers + (operates ? limits.reserved : 0);
  // At least one place is for everybody.
  const int reserved = std::min(limits.reserved, limits.participants - 1);
  const int kept = operates ? 0 : std::max(0, reserved - operators);
  return others < limits.participants - kept;
}

}  // namespace

PlaceVerdict place_for(bool viewer, bool operates, const std::vector<TakenPlace>& taken,
                       const PlaceLimits& limits) {
  int others = 0, operators = 0;
  for (const auto& place : taken) {
    if (place.viewer != viewer) continue;
    ++others;
    if (place.operates) ++operators;
  }
  if (fits(viewer, operates, others, operators, limits)) return {true, {}};
  // Whoever has waited longest goes first, and operators last.
  const TakenPlace* first = nullptr;
  for (const auto& place : taken) {
    if (place.viewer != viewer || !place.waiting || *place.waiting < limits.patience) continue;
    if (!fits(viewer, operates, others - 1, operators - (place.operates ? 1 : 0), limits)) continue;
    if (!first || (first->operates && !place.operates) ||
        (first->operates == place.operates && *place.waiting > *first->waiting))
      first = &place;
  }
  if (!first) return {};
  return {true, first->id};
}

int usual_reserve(int participants) {
  return std::min(2, participants / 4);
}

}  // namespace tessera::room
