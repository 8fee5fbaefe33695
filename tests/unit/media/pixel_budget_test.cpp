#include "media/pixel_budget.hpp"

#include <gtest/gtest.h>

#include "media/pixel_meter.hpp"

namespace tessera::media {
namespace {

using namespace std::chrono_literals;
using Step = PixelBudget::Step;

/// A room in which each source asks for the same every second; keeps the last order of each.
struct Room {
  explicit Room(PixelBudget::Limits limits) : budget(limits) {}
  void run(const std::vector<PixelBudget::Source>& sources, int seconds) {
    for (int i = 0; i < seconds; ++i, now += 1s)
      for (const auto& order : budget.look(sources, now)) last[order.id] = order;
  }
  Step step(const std::string& id) { return last.contains(id) ? last[id].step : Step::free; }
  PixelBudget budget;
  PixelBudget::Time now{1000s};
  std::map<std::string, PixelBudget::Order> last;
};

TEST(PixelBudget, SaysNothingToThoseWithinTheirLimit) {
  Room room({100, 1000});
  room.run({{"a", 100}, {"b", 99}}, 100);
  EXPECT_TRUE(room.last.empty());
}

TEST(PixelBudget, AsksFirst_ThenTakesKeyFrames_ThenCloses) {
  Room room({100, 0});
  room.run({{"a", 150}, {"b", 50}}, 1);
  EXPECT_EQ(room.step("a"), Step::asked);
  EXPECT_EQ(room.last["a"].limit, 100u);
  room.run({{"a", 150}, {"b", 50}}, 4);
  EXPECT_EQ(room.step("a"), Step::asked);
  room.run({{"a", 150}, {"b", 50}}, 1);
  EXPECT_EQ(room.step("a"), Step::key_frames);
  room.run({{"a", 150}, {"b", 50}}, 9);
  EXPECT_EQ(room.step("a"), Step::key_frames);
  room.run({{"a", 150}, {"b", 50}}, 1);
  EXPECT_EQ(room.step("a"), Step::closed);
  EXPECT_EQ(room.step("b"), Step::free);
}

TEST(PixelBudget, FarBeyondTheLimitThereIsNoTimeToAsk) {
  Room room({100, 0});
  room.run({{"a", 201}}, 1);
  EXPECT_EQ(room.step("a"), Step::key_frames);
}

TEST(PixelBudget, WhoSendsLessGetsItsFramesBack_AndIsFreeLater) {
  Room room({100, 0});
  room.run({{"a", 300}}, 5);
  EXPECT_EQ(room.step("a"), Step::key_frames);
  room.run({{"a", 80}}, 6);
  EXPECT_EQ(room.step("a"), Step::asked) << "still told to send less";
  room.run({{"a", 80}}, 59);
  EXPECT_EQ(room.step("a"), Step::asked);
  room.run({{"a", 80}}, 2);
  EXPECT_EQ(room.step("a"), Step::free);
}

TEST(PixelBudget, AShortBurstDoesNotTakeFramesAway) {
  Room room({100, 0});
  for (int i = 0; i < 20; ++i) {
    room.run({{"a", 150}}, 3);
    room.run({{"a", 50}}, 1);
  }
  EXPECT_EQ(room.step("a"), Step::asked);
}

TEST(PixelBudget, AFullRoomAsksThoseWhoWantMoreThanTheirShare) {
  Room room({1000, 300});
  // 20 + 40 leave 240 for two: 120 each.
  room.run({{"a", 20}, {"b", 40}, {"c", 200}, {"d", 200}}, 1);
  EXPECT_EQ(room.step("a"), Step::free);
  EXPECT_EQ(room.step("b"), Step::free);
  EXPECT_EQ(room.step("c"), Step::asked);
  EXPECT_EQ(room.last["d"].limit, 120u);
  Room roomy({1000, 460});
  roomy.run({{"a", 20}, {"b", 40}, {"c", 200}, {"d", 200}}, 1);
  EXPECT_TRUE(roomy.last.empty());
}

TEST(PixelBudget, WithoutLimitsNobodyIsAsked) {
  Room room({0, 0});
  room.run({{"a", 1e12}}, 30);
  EXPECT_TRUE(room.last.empty());
}

TEST(PixelBudget, ForgetsWhoHasGone) {
  Room room({100, 0});
  room.run({{"a", 150}}, 6);
  EXPECT_EQ(room.step("a"), Step::key_frames);
  room.run({}, 1);
  room.run({{"a", 150}}, 1);
  EXPECT_EQ(room.step("a"), Step::asked) << "another endpoint of that name starts afresh";
}

TEST(PixelMeter, CountsEverything_AndNeedsAKeyFrameAfterAHole) {
  PixelMeter meter;
  PixelMeter::Time now{1000s};
  EXPECT_TRUE(meter.admit(10, true, now));
  EXPECT_TRUE(meter.admit(10, false, now));
  meter.set_mode(PixelMeter::Mode::key_frames);
  EXPECT_FALSE(meter.admit(10, false, now));
  EXPECT_TRUE(meter.admit(10, true, now));
  EXPECT_FALSE(meter.admit(10, false, now));
  meter.set_mode(PixelMeter::Mode::all);
  EXPECT_FALSE(meter.admit(10, false, now)) << "it refers to a frame that was not decoded";
  EXPECT_TRUE(meter.admit(10, true, now));
  EXPECT_TRUE(meter.admit(10, false, now));
  EXPECT_EQ(meter.take_asked(), 80u);
  EXPECT_EQ(meter.take_asked(), 0u);
  EXPECT_EQ(meter.skipped(), 3u);
  meter.set_mode(PixelMeter::Mode::nothing);
  EXPECT_FALSE(meter.admit(10, true, now));
}

TEST(PixelMeter, HoldsItsCeilingWithinASecond) {
  PixelMeter meter;
  meter.set_ceiling(25);
  PixelMeter::Time now{1000s};
  EXPECT_TRUE(meter.admit(10, true, now));
  EXPECT_TRUE(meter.admit(10, false, now));
  EXPECT_FALSE(meter.admit(10, true, now + 900ms));
  EXPECT_FALSE(meter.admit(10, false, now + 1s)) << "not without a key frame";
  EXPECT_TRUE(meter.admit(10, true, now + 1s));
  EXPECT_TRUE(meter.admit(1000, true, now + 2s)) << "one picture a second, however small the ceiling";
}

}  // namespace
}  // namespace tessera::media
