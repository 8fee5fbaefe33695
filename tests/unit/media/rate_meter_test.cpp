#include "media/rate_meter.hpp"

#include <gtest/gtest.h>

namespace tessera::media {
namespace {

TEST(RateMeter, SteadyStream_GivesItsRate) {
  RateMeter meter;
  GstClockTime now = 0;
  for (int i = 0; i < 150; ++i, now += GST_SECOND / 30) meter.add(now, 1000);
  EXPECT_NEAR(meter.bits_per_second(now), 240'000, 2'000);
}

TEST(RateMeter, Silence_GivesZeroAfterTheWindow) {
  RateMeter meter;
  meter.add(0, 1000);
  meter.add(GST_SECOND, 1000);
  EXPECT_GT(meter.bits_per_second(GST_SECOND), 0);
  EXPECT_EQ(meter.bits_per_second(5 * GST_SECOND), 0);
}

}  // namespace
}  // namespace tessera::media
