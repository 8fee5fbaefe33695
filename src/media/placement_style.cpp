#include "media/placement_style.hpp"

namespace tessera::media {

TileStyle style_of(const layout::Placement& placement) {
  TileStyle style;
  style.fit = placement.fit == layout::Fit::contain ? Fit::contain : Fit::cover;
  style.border = placement.border;
  style.radius = placement.radius;
  style.border_color = placement.border_color;
  style.speaking_color = placement.speaking_color;
  style.label = placement.label;
  style.label_position = placement.label_position;
  style.more = placement.more;
  return style;
}

}  // namespace tessera::media
