#include "webrtc/newest_stream.hpp"

#include <gtest/gtest.h>

namespace tessera::webrtc {
namespace {

TEST(NewestStream, TheLatestToAppearIsTheOne) {
  NewestStream streams;
  const int first = streams.add(GST_SECOND);
  EXPECT_TRUE(streams.admits(first, GST_SECOND));
  const int second = streams.add(2 * GST_SECOND);
  EXPECT_FALSE(streams.admits(first, 2 * GST_SECOND)) << "even before the first packet of the second";
  EXPECT_TRUE(streams.admits(second, 2 * GST_SECOND));
  EXPECT_FALSE(streams.admits(first, 3 * GST_SECOND - 1));
}

TEST(NewestStream, AnOlderOneCountsAgainWhenTheNewestIsSilent) {
  NewestStream streams;
  const int first = streams.add(0), second = streams.add(0);
  EXPECT_TRUE(streams.admits(second, GST_SECOND));
  EXPECT_FALSE(streams.admits(first, 2 * GST_SECOND - 1));
  EXPECT_TRUE(streams.admits(first, 2 * GST_SECOND));
  EXPECT_FALSE(streams.admits(second, 2 * GST_SECOND)) << "now that one is the older";
}

}  // namespace
}  // namespace tessera::webrtc
