// From JSON to the model. Everything that is wrong is noted with its path; nothing is guessed.

#include <algorithm>

#include "layout/layout.hpp"
#include "layout/value_reader.hpp"

namespace tessera::layout {
namespace {

constexpr std::size_t max_templates = 32;
constexpr std::size_t max_regions = 64;
constexpr int max_tiles = 49;

void read_border(JsonReader reader, TileStyle& style) {
  style.border = read_length(reader, "width", style.border);
  style.border_color = read_color(reader, "color", style.border_color);
  style.speaking_color = read_color(reader, "speaking", style.speaking_color);
  reader.reject_unknown();
}

void read_label(JsonReader reader, TileStyle& style) {
  style.label = read_label_show(reader, "show", style.label);
  style.label_position = read_label_position(reader, "position", style.label_position);
  reader.reject_unknown();
}

// The part of a style that a region may change: a gap is between tiles, so it belongs to the whole.
TileStyle read_look(JsonReader& reader, TileStyle style) {
  read_fits(reader, "fit", style);
  style.radius = read_length(reader, "radius", style.radius);
  read_border(reader.object("border"), style);
  read_label(reader.object("label"), style);
  return style;
}

TileStyle read_tile(JsonReader reader) {
  TileStyle style = read_look(reader, TileStyle{});
  style.gap = read_length(reader, "gap", style.gap);
  reader.reject_unknown();
  return style;
}

int read_count(JsonReader& reader, std::string_view key) {
  const Json& value = reader.raw(key);
  if (value.is_null() || value == Json("auto")) return 0;
  if (value.is_integer() && value.as_int() >= 1 && value.as_int() <= max_tiles)
    return static_cast<int>(value.as_int());
  reader.fault_at(
      key, fmt::format("expected \"auto\" or an integer from 1 to {}, found {}", max_tiles, shown(value)));
  return 0;
}

Grid read_grid(JsonReader reader) {
  Grid grid;
  grid.columns = read_count(reader, "columns");
  grid.rows = read_count(reader, "rows");
  grid.align =
      reader.choice("align", {"center", "start"}, "center") == "start" ? Align::start : Align::center;
  reader.reject_unknown();
  return grid;
}

Region read_region(JsonReader& reader, const TileStyle& style, std::size_t index) {
  Region region;
  region.id = reader.string("id", fmt::format("region-{}", index + 1));
  if (region.id.empty()) reader.fault_at("id", "is empty");
  for (const auto key : {"x", "y", "w", "h"}) reader.require(key);
  region.x = read_rational(reader, "x");
  region.y = read_rational(reader, "y");
  region.w = read_rational(reader, "w");
  region.h = read_rational(reader, "h");
  const Rational zero, one(1, 1);
  if (reader.has("w") && region.w == zero) reader.fault_at("w", "must be greater than 0");
  if (reader.has("h") && region.h == zero) reader.fault_at("h", "must be greater than 0");
  if (region.x + region.w > one)
    reader.fault(
        fmt::format("x + w is {}: the region leaves the canvas on the right", (region.x + region.w).text()));
  if (region.y + region.h > one)
    reader.fault(
        fmt::format("y + h is {}: the region leaves the canvas below", (region.y + region.h).text()));
  region.show = read_show(reader, "show");
  if (reader.has("grid")) region.grid = read_grid(reader.object("grid"));
  region.style = read_look(reader, style);
  reader.reject_unknown();
  return region;
}

int read_max(JsonReader reader) {
  const auto max = static_cast<int>(reader.integer("max", 0, 1, 1000));
  reader.reject_unknown();
  return max;
}

// A template that is one grid over the whole canvas.
Region whole_canvas(JsonReader& reader, const TileStyle& style) {
  Region region;
  region.id = "grid";
  region.w = region.h = Rational(1, 1);
  region.grid = read_grid(reader.object("grid"));
  region.show = read_show(reader, "show");
  region.style = read_look(reader, style);
  return region;
}

Template read_template(JsonReader& reader, const TileStyle& style) {
  Template result;
  result.max = read_max(reader.object("for"));
  if (reader.has("grid") == reader.has("regions")) {
    reader.fault("expected either \"regions\" or \"grid\"");
    for (const auto key : {"grid", "regions", "show"}) reader.raw(key);
  } else if (reader.has("grid")) {
    result.regions.push_back(whole_canvas(reader, style));
  } else {
    const std::size_t count = reader.each("regions", [&](JsonReader& item) {
      if (result.regions.size() >= max_regions) return;
      Region region = read_region(item, style, result.regions.size());
      const auto same = [&](const Region& other) { return other.id == region.id; };
      if (std::any_of(result.regions.begin(), result.regions.end(), same))
        item.fault_at("id", fmt::format("\"{}\" is taken by an earlier region", region.id));
      result.regions.push_back(std::move(region));
    });
    if (count == 0) reader.fault_at("regions", "holds no region");
    if (count > max_regions)
      reader.fault_at("regions", fmt::format("{} regions; at most {}", count, max_regions));
  }
  reader.reject_unknown();
  return result;
}

void read_templates(JsonReader& reader, Layout& layout) {
  reader.require("templates");
  const std::size_t count = reader.each("templates", [&](JsonReader& item) {
    if (layout.templates.size() >= max_templates) return;
    Template next = read_template(item, layout.tile);
    if (!layout.templates.empty()) {
      const int before = layout.templates.back().max;
      if (before == 0 || (next.max != 0 && next.max <= before))
        item.fault("is never used: the template before it serves as many; order them by for.max");
    }
    layout.templates.push_back(std::move(next));
  });
  if (reader.has("templates") && reader.json()["templates"].is_array() && count == 0)
    reader.fault_at("templates", "holds no template");
  if (count > max_templates)
    reader.fault_at("templates", fmt::format("{} of them; at most {}", count, max_templates));
}

std::optional<bool> optional_boolean(JsonReader& reader, std::string_view key) {
  const bool value = reader.boolean(key, false);
  return reader.has(key) ? std::optional(value) : std::nullopt;
}

std::optional<int> optional_count(JsonReader& reader, std::string_view key) {
  const auto value = static_cast<int>(reader.integer(key, 0, 0, 100000));
  return reader.has(key) ? std::optional(value) : std::nullopt;
}

Condition read_condition(JsonReader reader) {
  Condition condition;
  condition.screen = optional_boolean(reader, "screen");
  condition.portrait = optional_boolean(reader, "portrait");
  condition.pinned = optional_boolean(reader, "pinned");
  condition.role = reader.string("role");
  JsonReader participants = reader.object("participants");
  condition.min_participants = optional_count(participants, "min");
  condition.max_participants = optional_count(participants, "max");
  if (condition.min_participants && condition.max_participants &&
      *condition.min_participants > *condition.max_participants)
    participants.fault("min is greater than max: it never holds");
  participants.reject_unknown();
  reader.reject_unknown();
  if (condition == Condition{})
    reader.fault(
        "says nothing, so the rule would always apply; set screen, portrait, pinned, participants or role");
  return condition;
}

void read_rules(JsonReader& reader, Layout& layout) {
  reader.each("rules", [&](JsonReader& item) {
    Rule rule;
    item.require("when");
    rule.when = read_condition(item.object("when"));
    item.require("use");
    rule.use = item.string("use");
    if (item.has("use") && !is_layout_name(rule.use)) item.fault_at("use", layout_name_rule);
    item.reject_unknown();
    layout.rules.push_back(std::move(rule));
  });
}

void read_background(JsonReader reader, Layout& layout) {
  layout.background = read_color(reader, "color", layout.background);
  layout.background_image = reader.string("image");
  if (!layout.background_image.empty() && !is_plain_file_name(layout.background_image))
    reader.fault_at("image", plain_file_name_rule);
  reader.reject_unknown();
}

}  // namespace

Layout Layout::read(const Json& json, std::vector<JsonFault>& faults) {
  JsonReader reader(json, faults);
  Layout layout;
  if (!json.is_object()) return layout;  // one fault says it
  reader.require("name");
  layout.name = reader.string("name");
  if (reader.has("name") && json["name"].is_string() && !is_layout_name(layout.name))
    reader.fault_at("name", layout_name_rule);
  layout.title = reader.string("title", layout.name);
  read_background(reader.object("background"), layout);
  layout.tile = read_tile(reader.object("tile"));
  read_templates(reader, layout);
  read_rules(reader, layout);
  JsonReader transition = reader.object("transition");
  layout.transition_ms = static_cast<int>(transition.integer("ms", 0, 0, 5000));
  transition.reject_unknown();
  reader.reject_unknown();
  return layout;
}

Result<Layout> Layout::from_json(const Json& json, std::string_view file_for_messages) {
  std::vector<JsonFault> faults;
  Layout layout = read(json, faults);
  if (!faults.empty()) return error("bad-layout", "{}", describe(file_for_messages, faults));
  return layout;
}

std::vector<std::string> Layout::images() const {
  std::vector<std::string> files;
  if (!background_image.empty()) files.push_back(background_image);
  for (const auto& one : templates)
    for (const auto& region : one.regions)
      for (const auto& show : region.show)
        if (show.who == Show::Who::image) files.push_back(show.argument);
  return files;
}

}  // namespace tessera::layout
