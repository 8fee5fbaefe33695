// What a full disk kept from being finished is finished when there is room, and not before.
#include "server/waiting_for_space.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "recording/files.hpp"

namespace tessera::server {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

class WaitingForSpaceTest : public testing::Test {
 protected:
  WaitingForSpaceTest() {
    char name[] = "/tmp/tessera-space-XXXXXX";
    folder_ = mkdtemp(name);
  }
  ~WaitingForSpaceTest() override { fs::remove_all(folder_); }
  /// A live file of which no disk has as much: a sparse one takes none.
  void live_of(std::uintmax_t bytes) const {
    std::ofstream(folder_ + "/live.mkv", std::ios::app).flush();
    fs::resize_file(folder_ + "/live.mkv", bytes);
  }
  void wait() {
    waiting_.add({.id = "a", .room = "r", .directory = folder_, .recovered = true, .attempts = 2},
                 WaitingForSpace::For::space);
  }

  std::string folder_;
  Loop loop_;
  std::vector<FinisherQueue::Job> retried_;
  WaitingForSpace waiting_{loop_, 10ms,
                           [this](FinisherQueue::Job job) { retried_.push_back(std::move(job)); }};
};

TEST_F(WaitingForSpaceTest, GoesBackOnce_WhenThereIsRoom) {
  live_of(std::uintmax_t{1} << 42);
  wait();
  wait();  // the same folder is one
  int looks = 0;
  const SourceGuard count = loop_.every(10ms, [&] { ++looks; });
  ASSERT_TRUE(loop_.run_until([&] { return looks > 10; }, 10s));
  EXPECT_TRUE(retried_.empty());
  EXPECT_EQ(waiting_.size(), 1u);
  live_of(1000);
  ASSERT_TRUE(loop_.run_until([&] { return !retried_.empty(); }, 10s));
  EXPECT_EQ(retried_[0].directory, folder_);
  EXPECT_EQ(retried_[0].attempts, 0);
  EXPECT_TRUE(retried_[0].recovered);
  looks = 0;
  ASSERT_TRUE(loop_.run_until([&] { return looks > 10; }, 10s));
  EXPECT_EQ(retried_.size(), 1u);
  wait();  // full again
  ASSERT_TRUE(loop_.run_until([&] { return retried_.size() == 2; }, 10s));
}

TEST_F(WaitingForSpaceTest, AFolderThatIsAwayIsWaitedFor_AndWhatIsDoneIsNot) {
  live_of(1000);
  wait();
  const std::string away = folder_ + ".away";  // as when its disk is replaced by a larger one
  fs::rename(folder_, away);
  int looks = 0;
  const SourceGuard count = loop_.every(10ms, [&] { ++looks; });
  ASSERT_TRUE(loop_.run_until([&] { return looks > 10; }, 10s));
  EXPECT_EQ(waiting_.size(), 1u);
  EXPECT_TRUE(retried_.empty());
  fs::rename(away, folder_);
  ASSERT_TRUE(loop_.run_until([&] { return retried_.size() == 1; }, 10s));

  wait();
  waiting_.done(folder_);
  EXPECT_EQ(waiting_.size(), 0u);
  looks = 0;
  ASSERT_TRUE(loop_.run_until([&] { return looks > 10; }, 10s));
  EXPECT_EQ(retried_.size(), 1u);
}

TEST_F(WaitingForSpaceTest, WhatSomebodyHolds_IsLookedAtWhenTheyLetGo) {
  live_of(std::uintmax_t{1} << 42);  // room is not what it waits for: it may be finished by then
  auto lock = recording::FolderLock::try_take(folder_).value();
  waiting_.add({.id = "a", .room = "r", .directory = folder_}, WaitingForSpace::For::folder);
  int looks = 0;
  const SourceGuard count = loop_.every(10ms, [&] { ++looks; });
  ASSERT_TRUE(loop_.run_until([&] { return looks > 10; }, 10s));
  EXPECT_TRUE(retried_.empty());
  lock.reset();
  ASSERT_TRUE(loop_.run_until([&] { return retried_.size() == 1; }, 10s));
}

}  // namespace
}  // namespace tessera::server
