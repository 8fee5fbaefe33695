// Random layouts, canvases and rooms: what must hold for every one of them.

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "builders.hpp"

namespace tessera::layout {
namespace {

class Dice {
 public:
  explicit Dice(unsigned seed) : random_(seed) {}
  int pick(int from, int to) { return std::uniform_int_distribution(from, to)(random_); }
  bool one_in(int n) { return pick(1, n) == 1; }
  auto& source() { return random_; }

 private:
  std::mt19937 random_;
};

Show any_show(Dice& dice) {
  using Who = Show::Who;
  switch (dice.pick(0, 8)) {
    case 0:
      return {Who::participant, "p" + std::to_string(dice.pick(1, 30))};
    case 1:
      return {Who::pinned, ""};
    case 2:
      return {Who::screen, ""};
    case 3:
      return {Who::role, "host"};
    case 4:
      return {Who::image, "x.png"};
    case 5:
      return {Who::speaker, ""};
    default:
      return {Who::others, ""};
  }
}

Grid any_grid(Dice& dice) {
  return {dice.one_in(2) ? 0 : dice.pick(1, 8), dice.one_in(2) ? 0 : dice.pick(1, 8),
          dice.one_in(2) ? Align::center : Align::start};
}

Layout any_layout(Dice& dice) {
  Layout layout;
  layout.tile.gap = Rational(dice.pick(0, 10), 100);
  layout.tile.border = Rational(dice.pick(0, 10), 100);
  layout.tile.radius = Rational(dice.pick(0, 10), 100);
  layout.tile.fit = static_cast<Fit>(dice.pick(0, 2));
  int max = 0;
  for (int t = dice.pick(1, 3); t > 0; --t) {
    Template scene;
    scene.max = t == 1 ? 0 : (max += dice.pick(1, 10));
    for (int r = dice.pick(1, 8); r > 0; --r) {
      Region region;
      region.id = "r" + std::to_string(r);
      const int n = dice.pick(1, 1000);
      const int x = dice.pick(0, n - 1), y = dice.pick(0, n - 1);
      region.x = Rational(x, n), region.w = Rational(dice.pick(1, n - x), n);
      region.y = Rational(y, n), region.h = Rational(dice.pick(1, n - y), n);
      for (int s = dice.pick(1, 3); s > 0; --s) region.show.push_back(any_show(dice));
      if (dice.one_in(2)) region.grid = any_grid(dice);
      region.style = layout.tile;
      scene.regions.push_back(region);
    }
    layout.templates.push_back(scene);
  }
  return layout;
}

Situation any_situation(Dice& dice) {
  Situation situation = test::crowd(dice.pick(0, 60));
  for (auto& person : situation.people) {
    person.kind = dice.one_in(5) ? Kind::audio_only : Kind::camera;
    person.role = dice.one_in(6) ? "host" : "speaker";
    person.pinned = dice.one_in(10);
    person.hand = dice.one_in(10);
    person.last_spoke = dice.one_in(2) ? dice.pick(1, 1000) : 0;
    person.width = dice.pick(0, 2000), person.height = dice.pick(0, 2000);
  }
  for (int i = dice.one_in(3) ? dice.pick(1, 3) : 0; i > 0; --i)
    situation.people.push_back(test::screen("p" + std::to_string(i), 100 + i));
  std::shuffle(situation.people.begin(), situation.people.end(), dice.source());
  if (dice.one_in(2)) situation.floor = "p" + std::to_string(dice.pick(1, 40));
  if (dice.one_in(4)) situation.assigned["r1"] = "p" + std::to_string(dice.pick(1, 40));
  situation.max_tiles = dice.pick(1, 49);
  return situation;
}

void expect_sound(const Layout& layout, const Situation& situation, int width, int height,
                  const Solution& solution) {
  std::set<std::pair<std::string, Kind>> shown;
  int people = 0;
  for (std::size_t i = 0; i < solution.placements.size(); ++i) {
    const Placement& placement = solution.placements[i];
    const Rect& rect = placement.rect;
    ASSERT_TRUE(rect.x % 2 == 0 && rect.y % 2 == 0 && rect.w % 2 == 0 && rect.h % 2 == 0);
    ASSERT_TRUE(rect.w >= 2 && rect.h >= 2 && rect.x >= 0 && rect.y >= 0);
    ASSERT_TRUE(rect.x + rect.w <= width && rect.y + rect.h <= height);
    ASSERT_EQ(placement.z, static_cast<int>(i));
    ASSERT_TRUE(placement.border % 2 == 0 && placement.border >= 0 &&
                4 * placement.border <= std::min(rect.w, rect.h));
    ASSERT_TRUE(placement.radius >= 0 && 2 * placement.radius <= std::min(rect.w, rect.h));
    ASSERT_NE(placement.fit, Fit::automatic);
    if (placement.kind == Kind::screen) {
      ASSERT_EQ(placement.fit, Fit::contain);
    }
    if (placement.kind == Kind::image) continue;
    ++people;
    ASSERT_TRUE(shown.insert({placement.id, placement.kind}).second) << placement.id << " is there twice";
  }
  ASSERT_EQ(people + solution.overflow, static_cast<int>(situation.people.size())) << "placed or counted";
  ASSERT_LE(static_cast<int>(solution.placements.size()), situation.max_tiles);
  const auto& regions = layout.templates[static_cast<std::size_t>(solution.template_index)].regions;
  for (const auto& region : regions) {  // tiles of one region never overlap
    std::vector<Rect> mine;
    for (const auto& placement : solution.placements)
      if (placement.region == region.id) mine.push_back(placement.rect);
    for (std::size_t a = 0; a < mine.size(); ++a)
      for (std::size_t b = 0; b < a; ++b) ASSERT_FALSE(test::overlap(mine[a], mine[b]));
  }
}

TEST(SolverProperty, EverySolutionIsSound) {
  Dice dice(42);
  for (int round = 0; round < 4000; ++round) {
    SCOPED_TRACE(round);
    const Layout layout = any_layout(dice);
    const int width = 2 * dice.pick(32, 2048), height = 2 * dice.pick(32, 2048);
    Situation situation = any_situation(dice);
    const Solution first = solve(layout, width, height, situation);
    ASSERT_NO_FATAL_FAILURE(expect_sound(layout, situation, width, height, first));
    ASSERT_EQ(first, solve(layout, width, height, situation)) << "the same input gives the same picture";
    ASSERT_EQ(test::ids(first), test::ids(solve(layout, width, height, situation, &first)))
        << "nothing changed";
    // A solution of any other room is a bad hint, and no more than that.
    const Solution other = solve(layout, height, width, any_situation(dice));
    ASSERT_NO_FATAL_FAILURE(
        expect_sound(layout, situation, width, height, solve(layout, width, height, situation, &other)));
  }
}

TEST(SolverProperty, AGridHoldsEverybodyWithoutOverlapOrSeam) {
  Dice dice(3);
  for (int round = 0; round < 3000; ++round) {
    const int width = 2 * dice.pick(100, 2048), height = 2 * dice.pick(100, 2048), count = dice.pick(1, 49);
    SCOPED_TRACE(fmt::format("{} on {}x{}", count, width, height));
    const Solution solution = solve(test::grid_layout("0"), width, height, test::crowd(count));
    ASSERT_EQ(static_cast<int>(solution.placements.size()), count);
    ASSERT_EQ(solution.overflow, 0);
    long long area = 0;
    int last_row = 0, full = 0, tallest = 0;
    for (const auto& placement : solution.placements) {
      area += 1LL * placement.rect.w * placement.rect.h;
      last_row = std::max(last_row, placement.rect.y);
      tallest = std::max(tallest, placement.rect.h);
    }
    for (const auto& placement : solution.placements) full += placement.rect.y < last_row;
    // All rows but the last are covered to the pixel, and the last is one row high.
    ASSERT_GE(area, 1LL * width * last_row);
    ASSERT_LE(area, 1LL * width * height);
    ASSERT_LE(height - last_row, tallest);
    ASSERT_LT(full, count);
  }
}

// Joins and leaves at random: nobody moves to another slot who need not.
TEST(SolverProperty, JoinsAndLeavesMoveNobodyWhoNeedNotMove) {
  Dice dice(11);
  const Layout layout = test::grid_layout();
  Situation situation;
  situation.max_tiles = 25;
  Solution before = solve(layout, 1280, 720, situation);
  for (int step = 1; step <= 4000; ++step) {
    const bool joins = situation.people.empty() || (situation.people.size() < 40 && dice.one_in(2));
    if (joins) {
      situation.people.push_back(test::camera("p" + std::to_string(step), step));
    } else {
      situation.people.erase(situation.people.begin() +
                             dice.pick(0, static_cast<int>(situation.people.size()) - 1));
    }
    const Solution after = solve(layout, 1280, 720, situation, &before);
    int moved = 0;
    for (const auto& placement : after.placements) {
      const Placement* old = before.find(placement.id, placement.kind);
      moved += old && old->slot != placement.slot;
      if (old && after.placements.size() == before.placements.size() && old->slot == placement.slot) {
        ASSERT_EQ(old->rect, placement.rect);
      }
    }
    ASSERT_LE(moved, joins ? 0 : 1) << "step " << step;
    ASSERT_EQ(after.placements.size(), std::min<std::size_t>(25, situation.people.size()));
    before = after;
  }
}

}  // namespace
}  // namespace tessera::layout
