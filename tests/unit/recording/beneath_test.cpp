#include "recording/beneath.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace tessera::recording {
namespace {

namespace fs = std::filesystem;

class BeneathTest : public testing::Test {
 protected:
  static fs::path temporary() {
    std::string pattern = (fs::temp_directory_path() / "tessera-beneath-XXXXXX").string();
    return ::mkdtemp(pattern.data());
  }
  BeneathTest() {
    fs::create_directories(inside_ / "blue" / "tracks");
    put(inside_ / "blue" / "a.mp4");
    put(inside_ / "blue" / "tracks" / "t.mkv");
    put(outside_ / "secret");
    fs::create_directory(outside_ / "folder");
    put(outside_ / "folder" / "secret");
  }
  ~BeneathTest() override { fs::remove_all(root_); }
  static void put(const fs::path& path) { std::ofstream(path) << "x"; }

  fs::path root_ = temporary();
  fs::path inside_ = root_ / "recordings", outside_ = root_;
};

TEST_F(BeneathTest, FilesInsideAreOpened) {
  for (const char* path : {"blue/a.mp4", "blue/tracks/t.mkv"})
    EXPECT_TRUE(open_beneath(inside_, path)) << path;
}

TEST_F(BeneathTest, NoNameLeadsOutside) {
  const std::string ten_kilobytes(10'000, 'a');
  const std::string many_steps = [] {
    std::string path;
    for (int i = 0; i < 2000; ++i) path += "../";
    return path + "etc/passwd";
  }();
  for (const std::string& path :
       std::vector<std::string>{"",
                                ".",
                                "..",
                                "/",
                                "//",
                                "../secret",
                                "blue/../../secret",
                                "blue/../a.mp4",
                                "./blue/a.mp4",
                                "blue//a.mp4",
                                "/etc/passwd",
                                "blue/a.mp4/",
                                "blue",
                                "blue/",
                                "blue/tracks",
                                "blue/missing.mp4",
                                ten_kilobytes,
                                "blue/" + ten_kilobytes,
                                many_steps,
                                std::string("blue/a.mp4\0.jpg", 15),
                                std::string("\0", 1),
                                "blue/\xe2\x80\xa5/secret" /* two dot leader */,
                                "blue/\xef\xbc\x8e\xef\xbc\x8e/secret" /* full-width dots */,
                                "blue\xe2\x88\x95"
                                "a.mp4" /* division slash */,
                                "blue\\a.mp4",
                                "blue/%2e%2e/secret"})
    EXPECT_FALSE(open_beneath(inside_, path)) << path.substr(0, 60);
}

TEST_F(BeneathTest, LinksAreNotFollowedWhereverTheyStand) {
  fs::create_symlink(outside_ / "secret", inside_ / "blue" / "poster.jpg");
  fs::create_symlink("a.mp4", inside_ / "blue" / "b.mp4");
  fs::create_directory_symlink(outside_ / "folder", inside_ / "blue" / "linked");
  fs::create_directory_symlink(outside_ / "folder", inside_ / "red");
  for (const char* path : {"blue/poster.jpg", "blue/b.mp4", "blue/linked/secret", "red/secret"})
    EXPECT_FALSE(open_beneath(inside_, path)) << path;
}

TEST_F(BeneathTest, AFifoDoesNotHangWhoOpensIt) {
  ASSERT_EQ(::mkfifo((inside_ / "blue" / "poster.jpg").c_str(), 0600), 0);
  EXPECT_FALSE(open_beneath(inside_, "blue/poster.jpg"));
}

TEST_F(BeneathTest, TheFolderOfRecordingsMayItselfBeALink) {
  fs::create_directory_symlink(inside_, root_ / "elsewhere");
  EXPECT_TRUE(open_beneath(root_ / "elsewhere", "blue/a.mp4"));
}

TEST_F(BeneathTest, AListIsOfRegularFilesOnly_AndWholeOrAnError) {
  const fs::path place = inside_ / "blue";
  put(place / "Z.mp4");
  fs::create_symlink(outside_ / "secret", place / "link");
  fs::create_directory_symlink(outside_ / "folder", place / "tracks" / "away");
  EXPECT_EQ(files_beneath(place).value(), (std::vector<std::string>{"Z.mp4", "a.mp4", "tracks/t.mkv"}));
  EXPECT_EQ(files_beneath(place / "nowhere").error().code, "cannot-read");
}

TEST_F(BeneathTest, RemovingGoesIntoFoldersButNotThroughLinks) {
  const fs::path blue = inside_ / "blue";
  fs::create_symlink(outside_ / "secret", blue / "file-link");
  fs::create_directory_symlink(outside_ / "folder", blue / "folder-link");
  fs::create_directory_symlink(outside_ / "folder", blue / "tracks" / "folder-link");
  put(blue / "recording.json");
  ASSERT_TRUE(remove_folder(blue, {"recording.json"}));
  EXPECT_FALSE(fs::exists(blue));
  EXPECT_TRUE(fs::exists(outside_ / "secret"));
  EXPECT_TRUE(fs::exists(outside_ / "folder" / "secret"));
}

TEST_F(BeneathTest, ALinkInPlaceOfTheFolderIsNotEmptied) {
  fs::create_directory_symlink(outside_ / "folder", inside_ / "green");
  EXPECT_FALSE(remove_folder(inside_ / "green", {}));
  EXPECT_TRUE(fs::exists(outside_ / "folder" / "secret"));
}

TEST_F(BeneathTest, TheLastFileStaysWhenSomethingElseCannotGo) {
  fs::path deep = inside_ / "blue";
  put(deep / "recording.json");
  for (int i = 0; i < 12; ++i) fs::create_directory(deep /= "d");
  EXPECT_FALSE(remove_folder(inside_ / "blue", {"recording.json"}));
  EXPECT_TRUE(fs::exists(inside_ / "blue" / "recording.json"));
}

}  // namespace
}  // namespace tessera::recording
