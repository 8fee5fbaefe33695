#include "room/places.hpp"

#include <gtest/gtest.h>

namespace tessera::room {
namespace {

using namespace std::chrono_literals;

const PlaceLimits small{4, 3, 1, 30s};

std::vector<TakenPlace> people(int speakers, int operators = 0, int viewers = 0) {
  std::vector<TakenPlace> taken;
  const auto add = [&](int how_many, bool viewer, bool operates) {
    for (int i = 0; i < how_many; ++i)
      taken.push_back({"p" + std::to_string(taken.size() + 1), viewer, operates, {}});
  };
  add(speakers, false, false);
  add(operators, false, true);
  add(viewers, true, false);
  return taken;
}

bool speaker_fits(const std::vector<TakenPlace>& taken) {
  return place_for(false, false, taken, small).admitted;
}
bool operator_fits(const std::vector<TakenPlace>& taken) {
  return place_for(false, true, taken, small).admitted;
}
bool viewer_fits(const std::vector<TakenPlace>& taken) {
  return place_for(true, false, taken, small).admitted;
}

TEST(Places, ViewersAndParticipantsDoNotCountAgainstEachOther) {
  EXPECT_TRUE(speaker_fits(people(0, 0, 3)));
  EXPECT_TRUE(viewer_fits(people(4)));
  EXPECT_TRUE(viewer_fits(people(0, 0, 2)));
  EXPECT_FALSE(viewer_fits(people(0, 0, 3)));
}

TEST(Places, APlaceIsKeptForAnOperatorUntilOneIsThere) {
  EXPECT_TRUE(speaker_fits(people(2)));
  EXPECT_FALSE(speaker_fits(people(3)));
  EXPECT_TRUE(operator_fits(people(3)));
  EXPECT_TRUE(speaker_fits(people(2, 1))) << "the operator has come";
  EXPECT_FALSE(operator_fits(people(3, 1)));
}

TEST(Places, AnOperatorWhoWatchesFindsAPlaceBeyondTheViewers) {
  EXPECT_TRUE(place_for(true, true, people(0, 0, 3), small).admitted);
  EXPECT_FALSE(place_for(true, true, people(0, 0, 4), small).admitted);
}

TEST(Places, NoReserveTakesTheLastPlaceFromEverybody) {
  const PlaceLimits limits{2, 3, 9, 30s};
  EXPECT_TRUE(place_for(false, false, {}, limits).admitted);
  EXPECT_FALSE(place_for(false, false, people(1), limits).admitted);
}

TEST(Places, WhoHasWaitedLongestWithoutMediaGivesUpTheirPlace) {
  auto taken = people(3);
  taken[0].waiting = 31s;
  taken[1].waiting = 40s;
  taken[2].waiting = 29s;
  EXPECT_EQ(place_for(false, false, taken, small).gives_up, "p2");
  taken[1].waiting.reset();
  EXPECT_EQ(place_for(false, false, taken, small).gives_up, "p1");
  taken[0].waiting = 29s;
  EXPECT_FALSE(speaker_fits(taken)) << "they may just be connecting";
}

TEST(Places, NobodyGivesUpAPlaceThatNobodyNeeds) {
  auto taken = people(1);
  taken[0].waiting = 1h;
  EXPECT_FALSE(place_for(false, false, taken, small).gives_up);
}

TEST(Places, AnOperatorGivesUpLast) {
  auto taken = people(3, 1);
  taken[3].waiting = 1h;
  taken[0].waiting = 31s;
  EXPECT_EQ(place_for(false, true, taken, small).gives_up, "p1");
}

TEST(Places, AViewerWhoWaitsMakesNoPlaceForASpeaker) {
  auto taken = people(3, 0, 3);
  taken[5].waiting = 1h;
  EXPECT_FALSE(speaker_fits(taken));
  EXPECT_EQ(place_for(true, false, taken, small).gives_up, "p6");
}

TEST(Places, TheUsualReserveIsTwoAndLessInSmallRooms) {
  EXPECT_EQ(usual_reserve(100), 2);
  EXPECT_EQ(usual_reserve(8), 2);
  EXPECT_EQ(usual_reserve(4), 1);
  EXPECT_EQ(usual_reserve(3), 0);
}

}  // namespace
}  // namespace tessera::room
