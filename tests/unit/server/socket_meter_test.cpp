#include "server/socket_meter.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "server/client_message.hpp"

namespace tessera::server {
namespace {

using namespace std::chrono_literals;
using Fate = InputTap::Fate;

class SocketMeterTest : public testing::Test {
 protected:
  // A frame whose mask is zeros, of up to 64 kB.
  static std::string frame(unsigned char first, std::size_t payload) {
    std::string bytes(1, static_cast<char>(first));
    if (payload < 126) {
      bytes.push_back(static_cast<char>(0x80 | payload));
    } else {
      bytes.push_back(static_cast<char>(0x80 | 126));
      bytes.push_back(static_cast<char>(payload >> 8));
      bytes.push_back(static_cast<char>(payload));
    }
    return bytes + std::string(4, '\0') + std::string(payload, 'x');
  }
  Fate read(std::string_view bytes) {
    return meter_.on_read({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
  }

  SocketLimits limits_{.pings = {1, 3}, .input = {1000, 100'000}};
  RateLimit::Clock::time_point now_ = RateLimit::Clock::now();
  std::optional<SocketMeter::Breach> breach_;
  SocketMeter meter_{limits_, [this](const SocketMeter::Breach& breach) { breach_ = breach; },
                     [this] { return now_; }};
};

TEST_F(SocketMeterTest, ATurnOfTheLoopReadsSoManyBytes) {
  const std::string part(1000, 'x');
  read(frame(0x81, 15'000).substr(0, 1000));
  const std::size_t before = meter_.may_read();
  EXPECT_EQ(read(part), Fate::pass);
  EXPECT_EQ(meter_.may_read(), before - part.size());
  while (meter_.may_read() >= part.size()) read(part);
  meter_.next_turn();
  EXPECT_EQ(meter_.may_read(), 16u * 1024);
}

TEST_F(SocketMeterTest, ATurnOfTheLoopReadsSoManyMessages) {
  while (meter_.may_read() > 0) ASSERT_EQ(read(frame(0x81, 2)), Fate::pass);
  meter_.next_turn();
  EXPECT_GT(meter_.may_read(), 0u);
  EXPECT_FALSE(breach_) << "no more than a turn's messages had come";
}

TEST_F(SocketMeterTest, BeforeJoinAMessageIsSmall) {
  EXPECT_EQ(read(frame(0x81, max_message_before_join).substr(0, 100)), Fate::pass);
  EXPECT_FALSE(breach_);
  SocketMeter other(
      limits_, [this](const SocketMeter::Breach& breach) { breach_ = breach; }, [this] { return now_; });
  const std::string large = frame(0x81, max_message_before_join + 1).substr(0, 8);
  EXPECT_EQ(other.on_read({reinterpret_cast<const std::uint8_t*>(large.data()), large.size()}), Fate::drop);
  ASSERT_TRUE(breach_);
  EXPECT_EQ(breach_->problem.status, 413);
  EXPECT_EQ(breach_->close_code, 1009);
}

TEST_F(SocketMeterTest, FramesOfNothingCostSomething) {
  while (!breach_) read(frame(0x01, 0) + frame(0x00, 0));
  EXPECT_EQ(breach_->problem.code, "rate-limited");
}

TEST_F(SocketMeterTest, PingsAreFewAndTheirPongsAreCounted) {
  EXPECT_EQ(read(frame(0x89, 100) + frame(0x89, 0)), Fate::pass);
  EXPECT_EQ(meter_.pong_bytes(), 104u);
  EXPECT_EQ(read(frame(0x89, 0)), Fate::pass);
  EXPECT_EQ(read(frame(0x89, 0)), Fate::drop);
  ASSERT_TRUE(breach_);
  EXPECT_EQ(breach_->problem.status, 429);
}

TEST_F(SocketMeterTest, PingsNowAndThenAreNoFault) {
  for (int i = 0; i < 100; ++i, now_ += 1s) ASSERT_EQ(read(frame(0x89, 4)), Fate::pass) << i;
}

TEST_F(SocketMeterTest, WhoSendsMuchWaitsForOthers) {
  EXPECT_FALSE(meter_.waits_for_others());
  while (!meter_.waits_for_others()) ASSERT_EQ(read(frame(0x81, 10'000)), Fate::pass);
  now_ += 1h;
  read(frame(0x81, 10));
  EXPECT_FALSE(meter_.waits_for_others());
}

TEST_F(SocketMeterTest, AfterABreachOnlyTheEndIsWaitedFor) {
  while (!breach_) read(frame(0x89, 0));
  breach_.reset();
  EXPECT_EQ(read(frame(0x81, 10)), Fate::drop);
  EXPECT_FALSE(breach_) << "told once";
  EXPECT_EQ(read(frame(0x88, 2)), Fate::end);
}

TEST_F(SocketMeterTest, WhoNeverStopsIsLeftUnreadForAWhileAndThenHungUpOn) {
  meter_.expect_close();
  std::size_t sent = 0;
  const std::string bytes = frame(0x81, 10'000);
  while (meter_.pause() == 0ms && sent < 1'000'000) {
    ASSERT_EQ(read(bytes), Fate::drop);
    sent += bytes.size();
    meter_.next_turn();
  }
  EXPECT_LT(sent, 300'000u);
  EXPECT_EQ(meter_.pause(), 0ms) << "once";
  EXPECT_GT(meter_.may_read(), 0u);
  EXPECT_EQ(read(bytes), Fate::end);
}

}  // namespace
}  // namespace tessera::server
