#include "layout/solver.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "builders.hpp"

namespace tessera::layout {
namespace {

using namespace test;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

Layout speaker_layout() {
  return layout_of(
      R"({"name": "speaker", "tile": {"gap": "1/90", "border": {"width": "1/360"}, "radius": "1/90"},
    "templates": [
      {"for": {"max": 1}, "regions": [{"id": "main", "x": 0, "y": 0, "w": 1, "h": 1, "show": "speaker"}]},
      {"regions": [{"id": "main", "x": 0, "y": 0, "w": "4/5", "h": 1, "show": "speaker"},
                   {"id": "strip", "x": "4/5", "y": 0, "w": "1/5", "h": 1, "show": "others",
                    "grid": {"columns": 1, "rows": 5}}]}]})");
}

Layout regions(const std::string& list) {
  return layout_of(R"({"name": "r", "templates": [{"regions": [)" + list + "]}]}");
}
std::string region(const std::string& id, const std::string& show, const std::string& more = "") {
  return R"({"id": ")" + id + R"(", "x": 0, "y": 0, "w": "1/2", "h": "1/2", "show": )" + show + more + "}";
}

Solution solved(const Layout& layout, const Situation& situation, const Solution* previous = nullptr) {
  return solve(layout, 1280, 720, situation, previous);
}

TEST(Solver, PlacesNobodyOnAnEmptyCanvas) {
  const Solution solution = solved(grid_layout(), Situation{});
  EXPECT_THAT(solution.placements, IsEmpty());
  EXPECT_EQ(solution.overflow, 0);
  EXPECT_EQ(solution.background, 0x10151cu);
}

TEST(Solver, ShowsPeopleInTheOrderOfJoiningWhateverTheOrderOfTheList) {
  Situation situation = crowd(5);
  std::reverse(situation.people.begin(), situation.people.end());
  EXPECT_THAT(ids(solved(grid_layout(), situation)), ElementsAre("p1", "p2", "p3", "p4", "p5"));
}

TEST(Solver, ChoosesTheSmallestTemplateThatHoldsEverybody) {
  const Layout layout = speaker_layout();
  EXPECT_EQ(solved(layout, crowd(1)).template_index, 0);
  EXPECT_EQ(solved(layout, crowd(2)).template_index, 1);
  EXPECT_EQ(solved(layout, crowd(20)).template_index, 1);
}

TEST(Solver, GivesTheFloorTheMainRegionAndTheOthersTheStrip) {
  Situation situation = crowd(4);
  situation.floor = "p3";
  const Solution solution = solved(speaker_layout(), situation);
  EXPECT_THAT(in_region(solution, "main"), ElementsAre("p3"));
  EXPECT_THAT(in_region(solution, "strip"), ElementsAre("p1", "p2", "p4"));
  EXPECT_EQ(solution.find("p3", Kind::camera)->rect, (Rect{0, 0, 1020, 720}));
  EXPECT_EQ(solution.find("p1", Kind::camera)->rect.x, 1028);
  EXPECT_EQ(solution.find("p1", Kind::camera)->rect.w, 252);
}

TEST(Solver, WithoutAFloorShowsWhoSpokeLastElseWhoCameFirst) {
  Situation situation = crowd(3);
  EXPECT_THAT(in_region(solved(speaker_layout(), situation), "main"), ElementsAre("p1"));
  person(situation, "p2").last_spoke = 50;
  EXPECT_THAT(in_region(solved(speaker_layout(), situation), "main"), ElementsAre("p2"));
  situation.floor = "gone";
  EXPECT_THAT(in_region(solved(speaker_layout(), situation), "main"), ElementsAre("p2"));
}

TEST(Solver, LeavesOutTheLeastRecentlySpeakingAndCountsThem) {
  Situation situation = crowd(8);
  situation.floor = "p1";
  for (const auto* id : {"p4", "p7", "p8"}) person(situation, id).last_spoke = 10;
  person(situation, "p2").hand = true;
  const Solution solution = solved(speaker_layout(), situation);
  EXPECT_THAT(in_region(solution, "strip"), ElementsAre("p2", "p3", "p4", "p7", "p8"));
  EXPECT_EQ(solution.overflow, 2);
}

TEST(Solver, PrefersPicturesToVoicesWhenSpaceIsShort) {
  Situation situation = crowd(7);
  situation.floor = "p1";
  person(situation, "p2").kind = Kind::audio_only;
  EXPECT_THAT(in_region(solved(speaker_layout(), situation), "strip"),
              ElementsAre("p3", "p4", "p5", "p6", "p7"));
}

TEST(Solver, PinnedPeopleTakeTheMainRegionWhenNoRegionIsForThem) {
  Situation situation = crowd(3);
  situation.floor = "p1";
  person(situation, "p3").pinned = true;
  EXPECT_THAT(in_region(solved(speaker_layout(), situation), "main"), ElementsAre("p3"));
  const Layout with_place = regions(region("a", "\"speaker\"") + "," + region("b", "\"pinned\""));
  const Solution solution = solved(with_place, situation);
  EXPECT_THAT(in_region(solution, "a"), ElementsAre("p1"));
  EXPECT_THAT(in_region(solution, "b"), ElementsAre("p3"));
}

TEST(Solver, AScreenWithoutARegionIsTheFirstTileAndNeverCropped) {
  Situation situation = crowd(3);
  situation.people.push_back(screen("p2", 99));
  const Solution solution = solved(grid_layout(), situation);
  EXPECT_THAT(ids(solution), ElementsAre("p2", "p1", "p2", "p3"));
  EXPECT_EQ(solution.placements[0].kind, Kind::screen);
  EXPECT_EQ(solution.placements[0].fit, Fit::contain);
  EXPECT_EQ(solution.placements[1].fit, Fit::cover);
}

TEST(Solver, AScreenTakesTheSpeakersPlaceWhereThereIsNoOther) {
  Situation situation = crowd(2);
  situation.people.push_back(screen("p2", 99));
  const Solution solution = solved(regions(region("a", "\"speaker\"")), situation);
  ASSERT_EQ(solution.placements.size(), 1u);
  EXPECT_EQ(solution.placements[0].kind, Kind::screen);
  EXPECT_EQ(solution.overflow, 2);
}

TEST(Solver, AlternativesAreTriedInTheirOrder) {
  const Layout layout = regions(region("main", R"(["screen", "role:host", "speaker"])") + "," +
                                region("rest", "\"others\"", R"(, "grid": {"columns": 3, "rows": 3})"));
  Situation situation = crowd(3);
  situation.floor = "p1";
  EXPECT_THAT(in_region(solved(layout, situation), "main"), ElementsAre("p1"));
  person(situation, "p2").role = "host";
  EXPECT_THAT(in_region(solved(layout, situation), "main"), ElementsAre("p2"));
  situation.people.push_back(screen("p3", 7));
  const Solution solution = solved(layout, situation);
  EXPECT_EQ(solution.placements[0].kind, Kind::screen);
  EXPECT_THAT(in_region(solution, "rest"), ElementsAre("p1", "p2", "p3"));
}

TEST(Solver, TheSpecificIsServedBeforeTheGeneral) {
  const Layout layout = regions(region("a", "\"speaker\"") + "," + region("b", "\"participant:p1\""));
  Situation situation = crowd(2);
  situation.floor = "p1";
  const Solution solution = solved(layout, situation);
  EXPECT_THAT(in_region(solution, "a"), ElementsAre("p2"));
  EXPECT_THAT(in_region(solution, "b"), ElementsAre("p1"));
}

TEST(Solver, TheOperatorsAssignmentGoesBeforeTheFile) {
  Situation situation = crowd(4);
  situation.floor = "p1";
  situation.assigned = {{"main", "p4"}, {"strip", "p2"}, {"nowhere", "p1"}};
  const Solution solution = solved(speaker_layout(), situation);
  EXPECT_THAT(in_region(solution, "main"), ElementsAre("p4"));
  EXPECT_THAT(in_region(solution, "strip"), ElementsAre("p1", "p2", "p3"));  // a grid cannot be assigned
  situation.assigned = {{"main", "gone"}};
  EXPECT_THAT(in_region(solved(speaker_layout(), situation), "main"), ElementsAre("p1"));
}

TEST(Solver, ImagesAreShownAndAreNobody) {
  const Layout layout = regions(region("bg", "\"speaker\"") + "," + region("logo", "\"image:logo.png\""));
  const Solution solution = solved(layout, crowd(1));
  EXPECT_THAT(ids(solution), ElementsAre("p1", "image:logo.png"));
  EXPECT_EQ(solution.placements[1].image, "logo.png");
  EXPECT_EQ(solution.placements[1].kind, Kind::image);
  EXPECT_EQ(solution.placements[1].label, LabelShow::never);
  EXPECT_EQ(solution.overflow, 0);
}

TEST(Solver, LaterRegionsAreOnTop) {
  const Layout layout = regions(region("under", "\"speaker\"") + "," + region("over", "\"others\""));
  const Solution solution = solved(layout, crowd(2));
  ASSERT_EQ(solution.placements.size(), 2u);
  EXPECT_LT(solution.placements[0].z, solution.placements[1].z);
  EXPECT_EQ(solution.placements[1].region, "over");
}

TEST(Solver, StyleIsGivenInPixelsOfTheCanvas) {
  const Solution solution = solved(speaker_layout(), crowd(2));
  EXPECT_EQ(solution.placements[0].border, 2);
  EXPECT_EQ(solution.placements[0].radius, 8);
  const Solution large = solve(speaker_layout(), 3840, 2160, crowd(2));
  EXPECT_EQ(large.placements[0].border, 6);
  EXPECT_EQ(large.placements[0].radius, 24);
}

TEST(Solver, AutomaticFitKeepsAnUprightPictureWhole) {
  const Layout layout = regions(region("a", "\"speaker\"", R"(, "fit": "auto")"));
  Situation situation = crowd(1);
  EXPECT_EQ(solved(layout, situation).placements[0].fit, Fit::cover);  // not known yet
  situation.people[0].width = 640, situation.people[0].height = 480;
  EXPECT_EQ(solved(layout, situation).placements[0].fit, Fit::cover);
  situation.people[0].width = 720, situation.people[0].height = 1280;
  EXPECT_EQ(solved(layout, situation).placements[0].fit, Fit::contain);
}

TEST(Solver, FitIsPerKindOfSource) {
  const Layout layout = test::layout_of(R"({"name": "a",
    "tile": {"fit": {"camera": "cover", "portrait": "contain", "image": "contain"}},
    "templates": [{"regions": [
      {"x": 0, "y": 0, "w": "1/2", "h": 1, "show": "participant:p1"},
      {"x": "1/2", "y": 0, "w": "1/4", "h": 1, "show": "participant:p2"},
      {"x": "3/4", "y": 0, "w": "1/4", "h": 1, "show": "image:x.png"}]}]})");
  Situation situation = test::crowd(2);
  situation.people[0].width = 1280, situation.people[0].height = 720;
  situation.people[1].width = 720, situation.people[1].height = 1280;
  const Solution solution = solve(layout, 1280, 720, situation);
  ASSERT_EQ(solution.placements.size(), 3u);
  EXPECT_EQ(solution.placements[0].fit, Fit::cover);
  EXPECT_EQ(solution.placements[1].fit, Fit::contain);
  EXPECT_EQ(solution.placements[2].fit, Fit::contain);
}

TEST(Solver, SaysHowManyMoreThereAreOnOneTile) {
  Situation situation = test::crowd(12);
  situation.max_tiles = 9;
  const Solution grid = solve(test::grid_layout(), 1280, 720, situation);
  for (std::size_t i = 0; i < grid.placements.size(); ++i)
    EXPECT_EQ(grid.placements[i].more, i == 8 ? 3 : 0) << i;
  const Layout single = test::layout_of(
      R"({"name": "a", "templates": [{"regions": [{"x": 0, "y": 0, "w": 1, "h": 1, "show": "speaker"}]}]})");
  EXPECT_EQ(solve(single, 1280, 720, test::crowd(3)).placements[0].more, 2);
  EXPECT_EQ(solve(single, 1280, 720, test::crowd(1)).placements[0].more, 0);
}

TEST(Solver, NeverPlacesMoreThanTheCanvasHasTiles) {
  Situation situation = crowd(30);
  situation.max_tiles = 9;
  const Solution solution = solved(grid_layout(), situation);
  EXPECT_EQ(solution.placements.size(), 9u);
  EXPECT_EQ(solution.overflow, 21);
}

// ---- stability

TEST(SolverStability, WhoLeavesIsReplacedInPlaceAndNobodyElseMoves) {
  const Layout layout = grid_layout();
  Situation situation = crowd(9);
  const Solution before = solved(layout, situation);
  situation.people.erase(situation.people.begin() + 1);  // p2
  situation.people.push_back(camera("p10", 10));
  const Solution after = solved(layout, situation, &before);
  EXPECT_THAT(ids(after), ElementsAre("p1", "p10", "p3", "p4", "p5", "p6", "p7", "p8", "p9"));
}

TEST(SolverStability, AfterALeaveOnlyTheLastMovesUp) {
  const Layout layout = grid_layout();
  Situation situation = crowd(9);
  const Solution before = solved(layout, situation);
  situation.people.erase(situation.people.begin() + 3);  // p4
  EXPECT_THAT(ids(solved(layout, situation, &before)),
              ElementsAre("p1", "p2", "p3", "p9", "p5", "p6", "p7", "p8"));
}

TEST(SolverStability, ANewSpeakerChangesPlacesWithTheOld) {
  Situation situation = crowd(5);
  situation.floor = "p1";
  const Solution before = solved(speaker_layout(), situation);
  EXPECT_THAT(in_region(before, "strip"), ElementsAre("p2", "p3", "p4", "p5"));
  situation.floor = "p4";
  const Solution after = solved(speaker_layout(), situation, &before);
  EXPECT_THAT(in_region(after, "main"), ElementsAre("p4"));
  EXPECT_THAT(in_region(after, "strip"), ElementsAre("p2", "p3", "p1", "p5"));
}

TEST(SolverStability, SomebodyWhoWasNotShownTakesOnlyThePlaceThatBecomesFree) {
  const Layout layout = grid_layout();
  Situation situation = crowd(12);
  situation.max_tiles = 9;
  for (auto& one : situation.people) one.last_spoke = 100 - one.joined;  // p10 … p12 are not shown
  const Solution before = solved(layout, situation);
  person(situation, "p12").last_spoke = 200;  // p9 has now been silent the longest
  const Solution after = solved(layout, situation, &before);
  EXPECT_THAT(ids(after), ElementsAre("p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8", "p12"));
  person(situation, "p3").last_spoke = 1;
  person(situation, "p11").last_spoke = 300;
  EXPECT_THAT(ids(solved(layout, situation, &after)),
              ElementsAre("p1", "p2", "p11", "p4", "p5", "p6", "p7", "p8", "p12"));
}

TEST(SolverStability, SwitchingTheCameraOffMovesNobody) {
  const Layout layout = grid_layout();
  Situation situation = crowd(6);
  Solution before = solved(layout, situation);
  situation.people.erase(situation.people.begin());
  before = solved(layout, situation, &before);  // p6 has p1's place now
  person(situation, "p6").kind = Kind::audio_only;
  EXPECT_EQ(ids(solved(layout, situation, &before)), ids(before));
}

}  // namespace
}  // namespace tessera::layout
