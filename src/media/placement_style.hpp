#pragma once
#include "layout/solver.hpp"
#include "media/canvas.hpp"

namespace tessera::media {

/// The look that the solver gives a tile, as the canvas takes it.
TileStyle style_of(const layout::Placement& placement);

}  // namespace tessera::media
