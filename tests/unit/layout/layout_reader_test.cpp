// What the loader accepts, and more than sixty ways in which a file can be wrong: each must be refused with
// the path of the mistake and a reason.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "builders.hpp"
#include "layout/layout.hpp"

namespace tessera::layout {
namespace {

using test::layout_of;
using ::testing::HasSubstr;

constexpr const char* whole = R"("x": 0, "y": 0, "w": 1, "h": 1, "show": "speaker")";

std::string with_region(const std::string& members) {
  return R"({"name": "a", "templates": [{"regions": [{)" + members + "}]}]}";
}
std::string with(const std::string& members) {
  return R"({"name": "a", "templates": [{"grid": {}, "show": "others"}], )" + members + "}";
}
std::string with_template(const std::string& text) {
  return R"({"name": "a", "templates": [)" + text + "]}";
}

struct Malformed {
  std::string json, path, reason;
};

const std::vector<Malformed>& malformed() {
  static const std::vector<Malformed> cases = {
      // the whole
      {"[]", "$", "expected an object"},
      {"7", "$", "expected an object"},
      {"null", "$", "expected an object"},
      {"{}", "$.name", "required"},
      {"{}", "$.templates", "required"},
      {R"({"templates": [{"grid": {}, "show": "others"}]})", "$.name", "required"},
      {R"({"name": 5, "templates": [{"grid": {}, "show": "others"}]})", "$.name", "expected a string"},
      {R"({"name": "", "templates": [{"grid": {}, "show": "others"}]})", "$.name", "lower-case"},
      {R"({"name": "Grid", "templates": [{"grid": {}, "show": "others"}]})", "$.name", "lower-case"},
      {R"({"name": "../grid", "templates": [{"grid": {}, "show": "others"}]})", "$.name", "lower-case"},
      {R"({"name": ")" + std::string(65, 'a') + R"(", "templates": [{"grid": {}, "show": "others"}]})",
       "$.name", "at most 64"},
      {with(R"("title": ["x"])"), "$.title", "expected a string"},
      {with(R"("titel": "x")"), "$.titel", "did you mean \"title\""},
      {with(R"("zzzzzzzzzzzzzz": 1)"), "$.zzzzzzzzzzzzzz", "allowed are"},
      // background
      {with(R"("background": "#000000")"), "$.background", "expected an object"},
      {with(R"("background": {"colour": "#000000"})"), "$.background.colour", "did you mean \"color\""},
      {with(R"("background": {"color": "black"})"), "$.background.color", "expected a colour"},
      {with(R"("background": {"color": "#12345"})"), "$.background.color", "expected a colour"},
      {with(R"("background": {"color": "#12345g"})"), "$.background.color", "expected a colour"},
      {with(R"("background": {"color": "#-12345"})"), "$.background.color", "expected a colour"},
      {with(R"("background": {"color": 0})"), "$.background.color", "expected a colour"},
      {with(R"("background": {"image": "../secret.png"})"), "$.background.image", "beside the layout"},
      {with(R"("background": {"image": "/etc/passwd"})"), "$.background.image", "beside the layout"},
      {with(R"("background": {"image": 3})"), "$.background.image", "expected a string"},
      // tile
      {with(R"("tile": [])"), "$.tile", "expected an object"},
      {with(R"("tile": {"fit": "stretch"})"), "$.tile.fit", "cover, contain, auto"},
      {with(R"("tile": {"fit": true})"), "$.tile.fit", "cover, contain, auto"},
      {with(R"("tile": {"fit": {"camera": "wide"}})"), "$.tile.fit.camera", "cover, contain, auto"},
      {with(R"("tile": {"fit": {"screen": "cover"}})"), "$.tile.fit.screen", "unknown key"},
      {with(R"("tile": {"gap": "1/2"})"), "$.tile.gap", "from 0 to 1/10"},
      {with(R"("tile": {"gap": -1})"), "$.tile.gap", "from 0 to 1/10"},
      {with(R"("tile": {"gap": "8px"})"), "$.tile.gap", "such as"},
      {with(R"("tile": {"radius": {}})"), "$.tile.radius", "from 0 to 1/10"},
      {with(R"("tile": {"gab": 0})"), "$.tile.gab", "did you mean \"gap\""},
      {with(R"("tile": {"border": {"width": "1/0"}})"), "$.tile.border.width", "from 0 to 1/10"},
      {with(R"("tile": {"border": {"speaking": "green"}})"), "$.tile.border.speaking", "expected a colour"},
      {with(R"("tile": {"border": {"colr": "#000000"}})"), "$.tile.border.colr", "did you mean \"color\""},
      {with(R"("tile": {"border": 3})"), "$.tile.border", "expected an object"},
      {with(R"("tile": {"label": {"show": "sometimes"}})"), "$.tile.label.show", "always, speaking, never"},
      {with(R"("tile": {"label": {"position": "left"}})"), "$.tile.label.position", "bottom-left"},
      {with(R"("tile": {"label": {"text": "x"}})"), "$.tile.label.text", "unknown key"},
      // templates
      {R"({"name": "a", "templates": {}})", "$.templates", "expected an array"},
      {R"({"name": "a", "templates": []})", "$.templates", "no template"},
      {with_template("1"), "$.templates[0]", "expected an object"},
      {with_template("{}"), "$.templates[0]", "either \"regions\" or \"grid\""},
      {with_template(R"({"grid": {}, "show": "others", "regions": []})"), "$.templates[0]", "either"},
      {with_template(R"({"regions": []})"), "$.templates[0].regions", "no region"},
      {with_template(R"({"regions": "all"})"), "$.templates[0].regions", "expected an array"},
      {with_template(R"({"grid": {}})"), "$.templates[0].show", "required"},
      {with_template(R"({"grid": 3, "show": "others"})"), "$.templates[0].grid", "expected an object"},
      {with_template(R"({"grid": {"columns": 0}, "show": "others"})"), "$.templates[0].grid.columns",
       "1 to 49"},
      {with_template(R"({"grid": {"columns": 50}, "show": "others"})"), "$.templates[0].grid.columns",
       "1 to 49"},
      {with_template(R"({"grid": {"rows": "many"}, "show": "others"})"), "$.templates[0].grid.rows",
       "\"auto\""},
      {with_template(R"({"grid": {"rows": 1.5}, "show": "others"})"), "$.templates[0].grid.rows", "\"auto\""},
      {with_template(R"({"grid": {"cols": 2}, "show": "others"})"), "$.templates[0].grid.cols",
       "unknown key"},
      {with_template(R"({"grid": {"align": "left"}, "show": "others"})"), "$.templates[0].grid.align",
       "center, start"},
      {with_template(R"({"grid": {}, "show": "others", "for": {"max": 0}})"), "$.templates[0].for.max",
       "from 1"},
      {with_template(R"({"grid": {}, "show": "others", "for": {"max": "6"}})"), "$.templates[0].for.max",
       "integer"},
      {with_template(R"({"grid": {}, "show": "others", "for": 6})"), "$.templates[0].for",
       "expected an object"},
      {with_template(R"({"grid": {}, "show": "others", "for": {"min": 1}})"), "$.templates[0].for.min",
       "unknown key"},
      {with_template(R"({"grid": {}, "show": "others"}, {"grid": {}, "show": "others"})"), "$.templates[1]",
       "never used"},
      {with_template(
           R"({"for": {"max": 4}, "grid": {}, "show": "others"}, {"for": {"max": 4}, "grid": {}, "show": "others"})"),
       "$.templates[1]", "never used"},
      {with_template(R"({"gird": {}, "show": "others"})"), "$.templates[0].gird", "did you mean \"grid\""},
      // regions
      {with_template(R"({"regions": [5]})"), "$.templates[0].regions[0]", "expected an object"},
      {with_region(R"("y": 0, "w": 1, "h": 1, "show": "speaker")"), "$.templates[0].regions[0].x",
       "required"},
      {with_region(R"("x": 0, "y": 0, "w": 1, "h": 1)"), "$.templates[0].regions[0].show", "required"},
      {with_region(R"("x": 0, "y": 0, "w": 0, "h": 1, "show": "speaker")"), "$.templates[0].regions[0].w",
       "greater than 0"},
      {with_region(R"("x": 0, "y": 0, "w": 1, "h": "0/3", "show": "speaker")"), "$.templates[0].regions[0].h",
       "greater than 0"},
      {with_region(R"("x": "1/3", "y": 0, "w": "2/3", "h": 1.5, "show": "speaker")"),
       "$.templates[0].regions[0].h", "from 0 to 1"},
      {with_region(R"("x": "1/3", "y": 0, "w": 0.67, "h": 1, "show": "speaker")"),
       "$.templates[0].regions[0]", "leaves the canvas on the right"},
      {with_region(R"("x": 0, "y": "1/2", "w": 1, "h": "3/5", "show": "speaker")"),
       "$.templates[0].regions[0]", "y + h is 11/10"},
      {with_region(R"("x": "a third", "y": 0, "w": 1, "h": 1, "show": "speaker")"),
       "$.templates[0].regions[0].x", "found \"a third\""},
      {with_region(R"("x": 0, "y": 0, "w": 1, "h": 1, "show": "speakers")"), "$.templates[0].regions[0].show",
       "did you mean \"speaker\""},
      {with_region(R"("x": 0, "y": 0, "w": 1, "h": 1, "show": 3)"), "$.templates[0].regions[0].show",
       "found 3"},
      {with_region(R"("x": 0, "y": 0, "w": 1, "h": 1, "show": [])"), "$.templates[0].regions[0].show",
       "alternatives"},
      {with_region(R"("x": 0, "y": 0, "w": 1, "h": 1, "show": ["screen", "nobody"])"),
       "$.templates[0].regions[0].show[1]", "found \"nobody\""},
      {with_region(R"("x": 0, "y": 0, "w": 1, "h": 1, "show": "role:")"), "$.templates[0].regions[0].show",
       "after the colon"},
      {with_region(R"("x": 0, "y": 0, "w": 1, "h": 1, "show": "rol:host")"), "$.templates[0].regions[0].show",
       "did you mean \"role:host\""},
      {with_region(R"("x": 0, "y": 0, "w": 1, "h": 1, "show": "speaker:1")"),
       "$.templates[0].regions[0].show", "expected speaker"},
      {with_region(R"("x": 0, "y": 0, "w": 1, "h": 1, "show": "image:../x.png")"),
       "$.templates[0].regions[0].show", "beside the layout"},
      {with_region(R"("x": 0, "y": 0, "w": 1, "h": 1, "show": "image:.hidden")"),
       "$.templates[0].regions[0].show", "beside the layout"},
      {with_region(R"("x": 0, "y": 0, "w": 1, "h": 1, "show": "participant:a b")"),
       "$.templates[0].regions[0].show", "after the colon"},
      {with_region(std::string(whole) + R"(, "fit": "fill")"), "$.templates[0].regions[0].fit",
       "cover, contain"},
      {with_region(std::string(whole) + R"(, "gap": 0)"), "$.templates[0].regions[0].gap", "unknown key"},
      {with_region(std::string(whole) + R"(, "id": "")"), "$.templates[0].regions[0].id", "empty"},
      {with_region(std::string(whole) + R"(, "widht": 1)"), "$.templates[0].regions[0].widht", "unknown key"},
      {with_region(std::string(whole) + R"(, "grid": {"columns": -1})"),
       "$.templates[0].regions[0].grid.columns", "1 to 49"},
      {with_template(std::string(R"({"regions": [{"id": "m", )") + whole + R"(}, {"id": "m", )" + whole +
                     "}]}"),
       "$.templates[0].regions[1].id", "taken"},
      // rules and transition
      {with(R"("rules": {})"), "$.rules", "expected an array"},
      {with(R"("rules": [{"use": "b"}])"), "$.rules[0].when", "required"},
      {with(R"("rules": [{"when": {}, "use": "b"}])"), "$.rules[0].when", "always apply"},
      {with(R"("rules": [{"when": {"screen": true}}])"), "$.rules[0].use", "required"},
      {with(R"("rules": [{"when": {"screen": "yes"}, "use": "b"}])"), "$.rules[0].when.screen",
       "true or false"},
      {with(R"("rules": [{"when": {"screens": true}, "use": "b"}])"), "$.rules[0].when.screens",
       "\"screen\""},
      {with(R"("rules": [{"when": {"screen": true}, "use": "B!"}])"), "$.rules[0].use", "lower-case"},
      {with(R"("rules": [{"when": {"participants": {"min": 5, "max": 4}}, "use": "b"}])"),
       "$.rules[0].when.participants", "never holds"},
      {with(R"("rules": [{"when": {"participants": {"min": -1}}, "use": "b"}])"),
       "$.rules[0].when.participants.min", "from 0"},
      {with(R"("transition": {"ms": 99999})"), "$.transition.ms", "from 0 to 5000"},
      {with(R"("transition": {"ms": "fast"})"), "$.transition.ms", "integer"},
      {with(R"("transition": 250)"), "$.transition", "expected an object"},
      {with(R"("transition": {"easing": "out"})"), "$.transition.easing", "unknown key"},
  };
  return cases;
}

class MalformedLayout : public ::testing::TestWithParam<std::size_t> {};

TEST_P(MalformedLayout, IsRefusedWithItsPath) {
  const Malformed& one = malformed()[GetParam()];
  const auto json = Json::parse(one.json);
  ASSERT_TRUE(json.ok()) << one.json;
  std::vector<JsonFault> faults;
  Layout::read(*json, faults);
  bool named = false;
  std::string all;
  for (const auto& fault : faults) {
    named = named || (fault.path == one.path && fault.reason.find(one.reason) != std::string::npos);
    all += fault.path + ": " + fault.reason + "\n";
  }
  EXPECT_TRUE(named) << "expected " << one.path << ": … " << one.reason << " … in\n" << all << one.json;

  const auto refused = Layout::from_json(*json, "bad.json");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, "bad-layout");
  EXPECT_THAT(refused.error().message, HasSubstr("bad.json: " + one.path + ": "));
}

INSTANTIATE_TEST_SUITE_P(Table, MalformedLayout, ::testing::Range<std::size_t>(0, malformed().size()));

TEST(LayoutReader, ReportsEveryFaultOfAFileAtOnce) {
  const auto json = Json::parse(R"({"name": "Bad Name", "tile": {"gap": 1}, "templates": [{"regions": [
      {"x": 0, "y": 0, "w": 2, "h": 1, "show": "me"}]}], "rules": [{}], "unknown": 1})");
  ASSERT_TRUE(json.ok());
  std::vector<JsonFault> faults;
  Layout::read(*json, faults);
  EXPECT_GE(faults.size(), 7u);
}

TEST(LayoutReader, ReadsEverythingThatALayoutCanSay) {
  const Layout layout = layout_of(R"({
    "$schema": "layout.schema.json", "name": "talk", "title": "Talk",
    "background": {"color": "#AbCdEf", "image": "wall.png"},
    "tile": {"fit": "auto", "gap": "1/160", "radius": 0.0125,
             "border": {"color": "#000001", "width": "1/360", "speaking": "#000002"},
             "label": {"show": "never", "position": "top-center"}},
    "templates": [
      {"for": {"max": 3}, "regions": [
        {"id": "main", "x": "0", "y": "0", "w": "1", "h": "1", "show": ["screen", "role:host", "speaker"], "fit": "contain"},
        {"x": 0.75, "y": 0.75, "w": 0.25, "h": 0.25, "show": "participant:p_1-X",
         "border": {"width": 0}, "label": {"show": "always"}},
        {"id": "logo", "x": 0, "y": 0, "w": "1/10", "h": "1/10", "show": "image:logo.png"}]},
      {"grid": {"columns": 4, "rows": "auto", "align": "start"}, "show": "others", "radius": 0}],
    "rules": [{"when": {"screen": true, "participants": {"min": 2}, "role": "host", "portrait": false}, "use": "grid"}],
    "transition": {"ms": 300}})");
  EXPECT_EQ(layout.title, "Talk");
  EXPECT_EQ(layout.background, 0xabcdefu);
  EXPECT_EQ(layout.tile.gap, Rational(1, 160));
  EXPECT_EQ(layout.tile.radius, Rational(1, 80));
  EXPECT_EQ(layout.tile.fit, Fit::automatic);
  EXPECT_EQ(layout.tile.border_color, 1u);
  EXPECT_EQ(layout.tile.speaking_color, 2u);
  EXPECT_EQ(layout.tile.label, LabelShow::never);
  EXPECT_EQ(layout.tile.label_position, LabelPosition::top_center);
  ASSERT_EQ(layout.templates.size(), 2u);
  const auto& regions = layout.templates[0].regions;
  EXPECT_EQ(layout.templates[0].max, 3);
  ASSERT_EQ(regions.size(), 3u);
  ASSERT_EQ(regions[0].show.size(), 3u);
  EXPECT_EQ(regions[0].show[1], (Show{Show::Who::role, "host"}));
  EXPECT_EQ(regions[0].style.fit, Fit::contain);
  EXPECT_EQ(regions[0].style.border, Rational(1, 360));
  EXPECT_EQ(regions[1].id, "region-2");
  EXPECT_EQ(regions[1].show[0], (Show{Show::Who::participant, "p_1-X"}));
  EXPECT_EQ(regions[1].style.border, Rational());
  EXPECT_EQ(regions[1].style.label, LabelShow::always);
  EXPECT_EQ(regions[1].style.label_position, LabelPosition::top_center);
  EXPECT_EQ(layout.templates[1].max, 0);
  ASSERT_TRUE(layout.templates[1].regions[0].grid);
  EXPECT_EQ(*layout.templates[1].regions[0].grid, (Grid{4, 0, Align::start}));
  EXPECT_EQ(layout.templates[1].regions[0].style.radius, Rational());
  ASSERT_EQ(layout.rules.size(), 1u);
  EXPECT_EQ(layout.rules[0].when.min_participants, 2);
  EXPECT_EQ(layout.rules[0].when.screen, true);
  EXPECT_EQ(layout.rules[0].when.portrait, false);
  EXPECT_EQ(layout.transition_ms, 300);
  EXPECT_EQ(layout.images(), (std::vector<std::string>{"wall.png", "logo.png"}));
}

TEST(LayoutReader, TakesNullForAnythingThatMayBeLeftOut) {
  const Layout layout =
      layout_of(R"({"name": "a", "title": null, "background": null, "tile": null, "rules": null,
      "transition": null, "templates": [{"for": null, "grid": {"columns": null}, "show": "others", "fit": null}]})");
  EXPECT_EQ(layout.background, 0x10151cu);
  EXPECT_EQ(layout.title, "a");
}

TEST(LayoutReader, RefusesMoreTemplatesAndRegionsThanAreSane) {
  Json templates = Json::array();
  for (int i = 1; i <= 40; ++i)
    templates.push(
        Json::object({{"for", Json::object({{"max", i}})}, {"grid", Json::object()}, {"show", "others"}}));
  Json regions = Json::array();
  for (int i = 0; i < 100; ++i)
    regions.push(Json::object({{"x", 0}, {"y", 0}, {"w", 1}, {"h", 1}, {"show", "others"}}));
  const Json one = Json::object({{"regions", regions}});
  EXPECT_FALSE(Layout::from_json(Json::object({{"name", "a"}, {"templates", templates}})).ok());
  EXPECT_FALSE(Layout::from_json(Json::object({{"name", "a"}, {"templates", Json::array({one})}})).ok());
}

}  // namespace
}  // namespace tessera::layout
