// What a room's recordings hold.
#include "recording/quota.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

namespace tessera::recording {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

class QuotaTest : public testing::Test {
 protected:
  QuotaTest() {
    std::string pattern = testing::TempDir() + "/quota-XXXXXX";
    directory_ = ::mkdtemp(pattern.data());
  }
  ~QuotaTest() override { fs::remove_all(directory_); }

  /// A file of a recording of the room "blue"; gives the recording's folder.
  std::string put(const std::string& recording, const std::string& name, std::size_t bytes) {
    const std::string folder = room() + "/" + recording;
    fs::create_directories(fs::path(folder + "/" + name).parent_path());
    std::ofstream(folder + "/" + name) << std::string(bytes, 'x');
    return folder;
  }
  [[nodiscard]] std::string room() const { return directory_ + "/blue"; }
  std::string directory_;
};

TEST_F(QuotaTest, EverythingCounts_TracksToo) {
  put("a", "recording.mp4", 3000);
  put("a", "tracks/p1-main-001.mkv", 500);
  put("b", "live.mkv", 200);
  EXPECT_EQ(room_bytes(room()), 3700u);
  EXPECT_EQ(room_bytes(room(), "b"), 3500u);
  EXPECT_EQ(room_bytes(directory_ + "/nowhere"), 0u);
}

TEST_F(QuotaTest, WhatIsBeingFinishedCountsOnce) {
  const std::string folder = put("a", "live.mkv", 1000);
  put("a", "recording.mp4.part", 400);
  EXPECT_EQ(recording_bytes(folder), 1000u);
  fs::rename(folder + "/recording.mp4.part", folder + "/recording.mp4");
  put("a", "live-002.mkv", 700);
  EXPECT_EQ(recording_bytes(folder), 1100u) << "the first part, finished, and the second";
  fs::remove(folder + "/live.mkv");
  EXPECT_EQ(recording_bytes(folder), 1100u);
  put("a", "tracks/p1-main-001.mkv", 50);
  put("a", "tracks/p1-main-001.mkv.part", 50);
  EXPECT_EQ(recording_bytes(folder), 1150u);
}

TEST_F(QuotaTest, LinksAreNotFollowed) {
  put("a", "recording.mp4", 10);
  fs::create_directory(directory_ + "/elsewhere");
  std::ofstream(directory_ + "/elsewhere/precious") << std::string(100'000, 'z');
  fs::create_directory_symlink(directory_ + "/elsewhere", room() + "/link");
  fs::create_directory_symlink(directory_ + "/elsewhere", room() + "/a/link");
  EXPECT_EQ(room_bytes(room()), 10u);
}

TEST_F(QuotaTest, FullRoomMayNotStartAnother) {
  put("a", "recording.mp4", 3000);
  const Store store(directory_);
  EXPECT_TRUE(check_quota(store, "blue", 0)) << "no limit";
  EXPECT_TRUE(check_quota(store, "green", 3000));
  EXPECT_TRUE(check_quota(store, "blue", 3001));
  const auto refused = check_quota(store, "blue", 3000);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "quota-exceeded");
}

TEST_F(QuotaTest, TheMeterSeesItsOwnAtOnceAndTheOthersSoon) {
  const std::string own = put("own", "live.mkv", 100);
  put("other", "recording.mp4", 1000);
  QuotaMeter meter(own);
  const std::chrono::steady_clock::time_point start{};
  EXPECT_EQ(meter.held(start + 1s), 1100u);
  put("own", "live.mkv", 150);
  fs::remove_all(room() + "/other");
  EXPECT_EQ(meter.held(start + 2s), 1150u);
  EXPECT_EQ(meter.held(start + 12s), 150u) << "deleting makes room";
}

}  // namespace
}  // namespace tessera::recording
