// A layout file: what is accepted puts every tile inside the canvas, whoever is there.
// sources: layout/layout_reader.cpp
#include <set>

#include "fuzz.hpp"
#include "layout/choice.hpp"
#include "layout/layout.hpp"
#include "layout/solver.hpp"

namespace {

using namespace tessera::fuzz;
using namespace tessera::layout;

Situation crowd(std::size_t count) {
  Situation situation;
  constexpr const char* roles[] = {"viewer", "speaker", "operator", "admin"};
  for (std::size_t i = 0; i < count; ++i) {
    Person person{.id = fmt::format("p{}", i), .kind = Kind::camera, .role = roles[i % 4]};
    person.kind = static_cast<Kind>(i % 3);
    person.width = i % 5 == 0 ? 0 : i % 5 == 1 ? 360 : 1280;
    person.height = i % 5 == 0 ? 0 : i % 5 == 1 ? 640 : 720;
    person.joined = static_cast<std::int64_t>(i);
    person.last_spoke = static_cast<std::int64_t>(i * 7 % 11);
    person.pinned = i % 6 == 5;
    person.hand = i % 4 == 3;
    situation.people.push_back(std::move(person));
  }
  if (count > 1) situation.floor = "p1";
  return situation;
}

void check(const Solution& solution, int width, int height, const Situation& situation) {
  expect(solution.placements.size() <= static_cast<std::size_t>(situation.max_tiles),
         "there are at most so many tiles");
  expect(solution.overflow >= 0 && static_cast<std::size_t>(solution.overflow) <= situation.people.size(),
         "nobody is missing twice");
  std::set<std::pair<std::string, Kind>> shown;
  for (const auto& tile : solution.placements) {
    const auto& r = tile.rect;
    expect(r.x >= 0 && r.y >= 0 && r.w > 0 && r.h > 0 && r.x + r.w <= width && r.y + r.h <= height,
           "a tile is inside the canvas of {}x{}: {}x{} at {},{}", width, height, r.w, r.h, r.x, r.y);
    expect(r.x % 2 == 0 && r.y % 2 == 0 && r.w % 2 == 0 && r.h % 2 == 0, "a tile has even edges");
    expect(tile.border >= 0 && tile.border % 2 == 0 && tile.border * 2 < std::min(r.w, r.h),
           "a border leaves a picture");
    expect(tile.radius >= 0 && tile.radius * 2 <= std::min(r.w, r.h),
           "a corner is no wider than half of the tile");
    expect(tile.kind == Kind::image || shown.insert({tile.id, tile.kind}).second, "{} is shown once",
           tile.id);
  }
  expect(tessera::layout::Solution(solution) == solution, "a solution equals its copy");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const auto json = tessera::Json::parse(text_of(bytes, size));
  if (!json) return 0;
  const auto layout = Layout::from_json(*json, "x.json");
  if (!layout) {
    expect(layout.error().code == "bad-layout" && !layout.error().message.empty(), "a refusal says why");
    return 0;
  }
  expect(!layout->templates.empty(), "a layout has a template");
  for (const auto& image : layout->images())
    expect(image.find('/') == image.npos && image.front() != '.', "an image is beside its layout: {}", image);
  Solution previous;
  for (const std::size_t count :
       {std::size_t{1}, std::size_t{4}, std::size_t{11}, std::size_t{60}, std::size_t{0}}) {
    Situation situation = crowd(count);
    if (count == 11 && !layout->templates[0].regions.empty())
      situation.assigned[layout->templates[0].regions[0].id] = "p3";
    for (const auto& [width, height] : {std::pair{1280, 720}, {360, 640}, {16, 16}}) {
      const auto solution = solve(*layout, width, height, situation);
      check(solution, width, height, situation);
      expect(solve(*layout, width, height, situation) == solution, "the same people give the same picture");
      if (width == 1280) {
        const auto next = solve(*layout, width, height, situation, &previous);
        check(next, width, height, situation);
        previous = next;
      }
    }
    (void)choose_layout("", layout->rules, Facts::of(situation.people), "grid");
  }
  return 0;
}
