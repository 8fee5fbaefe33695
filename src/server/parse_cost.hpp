#pragma once
#include <algorithm>
#include <string_view>

namespace tessera::server {

/// What it costs to make values of JSON text, in bytes of plain text: no more values than this counts can be
/// in it. Marks within strings count as well.
inline double parse_cost(std::string_view text) {
  constexpr double value_cost = 32;
  const auto marks = std::count_if(text.begin(), text.end(),
                                   [](char c) { return c == ',' || c == ':' || c == '[' || c == '{'; });
  return static_cast<double>(text.size()) + value_cost * static_cast<double>(marks);
}

}  // namespace tessera::server
