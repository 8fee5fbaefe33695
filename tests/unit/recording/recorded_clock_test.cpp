#include "recording/recorded_clock.hpp"

#include <gtest/gtest.h>

namespace tessera::recording {
namespace {

constexpr GstClockTime s = GST_SECOND;

TEST(RecordedClock, NothingIsRecordedBeforeTheFirstStretch) {
  RecordedClock clock;
  EXPECT_FALSE(clock.begun());
  EXPECT_FALSE(clock.at(5 * s));
  clock.run(1, 10 * s, 0);
  EXPECT_TRUE(clock.begun());
  EXPECT_FALSE(clock.at(10 * s - 1));
  ASSERT_TRUE(clock.at(10 * s));
  EXPECT_EQ(clock.at(10 * s)->time, 0u);
  EXPECT_EQ(clock.nearest(3 * s).time, 0u);
}

TEST(RecordedClock, StandsStillInAPause) {
  RecordedClock clock;
  clock.run(1, 10 * s, 0);
  clock.hold(14 * s);
  clock.run(1, 20 * s, 4 * s);
  EXPECT_EQ(clock.at(13 * s)->time, 3 * s);
  EXPECT_FALSE(clock.at(14 * s));
  EXPECT_FALSE(clock.at(19 * s));
  EXPECT_EQ(clock.nearest(17 * s).time, 4 * s);
  EXPECT_EQ(clock.at(21 * s)->time, 5 * s);
  EXPECT_EQ(clock.at(21 * s)->total, 5 * s);
  EXPECT_NE(clock.at(21 * s)->cut, clock.at(13 * s)->cut);
}

TEST(RecordedClock, APartBeginsAtZeroAndTheTotalGoesOn) {
  RecordedClock clock;
  clock.run(2, 10 * s, 0);
  clock.hold(15 * s);
  clock.run(3, 15 * s, 0);
  const auto place = clock.at(16 * s);
  ASSERT_TRUE(place);
  EXPECT_EQ(place->part, 3);
  EXPECT_EQ(place->time, 1 * s);
  EXPECT_EQ(place->total, 6 * s);
  EXPECT_EQ(place->part_start(), 5 * s);
  EXPECT_EQ(clock.at(15 * s - 1)->part, 2);
  EXPECT_EQ(clock.at(15 * s - 1)->cut, place->cut);  // nothing is lost between the two
}

TEST(RecordedClock, APartThatBeginsEndsTheStretchThatWasOpen) {
  RecordedClock clock;
  clock.run(1, 0, 0);
  clock.run(2, 4 * s, 0);
  EXPECT_EQ(clock.at(4 * s - 1)->part, 1);
  EXPECT_EQ(clock.at(5 * s)->total, 5 * s);
}

TEST(RecordedClock, AfterTheEndNothingIsRecorded) {
  RecordedClock clock;
  clock.run(1, 1 * s, 0);
  clock.hold(3 * s);
  clock.hold(9 * s);  // said again, later: the first word counts
  EXPECT_FALSE(clock.at(3 * s));
  EXPECT_EQ(clock.nearest(50 * s).time, 2 * s);
}

}  // namespace
}  // namespace tessera::recording
