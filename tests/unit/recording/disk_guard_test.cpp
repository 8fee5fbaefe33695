#include "recording/disk_guard.hpp"

#include <gtest/gtest.h>

namespace tessera::recording {
namespace {

using namespace std::chrono_literals;
using Verdict = DiskOutlook::Verdict;
constexpr std::uint64_t MB = 1'000'000;
const std::chrono::steady_clock::time_point start{};

TEST(DiskGuard, ForecastsFromWhatTheRecordingWrites) {
  DiskGuard guard({.reserve = 100 * MB, .warn_before = 10min});
  DiskOutlook outlook;
  for (int second = 0; second <= 30; ++second)
    outlook =
        guard.look(start + std::chrono::seconds(second), 4000 * MB, static_cast<std::uint64_t>(second) * MB);
  ASSERT_TRUE(outlook.left);
  EXPECT_NEAR(outlook.bytes_per_second, 1e6, 1);
  EXPECT_EQ(*outlook.left, 3900s);
  EXPECT_EQ(outlook.verdict, Verdict::fine);
}

TEST(DiskGuard, SaysHowLongItLastsAsPeopleDo) {
  EXPECT_EQ(forecast_text("The disk", -5s), "The disk lasts for less than a minute.");
  EXPECT_EQ(forecast_text("The disk", 0s), "The disk lasts for less than a minute.");
  EXPECT_EQ(forecast_text("The disk", 59s), "The disk lasts for less than a minute.");
  EXPECT_EQ(forecast_text("The disk", 60s), "The disk lasts for about 1 more minute.");
  EXPECT_EQ(forecast_text("The disk", 61s), "The disk lasts for about 2 more minutes.");
}

TEST(DiskGuard, OthersThatFillTheDiskCountToo) {
  DiskGuard guard({.reserve = 0, .warn_before = 0s});
  DiskOutlook outlook;
  for (unsigned second = 0; second <= 10; ++second)
    outlook = guard.look(start + std::chrono::seconds(second), (1000 - 10 * second) * MB, second * MB);
  EXPECT_EQ(*outlook.left, 90s);
}

TEST(DiskGuard, WarnsOnce_AndAgainOnlyAfterRelief) {
  DiskGuard guard({.reserve = 0, .warn_before = 100s});
  int warnings = 0;
  std::uint64_t written = 0;
  const auto run = [&](int from, int until, std::uint64_t free) {
    for (int second = from; second < until; ++second)
      warnings +=
          guard.look(start + std::chrono::seconds(second), free, written += MB).verdict == Verdict::warn;
  };
  run(0, 20, 1000 * MB);
  EXPECT_EQ(warnings, 0);
  run(20, 21, 1000 * MB);
  run(100, 150, 90 * MB);
  EXPECT_EQ(warnings, 1);
  run(250, 300, 1000 * MB);
  EXPECT_EQ(warnings, 1);
  run(400, 450, 90 * MB);
  EXPECT_EQ(warnings, 2);
}

TEST(DiskGuard, StopsWhenTheReserveIsTouched_AtOnce) {
  DiskGuard guard({.reserve = 200 * MB, .warn_before = 30min});
  EXPECT_EQ(guard.look(start, 200 * MB, 0).verdict, Verdict::fine);
  EXPECT_EQ(guard.look(start + 1s, 200 * MB - 1, 0).verdict, Verdict::stop);
}

TEST(DiskGuard, WhatFinishingNeedsIsNotThereToBeRecordedInto) {
  DiskGuard guard({.reserve = 100 * MB, .warn_before = 10min});
  EXPECT_EQ(guard.look(start, 500 * MB, 0, 400 * MB).verdict, Verdict::fine);
  EXPECT_EQ(guard.look(start + 1s, 500 * MB, 0, 401 * MB).verdict, Verdict::stop);
  EXPECT_EQ(guard.look(start + 2s, 5 * MB, 0, 401 * MB).verdict, Verdict::stop);

  // Each byte that is written is needed twice.
  DiskGuard growing({.reserve = 0, .warn_before = 0s});
  DiskOutlook outlook;
  for (unsigned second = 0; second <= 10; ++second)
    outlook =
        growing.look(start + std::chrono::seconds(second), (1000 - second) * MB, second * MB, second * MB);
  ASSERT_TRUE(outlook.left);
  EXPECT_EQ(*outlook.left, 490s);
  EXPECT_EQ(outlook.free, 990 * MB);
}

TEST(DiskGuard, FinishingTakesThePartOnceMore_AndTheChangedSoundAtMostAgain) {
  EXPECT_EQ(finishing_bytes(500 * MB, 0), 500 * MB);
  EXPECT_EQ(finishing_bytes(500 * MB, as_large_as_the_part), 1000 * MB);
  // An hour at 320 kbit/s is 144 MB.
  EXPECT_EQ(finishing_bytes(500 * MB, 3'600'000), (500 + 144 + 1) * MB);
  EXPECT_EQ(finishing_bytes(100 * MB, 3'600'000), 200 * MB);
}

TEST(DiskGuard, NothingIsForetoldFromTheFirstSeconds_OrWhileNothingGrows) {
  DiskGuard guard({.reserve = 0, .warn_before = 30min});
  EXPECT_FALSE(guard.look(start, 500 * MB, 0).left);
  EXPECT_FALSE(guard.look(start + 2s, 400 * MB, 100 * MB).left);
  DiskGuard paused({.reserve = 0, .warn_before = 30min});
  for (int second = 0; second < 90; ++second) {
    const auto outlook = paused.look(start + std::chrono::seconds(second), 500 * MB, 7);
    EXPECT_FALSE(outlook.left);
    EXPECT_EQ(outlook.verdict, Verdict::fine);
  }
}

}  // namespace
}  // namespace tessera::recording
