#pragma once
// From a layout, a canvas and the people in the room to rectangles. A pure function: no clock, no state, no
// pixels touched; the same input gives the same picture.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "layout/layout.hpp"
#include "layout/rect.hpp"

namespace tessera::layout {

enum class Kind { camera, screen, audio_only, image };

/// One thing to show. Somebody who shares a screen is here twice: same id, another kind.
struct Person {
  std::string id;
  Kind kind = Kind::camera;
  std::string role;
  int width = 0, height = 0;  ///< of the source; 0 when not known yet
  std::int64_t joined = 0;    ///< any number that grows with each join; equal ones keep the order of the list
  std::int64_t last_spoke = 0;  ///< any clock; 0: never
  bool pinned = false;
  bool hand = false;
};

/// A tile on the canvas, all lengths in pixels of the canvas.
struct Placement {
  std::string id;  ///< the participant's; for an image "image:<file>"
  Kind kind = Kind::camera;
  std::string image;   ///< file beside the layout, when kind is image
  std::string region;  ///< id of the region that it is in
  Rect rect;           ///< even, inside the canvas
  int z = 0;           ///< greater ones are on top; placements are in this order
  int slot = -1;  ///< place among the people of `others`, which keeps its holder while both stay; else -1
  Fit fit = Fit::cover;  ///< cover or contain
  int border = 0;        ///< even
  int radius = 0;
  Color border_color = 0;
  Color speaking_color = 0;
  LabelShow label = LabelShow::always;
  LabelPosition label_position = LabelPosition::bottom_left;
  int more = 0;  ///< so many people have no place; said on one tile, the last of `others` where there is one
  bool operator==(const Placement&) const = default;
};

struct Solution {
  std::vector<Placement> placements;
  int overflow = 0;        ///< people and screens for whom there was no place
  int template_index = 0;  ///< which of the layout's templates
  Color background = 0;
  std::string background_image;
  int transition_ms = 0;

  /// The tile of somebody, or null.
  [[nodiscard]] const Placement* find(std::string_view id, Kind kind) const;
  bool operator==(const Solution&) const = default;
};

struct Situation {
  std::vector<Person> people;
  std::string floor;  ///< id of the current speaker (SpeakerPolicy), or empty
  /// Region id → participant id, chosen by the operator; goes before everything the file says. Grids have no
  /// single place to give, so their regions cannot be named.
  std::map<std::string, std::string> assigned;
  int max_tiles = 49;  ///< the canvas has no more tiles than these
};

/// `width` and `height` are even. With `previous`, who was among the others stays in the same slot and a
/// newcomer takes the first free one; without it the slots follow the order of joining.
Solution solve(const Layout& layout, int width, int height, const Situation& situation,
               const Solution* previous = nullptr);

/// "camera", "screen", "audio-only", "image".
std::string_view name_of(Kind kind);

}  // namespace tessera::layout
