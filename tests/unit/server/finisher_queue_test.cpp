#include "server/finisher_queue.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fake_room.hpp"

namespace tessera::server {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr int last_attempt = 2;  // of three

class FinisherQueueTest : public testing::Test {
 protected:
  std::unique_ptr<FinisherQueue> queue(std::vector<std::string> command) {
    return std::make_unique<FinisherQueue>(
        loop_, std::move(command),
        [this](const FinisherQueue::Job& job, const FinisherQueue::Outcome& outcome) {
          EXPECT_EQ(outcome.id, job.id);
          done_.push_back(job.id + (outcome.ready ? " ready" : " failed"));
          detail_ = outcome.detail;
        });
  }
  static FinisherQueue::Job job(const std::string& id) {
    FinisherQueue::Job made;
    made.id = id;
    made.directory = "/recordings/" + id;
    made.attempts = last_attempt;
    return made;
  }

  Loop loop_;
  std::vector<std::string> done_;
  std::string detail_;
};

TEST_F(FinisherQueueTest, OneAfterTheOther) {
  const auto finishers = queue(test::fake_finisher_command("ready"));
  for (const char* id : {"a", "b", "c"}) finishers->add(job(id));
  ASSERT_TRUE(loop_.run_until([&] { return done_.size() == 3; }, 10s));
  EXPECT_THAT(done_, ElementsAre("a ready", "b ready", "c ready"));
}

// Else a recording would be neither finished nor failed, and those after it would wait for ever.
TEST_F(FinisherQueueTest, AFinisherThatCannotBeStartedIsAFailureAndTheNextIsTried) {
  const auto finishers = queue({"/no/such/program"});
  finishers->add(job("a"));
  finishers->add(job("b"));
  ASSERT_TRUE(loop_.run_until([&] { return done_.size() == 2; }, 10s));
  EXPECT_THAT(done_, ElementsAre("a failed", "b failed"));
  EXPECT_THAT(detail_, HasSubstr("/no/such/program"));
  EXPECT_TRUE(finishers->idle());
}

}  // namespace
}  // namespace tessera::server
