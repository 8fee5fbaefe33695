#pragma once
// The border of a tile and its rounded corners. Nothing on the canvas is transparent (that would cost ten
// times as much), so what lies outside a corner is drawn into the tile as what is behind it.

#include <array>

#include "media/backdrop.hpp"
#include "media/color.hpp"
#include "media/overlay.hpp"

namespace tessera::media {

/// Immutable after making (control thread), so it may be drawn on any thread.
class TileFrame {
 public:
  struct Shape {
    int width = 0, height = 0;  ///< of the tile
    int radius = 0;             ///< outer
    int border = 0;
    std::uint32_t color = 0;
    bool cut = false;  ///< the corners are cut out later (CornerCut): the border goes on into them
  };
  TileFrame() = default;
  /// `x`, `y`: where the tile lies on the canvas, for what is behind it.
  TileFrame(const Shape& shape, const BackdropPicture& behind, int x, int y);

  void draw(GstVideoFrame* frame) const;

 private:
  int border_ = 0;
  Yuv color_;
  std::array<Overlay, 4> corners_;
};

}  // namespace tessera::media
