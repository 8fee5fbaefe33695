#pragma once
// What stands on a tile in words and signs: the name, the badges, the count of those who are not shown.
// Control thread, as all drawing of text (drawing.hpp).

#include <string>

#include "layout/layout.hpp"
#include "media/overlay.hpp"

namespace tessera::media {

struct LabelText {
  std::string name;  ///< empty: badges alone
  bool muted = false, hand = false;
  bool operator==(const LabelText&) const = default;
};

/// The plate with badges and name. Empty when there is nothing to say or the tile is too small for it.
/// `inset`: pixels to keep free at the edges (border and rounding).
Overlay draw_label(const LabelText& text, layout::LabelPosition position, int tile_width, int tile_height,
                   int inset);

/// "+12" in an upper corner: the right one, unless the label has it.
Overlay draw_more(int count, layout::LabelPosition label, int tile_width, int tile_height, int inset);

}  // namespace tessera::media
