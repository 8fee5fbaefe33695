#include "layout/choice.hpp"

#include <gtest/gtest.h>

#include "builders.hpp"

namespace tessera::layout {
namespace {

std::vector<Rule> rules() {
  return {{{.screen = true, .min_participants = 10}, "large-talk"},
          {{.screen = true}, "presentation"},
          {{.portrait = true}, "upright"},
          {{.max_participants = 2, .role = "host"}, "interview"}};
}

TEST(ChooseLayout, TheOperatorDecides) {
  EXPECT_EQ(choose_layout("pip", rules(), {.screen = true}, "grid").name, "pip");
}

TEST(ChooseLayout, TheFirstRuleThatHoldsDecidesElseTheDefault) {
  EXPECT_EQ(choose_layout("", rules(), {.screen = true, .participants = 12}, "grid").name, "large-talk");
  EXPECT_EQ(choose_layout("", rules(), {.screen = true, .participants = 9}, "grid").name, "presentation");
  EXPECT_EQ(choose_layout("", rules(), {.portrait = true}, "grid").name, "upright");
  EXPECT_EQ(choose_layout("", rules(), {.participants = 2, .roles = {"host"}}, "grid").name, "interview");
  EXPECT_EQ(choose_layout("", rules(), {.participants = 3, .roles = {"host"}}, "grid").name, "grid");
  EXPECT_EQ(choose_layout("", rules(), {.participants = 2}, "grid").name, "grid");
  EXPECT_EQ(choose_layout("", {}, {}, "grid").name, "grid");
}

TEST(ChooseLayout, PassesOverALayoutThatIsGone) {
  const auto exists = [](const std::string& name) { return name != "pip" && name != "large-talk"; };
  EXPECT_EQ(choose_layout("pip", rules(), {.screen = true, .participants = 12}, "grid", exists),
            (Choice{"presentation", ChosenBy::rule}));
}

TEST(ChooseLayout, ARuleCanAskForAbsence) {
  EXPECT_FALSE(holds({.screen = false}, {.screen = true}));
  EXPECT_TRUE(holds({.screen = false}, {.screen = false}));
  EXPECT_FALSE(holds({.portrait = false}, {.portrait = true}));
}

TEST(ChooseLayout, SaysWhoDecided) {
  EXPECT_EQ(choose_layout("pip", rules(), {.screen = true}, "grid").by, ChosenBy::operator_);
  EXPECT_EQ(choose_layout("", rules(), {.screen = true}, "grid").by, ChosenBy::rule);
  EXPECT_EQ(choose_layout("", rules(), {}, "grid").by, ChosenBy::room);
  EXPECT_EQ(name_of(ChosenBy::operator_), "operator");
}

TEST(ChooseLayout, ARuleCanFollowAPin) {
  const std::vector<Rule> pins = {{{.pinned = true}, "speaker"}};
  EXPECT_EQ(choose_layout("", pins, {.pinned = true}, "grid").name, "speaker");
  EXPECT_EQ(choose_layout("", pins, {}, "grid").name, "grid");
}

TEST(Facts, CountPeopleAndNotScreens) {
  Situation situation = test::crowd(2);
  situation.people.push_back(test::screen("p1", 3));
  situation.people[0].role = "host";
  situation.people[1].width = 720;
  situation.people[1].height = 1280;
  situation.people[2].height = 4000;  // a high screen is not an upright camera
  const Facts facts = Facts::of(situation.people);
  EXPECT_TRUE(facts.screen);
  EXPECT_TRUE(facts.portrait);
  EXPECT_EQ(facts.participants, 2);
  EXPECT_EQ(facts.roles, std::set<std::string>{"host"});
}

}  // namespace
}  // namespace tessera::layout
