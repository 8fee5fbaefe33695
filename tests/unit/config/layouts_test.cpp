#include "config/layouts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "directory.hpp"
#include "layout/solver.hpp"

namespace tessera::config {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

std::string layout_text(const std::string& name, const std::string& more = "") {
  return R"({"name": ")" + name + R"(", "title": "The )" + name +
         R"(", "templates": [{"grid": {}, "show": "others"}])" + more + "}";
}

TEST(Layouts, AreEveryJsonFileButTheSchema) {
  test::Directory directory;
  directory.write("b.json", layout_text("b"));
  directory.write("a.json", layout_text("a"));
  directory.write("layout.schema.json", "{}");
  directory.write("notes.txt", "{}");
  directory.write(".a.json.swp", "{");
  const auto layouts = Layouts::load(directory.text());
  ASSERT_TRUE(layouts.ok()) << layouts.error().message;
  EXPECT_THAT(layouts->names(), ElementsAre("a", "b"));
  EXPECT_EQ(layouts->titles().dump(), R"([{"name":"a","title":"The a"},{"name":"b","title":"The b"}])");
  ASSERT_NE(layouts->find("a"), nullptr);
  EXPECT_EQ(layouts->find("a")->title, "The a");
  EXPECT_EQ((*layouts->source("a"))["title"].as_string(), "The a");
  EXPECT_EQ(layouts->find("c"), nullptr);
  EXPECT_EQ(layouts->source("c"), nullptr);
}

TEST(Layouts, EveryFaultOfEveryFileIsNamed) {
  test::Directory directory;
  directory.write("good.json", layout_text("good"));
  directory.write("broken.json", "{\"name\": ");
  directory.write("wrong.json", layout_text("wrong", R"(, "tile": {"gap": 1}, "transition": {"ms": -1})"));
  directory.write("other.json", layout_text("else"));
  directory.write("rules.json",
                  layout_text("rules", R"(, "rules": [{"when": {"screen": true}, "use": "nowhere"}])"));
  directory.write("image.json", layout_text("image", R"(, "background": {"image": "gone.png"})"));
  directory.write("huge.json", std::string(300 * 1024, ' '));
  const auto layouts = Layouts::load(directory.text());
  ASSERT_FALSE(layouts.ok());
  EXPECT_EQ(layouts.error().code, "bad-layout");
  const std::string& message = layouts.error().message;
  EXPECT_THAT(message, HasSubstr(directory / "broken.json: "));
  EXPECT_THAT(message, HasSubstr(directory / "wrong.json: $.tile.gap: "));
  EXPECT_THAT(message, HasSubstr(directory / "wrong.json: $.transition.ms: "));
  EXPECT_THAT(message, HasSubstr(directory / "other.json: $.name: "));
  EXPECT_THAT(message, HasSubstr(directory / "rules.json: $.rules[0].use: there is no layout \"nowhere\""));
  EXPECT_THAT(message, HasSubstr(directory / "image.json: $: the image gone.png"));
  EXPECT_THAT(message, HasSubstr(directory / "huge.json: larger than"));
  EXPECT_THAT(message, Not(HasSubstr("good.json")));
}

TEST(Layouts, AMissingDirectoryCannotBeReadAndAnEmptyOneIsAFault) {
  test::Directory directory;
  EXPECT_EQ(Layouts::load(directory / "nowhere").error().code, "cannot-read");
  EXPECT_EQ(Layouts::load(directory.text()).error().code, "bad-layout");
}

TEST(Layouts, RulesMayNameAnyLayoutOfTheDirectory) {
  test::Directory directory;
  directory.write("a.json", layout_text("a", R"(, "rules": [{"when": {"screen": true}, "use": "z"}])"));
  directory.write("z.json", layout_text("z"));
  EXPECT_TRUE(Layouts::load(directory.text()).ok());
}

TEST(LoadLayoutFile, ChecksOneFileByItself) {
  test::Directory directory;
  directory.write("a.json",
                  layout_text("a", R"(, "rules": [{"when": {"screen": true}, "use": "elsewhere"}])"));
  directory.write("b.json", layout_text("b", R"(, "tyle": {})"));
  EXPECT_TRUE(load_layout_file(directory / "a.json").ok());
  EXPECT_EQ(load_layout_file(directory / "missing.json").error().code, "cannot-read");
  const auto bad = load_layout_file(directory / "b.json");
  ASSERT_FALSE(bad.ok());
  EXPECT_THAT(bad.error().message, HasSubstr("b.json: $.tyle: unknown key; did you mean \"tile\"?"));
}

// ---- the layouts that ship

const std::string shipped = std::string(TESSERA_SOURCE_DIR) + "/layouts";

layout::Situation crowd(int people, bool screen) {
  layout::Situation situation;
  for (int i = 1; i <= people; ++i) {
    layout::Person person;
    person.id = "p" + std::to_string(i);
    person.joined = i;
    situation.people.push_back(person);
  }
  if (screen) {
    situation.people.push_back(situation.people.front());
    situation.people.back().kind = layout::Kind::screen;
  }
  situation.floor = "p2";
  return situation;
}

TEST(ShippedLayouts, AreGood) {
  const auto layouts = Layouts::load(shipped);
  ASSERT_TRUE(layouts.ok()) << layouts.error().message;
  for (const auto* name : {"grid", "speaker", "presentation", "pip", "side-by-side", "stage", "single"})
    EXPECT_NE(layouts->find(name), nullptr) << name;
}

TEST(ShippedLayouts, ShowSomebodyWheneverSomebodyIsThereAndAScreenWheneverThereIsOne) {
  const auto layouts = Layouts::load(shipped);
  ASSERT_TRUE(layouts.ok());
  for (const auto& name : layouts->names()) {
    for (int people = 1; people <= 60; ++people) {
      for (const bool screen : {false, true}) {
        const auto situation = crowd(people, screen);
        const auto solution = layout::solve(*layouts->find(name), 1280, 720, situation);
        SCOPED_TRACE(name + " " + std::to_string(people) + (screen ? " and a screen" : ""));
        ASSERT_FALSE(solution.placements.empty());
        ASSERT_EQ(static_cast<int>(solution.placements.size()) + solution.overflow,
                  static_cast<int>(situation.people.size()));
        if (!screen) continue;
        const auto* placement = solution.find("p1", layout::Kind::screen);
        ASSERT_NE(placement, nullptr);
        ASSERT_EQ(placement->fit, layout::Fit::contain);
      }
    }
  }
}

TEST(ShippedLayouts, SpeakerShowsTheFloorLargeBesideAStrip) {
  const auto layouts = Layouts::load(shipped);
  ASSERT_TRUE(layouts.ok());
  const auto solution = layout::solve(*layouts->find("speaker"), 1280, 720, crowd(4, false));
  EXPECT_EQ(solution.find("p2", layout::Kind::camera)->rect, (layout::Rect{0, 0, 1020, 720}));
  EXPECT_EQ(solution.find("p1", layout::Kind::camera)->rect, (layout::Rect{1028, 144, 252, 138}));
  EXPECT_EQ(solution.find("p3", layout::Kind::camera)->rect, (layout::Rect{1028, 290, 252, 138}));
  EXPECT_EQ(solution.find("p4", layout::Kind::camera)->rect, (layout::Rect{1028, 436, 252, 138}));
  const auto alone = layout::solve(*layouts->find("speaker"), 1280, 720, crowd(1, false));
  EXPECT_EQ(alone.placements.at(0).rect, (layout::Rect{0, 0, 1280, 720}));
}

TEST(ShippedLayouts, GridShowsEverybodyWithAGap) {
  const auto layouts = Layouts::load(shipped);
  ASSERT_TRUE(layouts.ok());
  const auto solution = layout::solve(*layouts->find("grid"), 1280, 720, crowd(3, false));
  ASSERT_EQ(solution.placements.size(), 3u);
  EXPECT_EQ(solution.placements[0].rect, (layout::Rect{0, 0, 636, 356}));
  EXPECT_EQ(solution.placements[1].rect, (layout::Rect{644, 0, 636, 356}));
  EXPECT_EQ(solution.placements[2].rect, (layout::Rect{322, 364, 636, 356}));
  EXPECT_EQ(solution.background, 0x10151cu);
  EXPECT_EQ(solution.placements[0].label_position, layout::LabelPosition::bottom_left);
  EXPECT_EQ(solution.placements[0].border, 2);
}

// ---- the schema that editors use says what the loader does

// The keys that the loader knows at a place, taken from its own message about one that it does not.
std::set<std::string> keys_of_loader(const std::string& text, const std::string& path) {
  const auto json = Json::parse(text);
  EXPECT_TRUE(json.ok()) << text;
  std::vector<JsonFault> faults;
  layout::Layout::read(*json, faults);
  const std::string marker = "allowed are ";
  for (const auto& fault : faults) {
    if (fault.path != path + ".qqqqqqqqqqqqqqqqqq") continue;
    std::set<std::string> keys;
    std::string rest = fault.reason.substr(fault.reason.find(marker) + marker.size());
    for (std::size_t comma; (comma = rest.find(", ")) != std::string::npos; rest = rest.substr(comma + 2))
      keys.insert(rest.substr(0, comma));
    keys.insert(rest);
    return keys;
  }
  ADD_FAILURE() << "no fault at " << path;
  return {};
}

std::set<std::string> keys_of_schema(const Json& definition) {
  std::set<std::string> keys;
  for (const auto& [key, value] : definition["properties"].members())
    if (key != "$schema") keys.insert(key);
  return keys;
}

TEST(LayoutSchema, NamesTheKeysThatTheLoaderReads) {
  std::ifstream file(shipped + "/layout.schema.json");
  const std::string text((std::istreambuf_iterator<char>(file)), {});
  const auto schema = Json::parse(text);
  ASSERT_TRUE(schema.ok()) << schema.error().message;
  const Json& definitions = (*schema)["$defs"];
  const std::string odd = R"("qqqqqqqqqqqqqqqqqq": 1)";
  const auto at = [&](const std::string& more) { return R"({"name": "a", )" + more + "}"; };
  const std::string region = R"({"templates": [{"regions": [{)" + odd + "}]}]}";
  EXPECT_EQ(keys_of_loader("{" + odd + "}", "$"), keys_of_schema(*schema));
  const struct {
    const char* definition;
    std::string json, path;
  } places[] = {
      {"background", at(R"("background": {)" + odd + "}"), "$.background"},
      {"tile", at(R"("tile": {)" + odd + "}"), "$.tile"},
      {"border", at(R"("tile": {"border": {)" + odd + "}}"), "$.tile.border"},
      {"label", at(R"("tile": {"label": {)" + odd + "}}"), "$.tile.label"},
      {"region", region, "$.templates[0].regions[0]"},
      {"grid", at(R"("templates": [{"grid": {)" + odd + "}}]"), "$.templates[0].grid"},
      {"rule", at(R"("rules": [{)" + odd + "}]"), "$.rules[0]"},
      {"condition", at(R"("rules": [{"when": {)" + odd + "}}]"), "$.rules[0].when"},
      {"transition", at(R"("transition": {)" + odd + "}"), "$.transition"},
  };
  for (const auto& place : places) {
    auto keys = keys_of_loader(place.json, place.path);
    if (std::string(place.definition) == "region")
      keys.insert("grid");  // looked for, and read only when there
    EXPECT_EQ(keys, keys_of_schema(definitions[place.definition])) << place.definition;
  }
  auto of_template = keys_of_loader(at(R"("templates": [{"grid": {}, )" + odd + "}]"), "$.templates[0]");
  of_template.insert("regions");
  EXPECT_EQ(of_template, keys_of_schema(definitions["template"]));
}

}  // namespace
}  // namespace tessera::config
