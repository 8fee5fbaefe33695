#pragma once
// Layouts and people for the tests of this folder, as short as a test wants them.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "layout/solver.hpp"

namespace tessera::layout::test {

inline Layout layout_of(const std::string& text) {
  const auto json = Json::parse(text);
  EXPECT_TRUE(json.ok()) << (json.ok() ? "" : json.error().message);
  if (!json) return {};
  auto layout = Layout::from_json(*json, "test.json");
  EXPECT_TRUE(layout.ok()) << (layout.ok() ? "" : layout.error().message);
  return layout ? std::move(*layout) : Layout{};
}

inline Layout grid_layout(const std::string& gap = "1/90") {
  return layout_of(R"({"name": "grid", "tile": {"gap": ")" + gap + R"("},
                       "templates": [{"grid": {"columns": "auto"}, "show": "others"}]})");
}

inline Person camera(const std::string& id, std::int64_t joined) {
  Person person;
  person.id = id;
  person.joined = joined;
  return person;
}

inline Person screen(const std::string& id, std::int64_t joined) {
  Person person = camera(id, joined);
  person.kind = Kind::screen;
  return person;
}

/// p1 … pn, in the order of joining.
inline Situation crowd(int count) {
  Situation situation;
  for (int i = 1; i <= count; ++i) situation.people.push_back(camera("p" + std::to_string(i), i));
  return situation;
}

inline Person& person(Situation& situation, const std::string& id) {
  for (auto& one : situation.people)
    if (one.id == id) return one;
  ADD_FAILURE() << "no " << id;
  return situation.people.front();
}

/// The ids in the order of the placements.
inline std::vector<std::string> ids(const Solution& solution) {
  std::vector<std::string> result;
  for (const auto& placement : solution.placements) result.push_back(placement.id);
  return result;
}

/// Who is in a region.
inline std::vector<std::string> in_region(const Solution& solution, const std::string& region) {
  std::vector<std::string> result;
  for (const auto& placement : solution.placements)
    if (placement.region == region) result.push_back(placement.id);
  return result;
}

inline bool overlap(const Rect& a, const Rect& b) {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

}  // namespace tessera::layout::test

namespace tessera::layout {
inline void PrintTo(const Rect& rect, std::ostream* out) {
  *out << rect.w << "x" << rect.h << "+" << rect.x << "+" << rect.y;
}
}  // namespace tessera::layout
