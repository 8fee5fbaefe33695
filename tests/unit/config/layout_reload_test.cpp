// What a changed folder of layouts does to those in use.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/layouts.hpp"
#include "directory.hpp"

namespace tessera::config {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string layout(const std::string& name, const std::string& title, const std::string& more = "") {
  return R"({"name": ")" + name + R"(", "title": ")" + title +
         R"(", "templates": [{"grid": {}, "show": "others"}])" + more + "}";
}

class LayoutReload : public testing::Test {
 protected:
  void SetUp() override {
    folder_.write("grid.json", layout("grid", "one"));
    folder_.write("talk.json", layout("talk", "one"));
    auto loaded = Layouts::load(folder_.text());
    ASSERT_TRUE(loaded.ok()) << loaded.error().message;
    layouts_ = std::move(*loaded);
  }
  void reload() {
    refused_.clear();
    layouts_ = layouts_.reload("grid", refused_);
  }
  test::Directory folder_;
  Layouts layouts_;
  std::vector<RefusedLayout> refused_;
};

TEST_F(LayoutReload, AnUnchangedFolderGivesTheSame) {
  const Layouts before = layouts_;
  reload();
  EXPECT_EQ(layouts_, before);
  EXPECT_TRUE(refused_.empty());
}

TEST_F(LayoutReload, GoodFilesAreTakenAndThoseThatAreGoneGo) {
  folder_.write("grid.json", layout("grid", "two"));
  folder_.write("new.json", layout("new", "one"));
  std::filesystem::remove(folder_ / "talk.json");
  reload();
  EXPECT_TRUE(refused_.empty());
  EXPECT_THAT(layouts_.names(), ElementsAre("grid", "new"));
  EXPECT_EQ(layouts_.find("grid")->title, "two");
}

TEST_F(LayoutReload, ABadFileKeepsWhatWasThereAndHindersNoOther) {
  folder_.write("talk.json", layout("talk", "two", R"(, "titel": 1)"));
  folder_.write("grid.json", layout("grid", "two"));
  folder_.write("new.json", "{ half a fi");
  reload();
  EXPECT_THAT(layouts_.names(), ElementsAre("grid", "talk"));
  EXPECT_EQ(layouts_.find("talk")->title, "one");
  EXPECT_EQ(layouts_.find("grid")->title, "two");
  ASSERT_EQ(refused_.size(), 2u);
  EXPECT_EQ(refused_[0].file, "new.json");
  EXPECT_EQ(refused_[1].file, "talk.json");
  EXPECT_THAT(refused_[1].reason, HasSubstr("talk.json: $.titel"));
  EXPECT_THAT(refused_[1].reason, HasSubstr("did you mean \"title\"?"));
}

TEST_F(LayoutReload, TheDefaultLayoutNeverGoes) {
  std::filesystem::remove(folder_ / "grid.json");
  reload();
  EXPECT_NE(layouts_.find("grid"), nullptr);
  ASSERT_EQ(refused_.size(), 1u);
  EXPECT_THAT(refused_[0].reason, HasSubstr("default layout"));
}

TEST_F(LayoutReload, ARuleThatLeadsNowhereRefusesItsFile) {
  folder_.write("talk.json",
                layout("talk", "two", R"(, "rules": [{"when": {"screen": true}, "use": "nowhere"}])"));
  folder_.write("new.json",
                layout("new", "one", R"(, "rules": [{"when": {"screen": true}, "use": "nowhere"}])"));
  reload();
  EXPECT_THAT(layouts_.names(), ElementsAre("grid", "talk"));
  EXPECT_EQ(layouts_.find("talk")->title, "one");
  ASSERT_EQ(refused_.size(), 2u);
  EXPECT_THAT(refused_[0].reason, HasSubstr("$.rules[0].use: there is no layout \"nowhere\""));
}

TEST_F(LayoutReload, AFolderThatIsGoneChangesNothing) {
  std::filesystem::rename(folder_.text(), folder_.text() + "-away");
  reload();
  EXPECT_EQ(layouts_.size(), 2u);
  ASSERT_EQ(refused_.size(), 1u);
  std::filesystem::rename(folder_.text() + "-away", folder_.text());
}

TEST_F(LayoutReload, SourcesGiveTheSameLayoutsElsewhere) {
  const auto copy = Layouts::from_sources(layouts_.directory(), layouts_.sources());
  ASSERT_TRUE(copy.ok());
  EXPECT_EQ(*copy, layouts_);
  EXPECT_EQ(Layouts::from_sources("x", Json::object({{"a", Json::object()}})).error().code, "bad-layout");
}

}  // namespace
}  // namespace tessera::config
