#include "recording/store.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>

#include "recording/files.hpp"
#include "recording/manifest.hpp"
#include "recording/names.hpp"
#include "recording/part_files.hpp"

namespace tessera::recording {
namespace {

namespace fs = std::filesystem;

class StoreTest : public testing::Test {
 protected:
  static fs::path temporary() {
    std::string pattern = (fs::temp_directory_path() / "tessera-store-XXXXXX").string();
    return ::mkdtemp(pattern.data());
  }
  ~StoreTest() override { fs::remove_all(root_); }

  Created made(const std::string& room, const char* state = "starting") {
    const Created created = store_.create(room).value();
    Json manifest = load_manifest(created.directory).value();
    set_state(manifest, state);
    EXPECT_TRUE(save_manifest(created.directory, manifest));
    return created;
  }
  static void put(const std::string& path, const std::string& text = "x") { std::ofstream(path) << text; }

  fs::path root_ = temporary();
  Store store_{root_ / "recordings"};
};

TEST_F(StoreTest, CreatesAFolderPerRecordingWithAManifest) {
  const Created created = store_.create("blue").value();
  EXPECT_EQ(fs::path(created.directory).parent_path(), root_ / "recordings" / "blue");
  EXPECT_TRUE(valid_folder_name(fs::path(created.directory).filename().string()));
  const auto entry = store_.find(created.id);
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->room, "blue");
  EXPECT_EQ(entry->directory, created.directory);
  EXPECT_EQ(entry->manifest["state"].as_string(), "starting");
  EXPECT_EQ(entry->file, "");
}

TEST_F(StoreTest, WhetherAFolderCanBeRecordedInto) {
  const std::string place = store_.create("blue").value().directory;
  EXPECT_TRUE(ensure_folder(place));
  EXPECT_TRUE(ensure_folder(place + "/made/on/demand"));
  EXPECT_TRUE(std::filesystem::is_directory(place + "/made/on/demand"));
  std::ofstream(place + "/file") << "x";
  EXPECT_EQ(ensure_folder(place + "/file").error().code, "not-a-directory");
  EXPECT_EQ(ensure_folder(place + "/file/below").error().code, "not-a-directory");
  EXPECT_EQ(ensure_folder("/proc/nope").error().code, "cannot-write");
}

TEST_F(StoreTest, ManyInOneMillisecondGetTheirOwnFolders) {
  std::vector<std::string> directories;
  for (int i = 0; i < 20; ++i) directories.push_back(store_.create("blue").value().directory);
  std::sort(directories.begin(), directories.end());
  EXPECT_EQ(std::unique(directories.begin(), directories.end()), directories.end());
}

TEST_F(StoreTest, HostileRoomsLeaveTheFolderUntouched) {
  for (const std::string& room :
       {std::string(".."), std::string("../x"), std::string("/etc"), std::string("a/b"),
        std::string("a\0b", 3), std::string(10'000, 'a'), std::string(), std::string("\xef\xbc\x8e")}) {
    const auto created = store_.create(room);
    ASSERT_FALSE(created) << room;
    EXPECT_EQ(created.error().code, "bad-room-name");
    EXPECT_TRUE(store_.list(room).empty());
  }
  EXPECT_FALSE(fs::exists(root_ / "recordings"));
  EXPECT_FALSE(fs::exists(root_ / "x"));
}

TEST_F(StoreTest, HostileIdsFindNothing) {
  const Created created = made("blue", "ready");
  for (const std::string& id :
       {std::string(), std::string(".."), std::string("blue"), created.directory, created.id + "/",
        created.id + std::string("\0", 1), "../" + created.id, created.id.substr(0, created.id.size() - 1),
        std::string(10'000, '.'), "blue/" + created.id}) {
    EXPECT_FALSE(store_.find(id)) << id;
    EXPECT_EQ(store_.remove(id).error().code, "unknown-recording");
  }
  std::string guess = created.id;
  guess.back() = guess.back() == 'A' ? 'B' : 'A';  // the right moment, a wrong secret
  EXPECT_FALSE(store_.find(guess));
  EXPECT_TRUE(store_.find(created.id));
}

TEST_F(StoreTest, ListsNewestFirst_AllOrOneRoom) {
  const Created first = made("blue"), second = made("green"), third = made("blue");
  ASSERT_EQ(store_.list().size(), 3u);
  const auto blue = store_.list("blue");
  ASSERT_EQ(blue.size(), 2u);
  EXPECT_EQ(blue[0]["id"].as_string(), third.id);
  EXPECT_EQ(blue[1]["id"].as_string(), first.id);
  EXPECT_TRUE(store_.list("red").empty());
  EXPECT_TRUE(Store(root_ / "nowhere").list().empty());
}

TEST_F(StoreTest, LinksAndStrangersAreIgnored) {
  const Created created = made("blue", "ready");
  const fs::path rooms = root_ / "recordings";
  const fs::path outside = root_ / "outside";
  fs::create_directories(outside);
  fs::copy(created.directory, outside / "20261121T004512.123Z", fs::copy_options::recursive);
  fs::create_directory_symlink(outside, rooms / "linked");  // a room that is a link
  fs::create_directory_symlink(outside / "20261121T004512.123Z", rooms / "blue" / "20261121T004512.123Z");
  put(rooms / "file");
  put(rooms / "blue" / "20261121T004512.124Z");  // a file where a folder goes
  fs::create_directories(rooms / "blue" / "not a recording");
  fs::create_directories(rooms / "blue" / "20261121T004512.125Z" /
                         "recording.json");  // a folder where a file goes
  fs::create_directories(rooms / "blue" / "20261121T004512.126Z");
  ::mkfifo((rooms / "blue" / "20261121T004512.126Z" / "recording.json").c_str(),
           0600);  // would block a reader
  fs::create_directories(rooms / "blue" / "20261121T004512.127Z");
  put(rooms / "blue" / "20261121T004512.127Z" / "recording.json", "[1, 2]");
  const auto listed = store_.list();
  ASSERT_EQ(listed.size(), 1u);
  EXPECT_EQ(listed[0]["id"].as_string(), created.id);
  EXPECT_TRUE(store_.unfinished().empty());
}

TEST_F(StoreTest, ManifestThatClaimsAnotherRoomOrStartIsNotBelieved) {
  const Created created = made("blue", "ready");
  Json manifest = load_manifest(created.directory).value();
  manifest.set("room", "green");
  ASSERT_TRUE(save_manifest(created.directory, manifest));
  EXPECT_TRUE(store_.list().empty());
  manifest.set("room", "blue").set("id", new_id("20200101T000000.000Z"));
  ASSERT_TRUE(save_manifest(created.directory, manifest));
  EXPECT_TRUE(store_.list().empty());
}

TEST_F(StoreTest, FinishedFileIsGivenOnlyWhenReadyAndARealFile) {
  const Created created = made("blue", "finishing");
  put(created.directory + "/recording.mp4");
  EXPECT_EQ(store_.find(created.id)->file, "");
  Json manifest = load_manifest(created.directory).value();
  set_state(manifest, "ready");
  ASSERT_TRUE(save_manifest(created.directory, manifest));
  EXPECT_EQ(store_.find(created.id)->file, created.directory + "/recording.mp4");
  fs::remove(created.directory + "/recording.mp4");
  fs::create_symlink("/etc/passwd", created.directory + "/recording.mp4");
  EXPECT_EQ(store_.find(created.id)->file, "");
}

TEST_F(StoreTest, RemovesAFinishedRecording_ButNotOneThatIsBeingMade) {
  const Created created = made("blue", "recording");
  put(created.directory + "/live.mkv");
  {
    const auto lock = FolderLock::try_take(created.directory);
    EXPECT_EQ(store_.remove(created.id).error().code, "conflict");
    EXPECT_TRUE(fs::exists(created.directory + "/live.mkv"));
  }
  EXPECT_TRUE(store_.remove(created.id));
  EXPECT_FALSE(fs::exists(created.directory));
  EXPECT_FALSE(store_.find(created.id));
}

TEST_F(StoreTest, RemovingUnlinksALinkNotItsTarget) {
  const Created created = made("blue", "ready");
  put(root_ / "precious");
  fs::create_symlink(root_ / "precious", created.directory + "/recording.mp4");
  EXPECT_TRUE(store_.remove(created.id));
  EXPECT_TRUE(fs::exists(root_ / "precious"));
}

TEST_F(StoreTest, LeftoversAreUnfinished_UnlessSomebodyHoldsThem) {
  const Created left = made("blue", "recording"), held = made("blue", "recording"),
                done = made("blue", "ready");
  put(left.directory + "/live.mkv");
  put(held.directory + "/live.mkv");
  put(done.directory + "/recording.mp4");
  const auto lock = FolderLock::try_take(held.directory);
  const auto busy_with_a_good_one = FolderLock::try_take(done.directory);  // its upload, for one
  const auto survey = store_.survey();
  ASSERT_EQ(survey.left.size(), 1u);
  EXPECT_EQ(survey.left[0].id, left.id);
  ASSERT_EQ(survey.held.size(), 1u);
  EXPECT_EQ(survey.held[0].id, held.id);
}

TEST_F(StoreTest, WhatOthersFinishersWriteIsCounted_AndNothingElse) {
  const Created own = made("blue", "recording"), beside = made("blue", "finishing"),
                elsewhere = made("red", "finishing"), left = made("red", "finishing");
  put(own.directory + "/recording.mp4.part", std::string(7, 'x'));
  put(own.directory + "/live.mkv", std::string(50, 'x'));
  EXPECT_EQ(being_finished_beside(own.directory), 0u);
  const auto one = FolderLock::try_take(beside.directory), other = FolderLock::try_take(elsewhere.directory),
             self = FolderLock::try_take(own.directory);
  put(beside.directory + "/recording.mp4", std::string(30, 'x'));  // done with
  put(beside.directory + "/recording-002.mp4.part", std::string(100, 'x'));
  put(beside.directory + "/live-002.mkv", std::string(5000, 'x'));
  put(elsewhere.directory + "/recording.webm", std::string(1000, 'x'));  // its check sum is being made
  put(elsewhere.directory + "/live.mkv", std::string(5000, 'x'));
  put(left.directory + "/recording.mp4.part",
      std::string(20'000, 'x'));  // a crash left it: nobody takes it away
  EXPECT_EQ(being_finished_beside(own.directory), 1100u);
  EXPECT_EQ(being_finished_beside(own.directory + "/"), 1100u);
}

TEST_F(StoreTest, LockIsSeenWithoutBeingTaken_AndGoesWithItsHolder) {
  const Created created = made("blue");
  {
    const auto lock = FolderLock::try_take(created.directory);
    ASSERT_TRUE(lock && lock->has_value());
    EXPECT_TRUE(FolderLock::is_held(created.directory));
    const auto second = FolderLock::try_take(created.directory);
    ASSERT_TRUE(second);
    EXPECT_FALSE(second->has_value());
  }
  EXPECT_FALSE(FolderLock::is_held(created.directory));
}

TEST_F(StoreTest, AtomicWriteReplacesWholeFiles) {
  const std::string path = root_ / "file";
  ASSERT_TRUE(write_atomically(path, "one"));
  ASSERT_TRUE(write_atomically(path, "two"));
  EXPECT_EQ(read_small_file(path).value(), "two");
  EXPECT_FALSE(fs::exists(path + ".tmp"));
  EXPECT_EQ(write_atomically((root_ / "none" / "file").string(), "x").error().code, "cannot-write");
  EXPECT_EQ(sha256_of(path).value(), "3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3");
}

TEST_F(StoreTest, OnAFullDiskTheManifestIsWrittenInTheSpaceKeptForIt) {
  // A file system of this test's own, where it may be mounted.
  const fs::path disk = root_ / "disk";
  fs::create_directory(disk);
  if (::mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=2m") != 0) GTEST_SKIP() << "no right to mount a tmpfs";
  const auto unmount = std::unique_ptr<const char, void (*)(const char*)>(
      disk.c_str(), [](const char* path) { ::umount2(path, MNT_DETACH); });
  Json manifest = new_manifest("20261121T004512123Z-abcdefghijkl", "blue", wall_now());
  ASSERT_TRUE(save_manifest(disk, manifest));
  reserve_manifest_space(disk);
  {
    std::ofstream ballast(disk / "ballast");
    while (ballast << std::string(4096, 'x') && ballast.flush()) {
    }
  }
  EXPECT_EQ(write_atomically(disk / "other", std::string(8192, 'y')).error().code, "disk-full");
  set_state(manifest, "failed");
  const auto saved = save_manifest(disk, manifest);
  EXPECT_TRUE(saved) << saved.error().message;
  EXPECT_EQ(load_manifest(disk).value()["state"].as_string(), "failed");
  EXPECT_FALSE(fs::exists(disk / reserve_file)) << "it is spent";
}

TEST_F(StoreTest, SpaceKeptForTheManifestIsGivenBackWhenTheRecordingIsReady) {
  const Created created = made("blue", "recording");
  reserve_manifest_space(created.directory);
  Json manifest = load_manifest(created.directory).value();
  ASSERT_TRUE(save_manifest(created.directory, manifest));
  EXPECT_TRUE(fs::exists(created.directory + "/" + reserve_file));
  set_state(manifest, "ready");
  ASSERT_TRUE(save_manifest(created.directory, manifest));
  EXPECT_FALSE(fs::exists(created.directory + "/" + reserve_file));
}

}  // namespace
}  // namespace tessera::recording
