#include "recording/switch_history.hpp"

#include <gtest/gtest.h>

namespace tessera::recording {
namespace {

TEST(SwitchHistory, EverythingIsOnUntilSomethingIsSaid) {
  const SwitchHistory history;
  EXPECT_TRUE(history.audio_at(0));
  EXPECT_TRUE(history.video_at(GST_SECOND));
}

TEST(SwitchHistory, SaysHowThingsWereAtAnyMoment) {
  SwitchHistory history;
  history.set(0, true, false);
  history.set(5 * GST_SECOND, false, false);
  history.set(6 * GST_SECOND, true, true);
  EXPECT_TRUE(history.audio_at(5 * GST_SECOND - 1));
  EXPECT_FALSE(history.video_at(5 * GST_SECOND - 1));
  EXPECT_FALSE(history.audio_at(5 * GST_SECOND));
  EXPECT_FALSE(history.audio_at(6 * GST_SECOND - 1));
  EXPECT_TRUE(history.audio_at(6 * GST_SECOND));
  EXPECT_TRUE(history.video_at(100 * GST_SECOND));
}

TEST(SwitchHistory, EverythingWasOnBeforeTheFirstChange) {
  SwitchHistory history;
  history.set(5 * GST_SECOND, false, false);
  EXPECT_TRUE(history.audio_at(4 * GST_SECOND));
  EXPECT_FALSE(history.video_at(5 * GST_SECOND));
}

TEST(SwitchHistory, ForgetsWhatIsTooOldAndKeepsWhatHeldThen) {
  SwitchHistory history;
  history.set(0, false, true);
  for (GstClockTime second = 1; second < 1000; ++second)
    history.set(second * GST_SECOND, second % 2 == 0, true);
  EXPECT_FALSE(history.audio_at(995 * GST_SECOND));
  EXPECT_TRUE(history.audio_at(996 * GST_SECOND));
  history.set(5000 * GST_SECOND, true, true);
  EXPECT_FALSE(history.audio_at(4990 * GST_SECOND)) << "as the last change before the limit left it";
}

}  // namespace
}  // namespace tessera::recording
