#pragma once
// Where tiles are on their way from one place to another: pure arithmetic of an animated switch.

#include <chrono>

#include "media/canvas.hpp"

namespace tessera::media {

/// How far along the way somebody is who has `elapsed` of `duration` behind them, from 0 to 1: slow, fast,
/// slow.
double eased(double elapsed, double duration);

/// The rectangle between two at `share` of the way, even and at least 2×2; exactly `from` at 0 and `to` at 1.
Rect between(const Rect& from, const Rect& to, double share);

/// What a tile that comes grows from, and one that goes shrinks to: 2×2 in the middle.
Rect speck_in(const Rect& rect);

}  // namespace tessera::media
