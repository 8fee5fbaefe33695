#include "media/key_frame_gate.hpp"

#include <gtest/gtest.h>

namespace tessera::media {
namespace {

constexpr GstClockTime ms = GST_MSECOND;
constexpr GstClockTime frame = 33 * ms;

TEST(KeyFrameGate, FirstRequest_IsForcedAtOnce) {
  KeyFrameGate gate;
  EXPECT_TRUE(gate.request(1000 * ms, true));
}

TEST(KeyFrameGate, OneOnItsWay_ServesEverybodyWhoAsks) {
  KeyFrameGate gate;
  EXPECT_TRUE(gate.request(0, true));
  EXPECT_FALSE(gate.request(5 * ms, true));
  EXPECT_FALSE(gate.request(6 * ms, false));
  gate.on_key_frame(frame);
  EXPECT_FALSE(gate.poll(2 * frame)) << "everybody was served";
  EXPECT_FALSE(gate.poll(5000 * ms));
}

TEST(KeyFrameGate, Repairs_AreASecondApart) {
  KeyFrameGate gate;
  gate.request(0, false);
  gate.on_key_frame(10 * ms);
  int forced = 0;
  for (GstClockTime now = 20 * ms; now < 10'020 * ms; now += frame) {
    // A viewer that loses packets all the time.
    if (gate.request(now, false)) {
      ++forced;
      gate.on_key_frame(now + ms);
    }
  }
  EXPECT_GE(forced, 9);
  EXPECT_LE(forced, 10);
}

TEST(KeyFrameGate, RepairAskedTooEarly_ComesWhenItsSecondIsOver) {
  KeyFrameGate gate;
  gate.request(0, false);
  gate.on_key_frame(0);
  EXPECT_FALSE(gate.request(100 * ms, false));
  EXPECT_FALSE(gate.poll(999 * ms));
  EXPECT_TRUE(gate.poll(1000 * ms));
  EXPECT_FALSE(gate.poll(1033 * ms)) << "it is on its way";
}

TEST(KeyFrameGate, Joiner_DoesNotWaitForTheSecond) {
  KeyFrameGate gate;
  gate.request(0, false);
  gate.on_key_frame(0);
  EXPECT_FALSE(gate.request(100 * ms, true));
  EXPECT_TRUE(gate.poll(200 * ms));
}

TEST(KeyFrameGate, CrowdThatJoins_SharesKeyFrames) {
  KeyFrameGate gate;
  int forced = 0;
  GstClockTime worst = 0, oldest = GST_CLOCK_TIME_NONE;
  for (GstClockTime now = 0; now < 2000 * ms; now += 10 * ms) {  // a joiner every 10 ms
    if (!GST_CLOCK_TIME_IS_VALID(oldest)) oldest = now;
    if (gate.request(now, true)) {
      ++forced;
      worst = std::max(worst, now - oldest);
      gate.on_key_frame(now);
      oldest = GST_CLOCK_TIME_NONE;
    }
  }
  EXPECT_LE(forced, 11);
  EXPECT_LE(worst, 200 * ms);
}

TEST(KeyFrameGate, WhatIsDemanded_WaitsForNothing) {
  KeyFrameGate gate;
  gate.on_key_frame(10 * GST_SECOND);  // a scene that changed, say
  EXPECT_TRUE(gate.demand(10 * GST_SECOND + 50 * GST_MSECOND));
  EXPECT_FALSE(gate.demand(10 * GST_SECOND + 60 * GST_MSECOND)) << "one is on its way";
  gate.on_key_frame(10 * GST_SECOND + 80 * GST_MSECOND);
  EXPECT_FALSE(gate.poll(10 * GST_SECOND + 400 * GST_MSECOND)) << "it has been served";
}

TEST(KeyFrameGate, RequestThatGotLost_IsRepeated) {
  KeyFrameGate gate;
  EXPECT_TRUE(gate.request(0, true));
  EXPECT_FALSE(gate.poll(290 * ms));
  EXPECT_TRUE(gate.poll(300 * ms));
}

}  // namespace
}  // namespace tessera::media
