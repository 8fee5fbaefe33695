#include "server/rate_limit.hpp"

#include <gtest/gtest.h>

namespace tessera::server {
namespace {

using namespace std::chrono_literals;

TEST(RateLimitTest, ABurstPassesAndWhatExceedsItDoesNot) {
  const auto start = RateLimit::Clock::now();
  RateLimit limit(10, 5, start);
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(limit.take(start)) << i;
  EXPECT_FALSE(limit.take(start));
}

TEST(RateLimitTest, TimeRefillsUpToTheBurst) {
  const auto start = RateLimit::Clock::now();
  RateLimit limit(10, 5, start);
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(limit.take(start));
  EXPECT_FALSE(limit.take(start + 50ms));
  EXPECT_TRUE(limit.take(start + 160ms));
  int passed = 0;
  for (int i = 0; i < 20; ++i) passed += limit.take(start + 1h) ? 1 : 0;
  EXPECT_EQ(passed, 5);
}

TEST(RateLimitTest, WhatCostsMoreTakesMore) {
  const auto start = RateLimit::Clock::now();
  RateLimit limit({10, 100}, start);
  EXPECT_FALSE(limit.take(start, 101));
  EXPECT_TRUE(limit.take(start, 60));
  EXPECT_FALSE(limit.take(start, 60));
  EXPECT_DOUBLE_EQ(limit.left(), 0.4);
  EXPECT_TRUE(limit.take(start + 2s, 60));
}

TEST(RateLimitTest, ADebtIsPaidWithTime) {
  const auto start = RateLimit::Clock::now();
  RateLimit limit({10, 100}, start);
  EXPECT_EQ(limit.spend(start, 90), 0ms);
  EXPECT_EQ(limit.spend(start, 30), 2s);
  EXPECT_FALSE(limit.take(start + 1s));
  EXPECT_TRUE(limit.take(start + 3s));
}

TEST(RateLimitTest, AClockThatStepsBackGivesNothingAway) {
  const auto start = RateLimit::Clock::now();
  RateLimit limit(10, 1, start);
  EXPECT_TRUE(limit.take(start));
  EXPECT_FALSE(limit.take(start - 1h));
}

}  // namespace
}  // namespace tessera::server
