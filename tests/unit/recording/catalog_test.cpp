#include "recording/catalog.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "recording/manifest.hpp"
#include "recording/names.hpp"

namespace tessera::recording {
namespace {

namespace fs = std::filesystem;

class CatalogTest : public testing::Test {
 protected:
  static fs::path temporary() {
    std::string pattern = (fs::temp_directory_path() / "tessera-catalog-XXXXXX").string();
    return ::mkdtemp(pattern.data());
  }
  ~CatalogTest() override { fs::remove_all(root_); }

  std::vector<std::string> ids(const std::optional<std::string>& room = {}) {
    std::vector<std::string> found;
    for (const auto& manifest : catalog_.manifests(room)) found.push_back((*manifest)["id"].as_string());
    std::sort(found.begin(), found.end());
    return found;
  }
  static void change(const Created& created, const char* state) {
    Json manifest = load_manifest(created.directory).value();
    manifest.set("state", state);
    ASSERT_TRUE(save_manifest(created.directory, manifest));
  }
  /// As if it had been written long ago: only then is its date believed.
  static void age(const Created& created) {
    fs::last_write_time(created.directory + "/" + manifest_file,
                        fs::file_time_type::clock::now() - std::chrono::hours(1));
  }

  fs::path root_ = temporary();
  Store store_{root_ / "recordings"};
  Catalog catalog_{store_};
};

TEST_F(CatalogTest, FollowsWhatHappensOnTheDisk) {
  EXPECT_TRUE(ids().empty());
  const Created one = store_.create("blue").value(), two = store_.create("red").value();
  EXPECT_EQ(ids().size(), 2u);
  EXPECT_EQ(ids("blue"), std::vector{one.id});
  age(one);
  EXPECT_EQ(ids("blue"), std::vector{one.id});
  change(one, "ready");
  EXPECT_EQ((*catalog_.manifests("blue").at(0))["state"].as_string(), "ready");
  change(one, "failed");  // at once: perhaps within one tick of the file system's clock
  EXPECT_EQ((*catalog_.manifests("blue").at(0))["state"].as_string(), "failed");
  ASSERT_TRUE(store_.remove(two.id));
  EXPECT_EQ(ids(), std::vector{one.id});
  fs::remove_all(root_ / "recordings");
  EXPECT_TRUE(ids().empty());
}

TEST_F(CatalogTest, WhatIsKnownIsNotReadAgain) {
  const Created one = store_.create("blue").value();
  age(one);
  const auto first = catalog_.manifests().at(0);
  EXPECT_EQ(catalog_.manifests().at(0), first) << "the same object";
  change(one, "ready");
  EXPECT_NE(catalog_.manifests().at(0), first);
}

TEST_F(CatalogTest, IsWarmedInSteps) {
  for (int i = 0; i < 5; ++i) age(store_.create(i % 2 ? "blue" : "red").value());
  EXPECT_FALSE(catalog_.warm(2));
  EXPECT_FALSE(catalog_.warm(2));
  EXPECT_TRUE(catalog_.warm(2));
  EXPECT_EQ(ids().size(), 5u);
}

TEST_F(CatalogTest, LinksBrokenManifestsAndMovedFoldersAreNotListed) {
  const Created good = store_.create("blue").value(), broken = store_.create("blue").value(),
                moved = store_.create("blue").value();
  std::ofstream(broken.directory + "/" + manifest_file) << "{\"id\": ";
  fs::create_directory(root_ / "recordings" / "red");
  fs::rename(moved.directory, root_ / "recordings" / "red" / fs::path(moved.directory).filename());
  fs::create_directory_symlink(root_ / "recordings" / "blue", root_ / "recordings" / "linked");
  fs::create_directory_symlink(good.directory, root_ / "recordings" / "red" / "20260101T000000.000Z");
  fs::create_directories(root_ / "recordings" / "not a room" / "20260101T000000.000Z");
  EXPECT_EQ(ids(), std::vector{good.id});
  for (const char* room : {"..", "linked", "not a room", "", "nowhere"})
    EXPECT_TRUE(ids(room).empty()) << room;
}

}  // namespace
}  // namespace tessera::recording
