#include "recording/held_rooms.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "recording/store.hpp"

namespace tessera::recording {
namespace {
namespace fs = std::filesystem;

class HeldRoomsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/tessera-held-XXXXXX";
    root_ = ::mkdtemp(name);
    folder_ = (root_ / "recordings" / "lobby").string();
  }
  void TearDown() override { fs::remove_all(root_); }
  fs::path root_;
  std::string folder_;
  std::shared_ptr<HeldRooms> rooms_ = std::make_shared<HeldRooms>();
};

TEST_F(HeldRoomsTest, AFolderIsThereWhileItIsHeldAndGoesEmpty) {
  auto held = rooms_->hold(folder_);
  EXPECT_TRUE(fs::is_directory(folder_));
  held.reset();
  EXPECT_FALSE(fs::exists(folder_));
}

TEST_F(HeldRoomsTest, AFolderWithSomethingInItStays) {
  auto held = rooms_->hold(folder_);
  std::ofstream(folder_ + "/recording") << "x";
  held.reset();
  EXPECT_TRUE(fs::exists(folder_ + "/recording"));
}

TEST_F(HeldRoomsTest, TheNextProcessOfARoomKeepsWhatTheLastOneHeld) {
  auto last = rooms_->hold(folder_), next = rooms_->hold(folder_);
  last.reset();
  EXPECT_TRUE(fs::exists(folder_));
  rooms_->remove_if_free(folder_);
  EXPECT_TRUE(fs::exists(folder_));
  next.reset();
  EXPECT_FALSE(fs::exists(folder_));
}

TEST_F(HeldRoomsTest, AFolderThatCannotBeMadeIsNoFault) {
  std::ofstream(root_ / "recordings") << "a file";
  EXPECT_NE(rooms_->hold(folder_), nullptr);
}

TEST_F(HeldRoomsTest, TheFolderOfAnOpenRoomOutlivesItsLastRecording) {
  const Store store((root_ / "recordings").string());
  const Store copy = store;  // what a thread that deletes has
  auto held = store.hold("lobby");
  const auto created = store.create("lobby");
  ASSERT_TRUE(created.ok());
  ASSERT_TRUE(copy.remove(created->id).ok());
  EXPECT_TRUE(fs::is_directory(folder_)) << "the room's process may write in this folder and in no other";
  held.reset();
  EXPECT_FALSE(fs::exists(folder_));
}

}  // namespace
}  // namespace tessera::recording
