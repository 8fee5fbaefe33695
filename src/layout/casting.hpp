#pragma once
// Who is shown in which region: the half of the solver that knows people and not pixels.

#include <vector>

#include "layout/solver.hpp"

namespace tessera::layout {

/// How many each region of a template can take, in the order of the regions.
using Capacities = std::vector<int>;

struct Seat {
  const Person* person = nullptr;  ///< null: an image
  int slot = -1;                   ///< see Placement::slot
};

struct Cast {
  std::vector<std::vector<Seat>> regions;  ///< per region, in the order of its cells
  std::vector<const Show*> shows;          ///< per region: the alternative that was used, or null when empty
  int overflow = 0;
};

Cast cast(const Template& scene, const Capacities& capacities, const Situation& situation,
          const Solution* previous);

}  // namespace tessera::layout
