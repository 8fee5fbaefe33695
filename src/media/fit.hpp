#pragma once
// How a source fills a tile: pure arithmetic.

#include "media/canvas.hpp"

namespace tessera::media {

/// `source` is the part of the source to take, `dest` the part of the tile (0, 0, w, h) it fills.
struct FitPlan {
  Rect source;
  Rect dest;
  bool operator==(const FitPlan&) const = default;
};

/// Shape of a source: pixels and the shape of one pixel.
struct SourceShape {
  int width = 0, height = 0;
  int par_n = 1, par_d = 1;
};

/// cover: the tile is filled and the source cropped around its centre; contain: the whole source is seen,
/// centred. Offsets are even (chroma of 4:2:0), those across multiples of 4; sizes are even wherever
/// something was cut off. Sizes below 1 are taken as 1.
FitPlan plan_fit(SourceShape source, int tile_width, int tile_height, Fit fit);

/// The nearest rectangle that 4:2:0 can hold: even offsets and sizes, at least 2×2 (empty stays empty).
Rect even(Rect rect);

}  // namespace tessera::media
