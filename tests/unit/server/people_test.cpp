#include "server/people.hpp"

#include <gtest/gtest.h>

namespace tessera::server {
namespace {

class PeopleTest : public testing::Test {
 protected:
  void join(const std::string& participant, const Person& who, Role role = Role::speaker) {
    people_.joined("hall", participant, who, Role::speaker, role);
  }
  Decisions on(const Person& who) { return people_.decisions_on("hall", who); }

  People people_;
  const Person ann_{"ann", false, "10.0.0.1", "Ann", "r-1"};
  const Person guest_{"", false, "10.0.0.1", "Gus", ""};
  const Decisions nothing_{};
};

TEST_F(PeopleTest, MuteAndHoldSurviveARejoinUntilTheyAreLifted) {
  join("p1", ann_);
  people_.updated("hall", "p1", {true, true, Role::speaker});
  people_.left("hall", "p1");
  EXPECT_EQ(on(ann_), (Decisions{true, true, {}}));
  EXPECT_EQ(people_.decisions_on("attic", ann_), nothing_);
  join("p2", ann_);
  people_.updated("hall", "p2", {false, false, Role::speaker});
  people_.left("hall", "p2");
  EXPECT_EQ(on(ann_), nothing_) << "what was decided first is past";
}

TEST_F(PeopleTest, ADemotionHoldsAndARoleGivenBackEndsIt) {
  join("p1", ann_);
  people_.updated("hall", "p1", {false, false, Role::viewer});
  people_.left("hall", "p1");
  EXPECT_EQ(on(ann_).most, Role::viewer);
  join("p2", ann_, Role::viewer);
  people_.updated("hall", "p2", {false, false, Role::viewer});
  EXPECT_EQ(on(ann_).most, Role::viewer) << "no change of role is no decision";
  people_.updated("hall", "p2", {false, false, Role::speaker});
  EXPECT_EQ(on(ann_), nothing_);
}

TEST_F(PeopleTest, ARoleThatSomebodyChoseThemselvesIsNoDecision) {
  join("p1", ann_, Role::viewer);
  people_.updated("hall", "p1", {false, false, Role::viewer});
  people_.left("hall", "p1");
  EXPECT_EQ(on(ann_), nothing_);
}

TEST_F(PeopleTest, ANamesakeWhoIsHereIsSomebodyElse) {
  join("p1", guest_);
  people_.updated("hall", "p1", {true, false, Role::speaker});
  EXPECT_EQ(on(guest_), nothing_);
  people_.left("hall", "p1");
  EXPECT_TRUE(on(guest_).muted);
}

TEST_F(PeopleTest, ALostSeatIsNotHere_AndIsNotRememberedTwice) {
  join("p1", guest_);
  people_.updated("hall", "p1", {true, false, Role::speaker, false});
  EXPECT_TRUE(on(guest_).muted) << "a page that was loaded anew";
  join("p2", guest_);
  people_.left("hall", "p1");
  people_.updated("hall", "p2", {false, false, Role::speaker});
  people_.left("hall", "p2");
  EXPECT_EQ(on(guest_), nothing_);
}

TEST_F(PeopleTest, ASubjectUnderTwoNamesAtOnceIsShared) {
  join("p1", {"class", false, "10.0.0.1", "Ann", ""});
  EXPECT_TRUE(people_.person("hall", "p1")->has_personal_subject());
  join("p2", {"class", false, "10.0.0.1", "Bob", ""});
  EXPECT_TRUE(people_.is_shared("hall", "class"));
  EXPECT_FALSE(people_.person("hall", "p1")->has_personal_subject());
  people_.updated("hall", "p1", {true, false, Role::speaker});
  people_.left("hall", "p1");
  EXPECT_EQ(on({"class", false, "10.0.0.1", "Cem", ""}), nothing_);
  EXPECT_TRUE(on({"class", false, "10.0.0.1", "Ann", ""}).muted);
}

TEST_F(PeopleTest, TwoDevicesOfOnePersonAreOnePerson) {
  join("p1", ann_);
  join("p2", {"ann", false, "10.0.0.2", "Ann", ""});
  EXPECT_FALSE(people_.is_shared("hall", "ann"));
}

TEST_F(PeopleTest, ANameThatIsMissingIsNoOther_ButNobodyHasFourDevices) {
  join("p1", ann_);
  join("p2", {"ann", false, "10.0.0.2", "", ""});
  join("p3", {"ann", false, "10.0.0.3", "", ""});
  EXPECT_FALSE(people_.is_shared("hall", "ann"));
  join("p4", {"ann", false, "10.0.0.4", "", ""});
  EXPECT_TRUE(people_.is_shared("hall", "ann"));
}

TEST_F(PeopleTest, ACrashUndoesNothingAndTheRoomsEndDoes) {
  join("p1", ann_);
  people_.updated("hall", "p1", {true, false, Role::speaker});
  people_.room_ended("hall", true);
  EXPECT_TRUE(on(ann_).muted);
  EXPECT_FALSE(people_.person("hall", "p1"));
  people_.room_ended("hall", false);
  EXPECT_EQ(on(ann_), nothing_);
}

TEST_F(PeopleTest, ItIsBoundedAndForgetsTheOldest) {
  for (std::size_t i = 0; i <= People::most_remembered; ++i) {
    const std::string id = std::to_string(i);
    join(id, {id, false, "", id, ""});
    people_.updated("hall", id, {true, false, Role::speaker});
    people_.left("hall", id);
  }
  EXPECT_EQ(on({"0", false, "", "0", ""}), nothing_);
  EXPECT_TRUE(on({"1", false, "", "1", ""}).muted);
}

}  // namespace
}  // namespace tessera::server
