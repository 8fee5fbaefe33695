#pragma once
// Single values of a layout file: each notes what was expected and what was found.

#include <string>
#include <string_view>
#include <vector>

#include "base/json_reader.hpp"
#include "layout/layout.hpp"

namespace tessera::layout {

inline constexpr const char* layout_name_rule = "expected lower-case letters, digits and dashes, at most 64";
bool is_layout_name(std::string_view name);

/// A file beside the layout: no directories, nothing hidden.
inline constexpr const char* plain_file_name_rule =
    "expected the name of a file beside the layout, without a path";
bool is_plain_file_name(std::string_view name);

/// A value as a message shows it: its JSON, shortened.
std::string shown(const Json& value);

/// 0 to 1; a fault gives 0.
Rational read_rational(JsonReader& reader, std::string_view key);
/// A gap, radius or border: 0 to 1/10.
Rational read_length(JsonReader& reader, std::string_view key, Rational fallback);
Color read_color(JsonReader& reader, std::string_view key, Color fallback);
/// One fit for every source, or an object with one per kind of source.
void read_fits(JsonReader& reader, std::string_view key, TileStyle& style);
LabelShow read_label_show(JsonReader& reader, std::string_view key, LabelShow fallback);
LabelPosition read_label_position(JsonReader& reader, std::string_view key, LabelPosition fallback);
/// A string, or an array of strings that are tried in order. Required.
std::vector<Show> read_show(JsonReader& reader, std::string_view key);

}  // namespace tessera::layout
