#include "webrtc/audio_tap.hpp"

#include <gtest/gtest.h>

namespace tessera::webrtc {
namespace {

TEST(LossCounter, CountsWhatIsMissing) {
  LossCounter counter;
  EXPECT_EQ(counter.missing_before(65'533), 0) << "nothing is missing before the first";
  EXPECT_EQ(counter.missing_before(65'534), 0);
  EXPECT_EQ(counter.missing_before(1), 2) << "across the wrap";
  EXPECT_EQ(counter.missing_before(2), 0);
}

TEST(LossCounter, LateOnesAndNewStartsAreNotLosses) {
  LossCounter counter;
  counter.missing_before(100);
  EXPECT_EQ(counter.missing_before(90), 0);
  EXPECT_EQ(counter.missing_before(20'000), 0);
  EXPECT_EQ(counter.missing_before(20'001), 0);
}

}  // namespace
}  // namespace tessera::webrtc
