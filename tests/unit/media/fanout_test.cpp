#include "media/fanout.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace tessera::media {
namespace {

TEST(Fanout, CallsEveryConsumerUntilItsTokenGoes) {
  Fanout<int> fanout;
  int first = 0, second = 0;
  auto a = fanout.subscribe([&](int value) { first += value; });
  auto b = fanout.subscribe([&](int value) { second += value; });
  fanout.call(1);
  a.reset();
  fanout.call(10);
  EXPECT_EQ(first, 1);
  EXPECT_EQ(second, 11);
  EXPECT_EQ(fanout.size(), 1u);
}

TEST(Fanout, ConsumerMayDropItsOwnToken) {
  Fanout<int> fanout;
  int calls = 0;
  std::shared_ptr<void> token;
  token = fanout.subscribe([&](int) {
    ++calls;
    token.reset();
  });
  fanout.call(1);
  fanout.call(1);
  EXPECT_EQ(calls, 1);
}

TEST(Fanout, TokenMayOutliveTheFanout) {
  std::shared_ptr<void> token;
  bool left = false;
  {
    Fanout<int> fanout;
    token = fanout.subscribe([](int) {}, [&] { left = true; });
  }
  token.reset();
  EXPECT_TRUE(left);
}

TEST(Fanout, AfterTheTokenIsGone_NoCallIsUnderWay) {
  Fanout<int> fanout;
  std::atomic<bool> stop = false;
  std::thread producer([&] {
    while (!stop) fanout.call(1);
  });
  for (int i = 0; i < 300; ++i) {
    auto alive = std::make_unique<std::atomic<int>>(0);
    auto token = fanout.subscribe([raw = alive.get()](int) { ++*raw; });
    while (*alive == 0) std::this_thread::yield();
    token.reset();
    alive.reset();  // a call after this would be seen by the sanitizers
  }
  stop = true;
  producer.join();
}

}  // namespace
}  // namespace tessera::media
