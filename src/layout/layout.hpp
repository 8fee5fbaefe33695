#pragma once
// The model of a layout file (docs/layouts.md): what an operator wrote, checked, still free of pixels.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/json_reader.hpp"
#include "base/result.hpp"
#include "layout/rational.hpp"

namespace tessera::layout {

using Color = std::uint32_t;  ///< 0xRRGGBB

/// `automatic`: cover, unless that would cut away more than half of the picture.
enum class Fit { cover, contain, automatic };
/// When the name stands on a tile. The badges of who is muted or has a hand up are always there.
enum class LabelShow { always, speaking, never };
enum class LabelPosition { top_left, top_center, top_right, bottom_left, bottom_center, bottom_right };
enum class Align { center, start };

/// How tiles look. Lengths are fractions of the canvas's shorter side.
struct TileStyle {
  Fit fit = Fit::cover;           ///< of cameras; a shared screen is always contained
  Fit portrait_fit = Fit::cover;  ///< of cameras that are higher than wide
  Fit image_fit = Fit::cover;     ///< of the layout's own images
  Rational gap;
  Rational radius;
  Rational border;
  Color border_color = 0x2b3440;
  Color speaking_color = 0x35c46a;
  LabelShow label = LabelShow::always;
  LabelPosition label_position = LabelPosition::bottom_left;
  bool operator==(const TileStyle&) const = default;
};

/// Whose picture goes into a region.
struct Show {
  /// In the order in which regions are served: the specific before the general.
  enum class Who { participant, pinned, screen, role, speaker, others, image };
  Who who = Who::others;
  std::string argument;  ///< the role, the participant's id or the image's file name
  bool operator==(const Show&) const = default;
};

/// Cells of equal size. Zero columns or rows: as many as give the largest tiles. With both fixed a cell keeps
/// its size however few there are.
struct Grid {
  int columns = 0;
  int rows = 0;
  Align align = Align::center;  ///< where what does not fill the grid goes
  bool operator==(const Grid&) const = default;
};

inline constexpr std::size_t max_alternatives = 8;

struct Region {
  std::string id;
  Rational x, y, w, h;
  std::vector<Show> show;    ///< alternatives: the first that somebody answers to; at most max_alternatives
  std::optional<Grid> grid;  ///< room for many; without it, for one
  TileStyle style;
  bool operator==(const Region&) const = default;
};

struct Template {
  int max = 0;  ///< serves up to so many tiles; 0: any number
  std::vector<Region> regions;
  bool operator==(const Template&) const = default;
};

/// All that is set must hold.
struct Condition {
  std::optional<bool> screen{};    ///< is a screen shared?
  std::optional<bool> portrait{};  ///< does anybody send an upright picture?
  std::optional<bool> pinned{};    ///< is anybody pinned?
  std::optional<int> min_participants{}, max_participants{};
  std::string role{};  ///< somebody with this role is here
  bool operator==(const Condition&) const = default;
};

struct Rule {
  Condition when;
  std::string use;  ///< name of a layout
  bool operator==(const Rule&) const = default;
};

struct Layout {
  std::string name;
  std::string title;
  Color background = 0x10151c;
  std::string background_image;  ///< file name beside the layout, or empty
  TileStyle tile;
  std::vector<Template> templates;  ///< smallest first, at least one
  std::vector<Rule> rules;
  int transition_ms = 0;
  bool operator==(const Layout&) const = default;

  /// Error "bad-layout": every fault as "file: path: reason", one a line.
  static Result<Layout> from_json(const Json& json, std::string_view file_for_messages = "layout");
  /// The same for who collects faults of several files.
  static Layout read(const Json& json, std::vector<JsonFault>& faults);
  /// Every image that the layout names.
  [[nodiscard]] std::vector<std::string> images() const;
};

std::string_view name_of(LabelPosition position);

}  // namespace tessera::layout
