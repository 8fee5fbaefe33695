#include "recording/timeline_writer.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>

#include "recording/timeline.hpp"

namespace tessera::recording {
namespace {

class TimelineWriterTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = testing::TempDir() + "timeline-" + std::to_string(::getpid());
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  static std::string line(int number) {
    return timeline_line({wall_now(), {1, number}, "speakers", Json::object({{"ids", Json::array({"p1"})}})});
  }
  std::string folder_;
};

TEST_F(TimelineWriterTest, EveryLineIsThereInOrderWhenItIsClosed) {
  {
    auto writer = TimelineWriter::open(folder_);
    ASSERT_TRUE(writer);
    for (int i = 0; i < 5000; ++i) (*writer)->append(line(i));
  }
  const auto timeline = read_timeline(folder_);
  ASSERT_TRUE(timeline);
  ASSERT_EQ(timeline->events.size(), 5000u);
  for (int i = 0; i < 5000; ++i) ASSERT_EQ(timeline->events[static_cast<std::size_t>(i)].time.ms, i);
}

TEST_F(TimelineWriterTest, ALineIsInTheFileWithoutWaitingForTheNext) {
  auto writer = TimelineWriter::open(folder_);
  ASSERT_TRUE(writer);
  (*writer)->append(line(1));
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (read_timeline(folder_)->events.empty() && std::chrono::steady_clock::now() < deadline) {
  }
  EXPECT_EQ(read_timeline(folder_)->events.size(), 1u);
}

TEST_F(TimelineWriterTest, GoesOnBehindALineThatACrashCut) {
  std::ofstream(folder_ + "/" + timeline_file) << line(1) << line(2).substr(0, 30);
  {
    auto writer = TimelineWriter::open(folder_);
    ASSERT_TRUE(writer);
    (*writer)->append(line(3));
  }
  const auto timeline = read_timeline(folder_);
  ASSERT_EQ(timeline->events.size(), 2u);
  EXPECT_EQ(timeline->events[1].time.ms, 3);
  EXPECT_EQ(timeline->bad_lines, 1u);
  EXPECT_FALSE(timeline->torn);
}

TEST_F(TimelineWriterTest, AFullDiskIsReportedOnceAndWhatIsThereStaysWhole) {
  // A limit on the size of files refuses as a full disk does, in the middle of a line.
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const rlimit small{static_cast<rlim_t>(line(0).size() * 2 + 10), before.rlim_max};
  std::atomic<int> failures{0};
  setrlimit(RLIMIT_FSIZE, &small);
  {
    auto writer = TimelineWriter::open(folder_, [&](const Error&) { ++failures; });
    ASSERT_TRUE(writer);
    for (int i = 0; i < 9; ++i) (*writer)->append(line(i));
  }
  setrlimit(RLIMIT_FSIZE, &before);
  EXPECT_EQ(failures, 1);
  const auto timeline = read_timeline(folder_);
  EXPECT_EQ(timeline->events.size(), 2u);
  EXPECT_TRUE(timeline->torn);
}

TEST_F(TimelineWriterTest, AFolderThatIsNotThereIsAnError) {
  const auto writer = TimelineWriter::open(folder_ + "/none");
  ASSERT_FALSE(writer);
  EXPECT_EQ(writer.error().code, "cannot-write");
}

}  // namespace
}  // namespace tessera::recording
