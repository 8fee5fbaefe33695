#pragma once
// Rounded corners of a tile that lies over another: what is beneath moves, so it is put into the corners at
// each tick.

#include <array>

#include "media/canvas.hpp"
#include "media/overlay.hpp"

namespace tessera::media {

/// Immutable after making (control thread), so it may be used on any thread.
class CornerCut {
 public:
  static constexpr int corners = 4;

  CornerCut(int width, int height, int radius);

  /// Where a corner is in the tile.
  [[nodiscard]] Rect rect(int corner) const;
  /// Shows `beneath` outside of the rounding; its pixel (x + dx, y + dy) lies under the tile's (x, y). dx, dy
  /// even.
  void reveal(int corner, GstVideoFrame* tile, GstVideoFrame* beneath, int dx, int dy) const;

 private:
  std::array<Overlay, corners> outside_;  ///< opaque outside of the rounding
};

}  // namespace tessera::media
