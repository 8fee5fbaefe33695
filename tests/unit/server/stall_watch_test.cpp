#include "server/stall_watch.hpp"

#include <gtest/gtest.h>

namespace tessera::server {
namespace {

using std::chrono::seconds;
constexpr auto limit = seconds(30);
const StallWatch::Clock::time_point start{};

TEST(StallWatchTest, WhoTakesNothingForTheWholeTimeStalls) {
  StallWatch watch;
  EXPECT_FALSE(watch.stalled(100'000, 5, start, limit));
  EXPECT_FALSE(watch.stalled(100'000, 5, start + seconds(29), limit));
  EXPECT_TRUE(watch.stalled(100'000, 5, start + seconds(30), limit));
}

TEST(StallWatchTest, AByteNowAndThenIsNoProgress) {
  StallWatch watch;
  bool stalled = false;
  for (int second = 0; second <= 30; ++second)
    stalled =
        watch.stalled(100'000, static_cast<std::uint64_t>(second) * 500, start + seconds(second), limit);
  EXPECT_TRUE(stalled);
}

TEST(StallWatchTest, ASlowReaderWhoReadsIsLeftAlone) {
  StallWatch watch;
  for (int second = 0; second <= 3600; ++second)
    ASSERT_FALSE(
        watch.stalled(100'000, static_cast<std::uint64_t>(second) * 1000, start + seconds(second), limit));
}

TEST(StallWatchTest, NothingToTakeIsNoStall) {
  StallWatch watch;
  EXPECT_FALSE(watch.stalled(10, 0, start, limit));
  EXPECT_FALSE(watch.stalled(0, 10, start + seconds(29), limit)) << "all was taken: the server is at work";
  EXPECT_FALSE(watch.stalled(10, 10, start + seconds(58), limit));
  EXPECT_TRUE(watch.stalled(10, 10, start + seconds(59), limit));
}

}  // namespace
}  // namespace tessera::server
