#include "layout/value_reader.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.hpp"

namespace tessera::layout {
namespace {

constexpr std::string_view lower = "abcdefghijklmnopqrstuvwxyz0123456789-";
constexpr std::string_view word_characters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";

struct PositionName {
  LabelPosition position;
  std::string_view name;
};
constexpr std::array positions = {PositionName{LabelPosition::top_left, "top-left"},
                                  PositionName{LabelPosition::top_center, "top-center"},
                                  PositionName{LabelPosition::top_right, "top-right"},
                                  PositionName{LabelPosition::bottom_left, "bottom-left"},
                                  PositionName{LabelPosition::bottom_center, "bottom-center"},
                                  PositionName{LabelPosition::bottom_right, "bottom-right"}};

Rational read_between(JsonReader& reader, std::string_view key, Rational fallback, Rational max) {
  const Json& value = reader.raw(key);
  if (value.is_null()) return fallback;
  const auto rational = Rational::from_json(value);
  if (rational && *rational <= max) return *rational;
  reader.fault_at(
      key, fmt::format("expected a fraction of the canvas from 0 to {}, such as \"1/20\", \"0.05\" or 0.05, "
                       "found {}",
                       max.text(), shown(value)));
  return fallback;
}

constexpr std::string_view show_rule =
    "speaker, screen, others, pinned, role:<role>, participant:<id> or image:<file>";

Fit read_fit(JsonReader& reader, std::string_view key, Fit fallback) {
  const std::string word = reader.choice(key, {"cover", "contain", "auto"}, "");
  if (word == "cover") return Fit::cover;
  if (word == "contain") return Fit::contain;
  return word == "auto" ? Fit::automatic : fallback;
}

// The word after "role:" and so on must be one that can exist.
std::string argument_fault(Show::Who who, std::string_view argument) {
  if (who == Show::Who::image) return is_plain_file_name(argument) ? "" : plain_file_name_rule;
  if (argument.empty() || argument.size() > 64 ||
      argument.find_first_not_of(word_characters) != std::string_view::npos)
    return "expected letters, digits, dashes and underscores after the colon, at most 64";
  return "";
}

std::optional<Show> parse_show(const std::string& text, std::string& reason) {
  using Who = Show::Who;
  static const std::vector<std::pair<std::string, Who>> plain = {
      {"speaker", Who::speaker}, {"screen", Who::screen}, {"others", Who::others}, {"pinned", Who::pinned}};
  static const std::vector<std::pair<std::string, Who>> with_argument = {
      {"role", Who::role}, {"participant", Who::participant}, {"image", Who::image}};
  const auto colon = text.find(':');
  const std::string word = text.substr(0, colon);
  const std::string argument = colon == std::string::npos ? "" : text.substr(colon + 1);
  const auto& table = colon == std::string::npos ? plain : with_argument;
  for (const auto& [name, who] : table) {
    if (name != word) continue;
    if (colon != std::string::npos) reason = argument_fault(who, argument);
    return reason.empty() ? std::optional(Show{who, argument}) : std::nullopt;
  }
  std::vector<std::string> known;
  for (const auto& [name, who] : table) known.push_back(name);
  const auto near = nearest(word, known);
  reason = fmt::format("expected {}, found \"{}\"", show_rule, text);
  if (near)
    reason +=
        fmt::format("; did you mean \"{}{}\"?", *near, colon == std::string::npos ? "" : ":" + argument);
  return std::nullopt;
}

}  // namespace

bool is_layout_name(std::string_view name) {
  return !name.empty() && name.size() <= 64 && name.find_first_not_of(lower) == std::string_view::npos;
}

bool is_plain_file_name(std::string_view name) {
  if (name.empty() || name.size() > 128 || name.front() == '.') return false;
  return std::none_of(name.begin(), name.end(),
                      [](unsigned char c) { return c == '/' || c == '\\' || c < 0x20; });
}

std::string shown(const Json& value) {
  return shortened(value.dump(), 60);
}

Rational read_rational(JsonReader& reader, std::string_view key) {
  return read_between(reader, key, Rational(), Rational(1, 1));
}

Rational read_length(JsonReader& reader, std::string_view key, Rational fallback) {
  return read_between(reader, key, fallback, Rational(1, 10));
}

Color read_color(JsonReader& reader, std::string_view key, Color fallback) {
  const Json& value = reader.raw(key);
  if (value.is_null()) return fallback;
  const std::string text = value.as_string();
  Color color = 0;
  if (text.size() == 7 && text.front() == '#') {
    const auto [end, failure] = std::from_chars(text.data() + 1, text.data() + 7, color, 16);
    if (failure == std::errc{} && end == text.data() + 7) return color;
  }
  reader.fault_at(key, fmt::format("expected a colour such as \"#10151c\", found {}", shown(value)));
  return fallback;
}

void read_fits(JsonReader& reader, std::string_view key, TileStyle& style) {
  if (reader.json()[key].is_object()) {
    JsonReader kinds = reader.object(key);
    style.fit = read_fit(kinds, "camera", style.fit);
    style.portrait_fit = read_fit(kinds, "portrait", kinds.has("camera") ? style.fit : style.portrait_fit);
    style.image_fit = read_fit(kinds, "image", style.image_fit);
    return kinds.reject_unknown();
  }
  const bool given = reader.has(key);
  const Fit fit = read_fit(reader, key, style.fit);
  if (given) style.fit = style.portrait_fit = style.image_fit = fit;
}

LabelShow read_label_show(JsonReader& reader, std::string_view key, LabelShow fallback) {
  const std::string word = reader.choice(key, {"always", "speaking", "never"}, "");
  if (word == "always") return LabelShow::always;
  if (word == "speaking") return LabelShow::speaking;
  return word == "never" ? LabelShow::never : fallback;
}

LabelPosition read_label_position(JsonReader& reader, std::string_view key, LabelPosition fallback) {
  const std::string word = reader.choice(
      key, {"top-left", "top-center", "top-right", "bottom-left", "bottom-center", "bottom-right"}, "");
  for (const auto& entry : positions)
    if (entry.name == word) return entry.position;
  return fallback;
}

std::vector<Show> read_show(JsonReader& reader, std::string_view key) {
  const Json& value = reader.raw(key);
  std::vector<Show> alternatives;
  const auto one = [&](const Json& item, const std::string& where) {
    std::string reason = fmt::format("expected {}, found {}", show_rule, shown(item));
    if (item.is_string()) {
      reason.clear();
      if (auto show = parse_show(item.as_string(), reason)) return alternatives.push_back(std::move(*show));
    }
    reader.fault_at(where, std::move(reason));
  };
  if (value.is_null()) {
    reader.require(key);
  } else if (!value.is_array()) {
    one(value, std::string(key));
  } else {
    if (value.items().empty() || value.items().size() > max_alternatives)
      reader.fault_at(key, fmt::format("expected 1 to {} alternatives, found {}", max_alternatives,
                                       value.items().size()));
    for (std::size_t i = 0; i < std::min(value.items().size(), max_alternatives); ++i)
      one(value.items()[i], fmt::format("{}[{}]", key, i));
  }
  return alternatives;
}

std::string_view name_of(LabelPosition position) {
  for (const auto& entry : positions)
    if (entry.position == position) return entry.name;
  return "bottom-left";
}

}  // namespace tessera::layout
