#include "recording/retention.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "recording/files.hpp"
#include "recording/manifest.hpp"
#include "recording/quota.hpp"

namespace tessera::recording {
namespace {

namespace fs = std::filesystem;
using std::chrono::days;

const WallTime now = parse_timestamp("2026-11-21T12:00:00.000Z").value();

Holding holding(const char* id, int age, std::uint64_t bytes, bool removable = true) {
  return {.id = id, .ended = now - days(age), .bytes = bytes, .removable = removable};
}

RetentionRules by_age(int limit) {
  RetentionRules rules;
  rules.age = days(limit);
  return rules;
}
RetentionRules by_size(std::uint64_t limit) {
  RetentionRules rules;
  rules.total_bytes = limit;
  return rules;
}
RetentionRules by_both(int limit, std::uint64_t bytes) {
  RetentionRules rules = by_age(limit);
  rules.total_bytes = bytes;
  return rules;
}

std::string ids(const std::vector<Removal>& removals) {
  std::string text;
  for (const Removal& removal : removals) text += removal.id + ":" + removal.reason + " ";
  return text;
}

TEST(Retention, WithoutRulesNothingGoes) {
  EXPECT_EQ(ids(plan_retention({holding("a", 10'000, 1'000'000)}, {}, now)), "");
}

TEST(Retention, WhatIsOlderThanItsDaysGoes) {
  EXPECT_EQ(ids(plan_retention({holding("new", 29, 1), holding("old", 31, 1), holding("older", 300, 1)},
                               by_age(30), now)),
            "older:age old:age ");
}

TEST(Retention, BeyondTheTotalTheOldestGo_AndNoMoreThanNeeded) {
  const std::vector<Holding> four = {holding("d", 1, 40), holding("c", 2, 40), holding("b", 3, 40),
                                     holding("a", 4, 40)};
  EXPECT_EQ(ids(plan_retention(four, by_size(160), now)), "");
  EXPECT_EQ(ids(plan_retention(four, by_size(159), now)), "a:size ");
  EXPECT_EQ(ids(plan_retention(four, by_size(90), now)), "a:size b:size ");
  EXPECT_EQ(ids(plan_retention(four, by_size(0), now)), "a:size b:size c:size d:size ");
}

TEST(Retention, WhatMustStayCountsAndStays) {
  EXPECT_EQ(
      ids(plan_retention({holding("running", 100, 500, false), holding("b", 2, 40), holding("c", 1, 40)},
                         by_both(30, 540), now)),
      "b:size ");
}

TEST(Retention, WhatIsOldMakesRoomForTheRest) {
  EXPECT_EQ(ids(plan_retention({holding("old", 40, 100), holding("new", 1, 100)}, by_both(30, 100), now)),
            "old:age ");
}

TEST(Retention, OnlyFinishedOnesMayGo_AndUploadedOnesWhereThatIsAsked) {
  for (const char* state : {"starting", "recording", "paused", "stopping", "finishing"})
    EXPECT_FALSE(may_be_removed(Json::object({{"state", state}}), false)) << state;
  Json ready = Json::object({{"state", "ready"}});
  EXPECT_TRUE(may_be_removed(ready, false));
  EXPECT_FALSE(may_be_removed(ready, true));
  EXPECT_FALSE(may_be_removed(Json(ready).set("upload", Json::object({{"state", "uploading"}})), true));
  EXPECT_TRUE(may_be_removed(Json(ready).set("upload", Json::object({{"state", "done"}})), true));
  EXPECT_FALSE(may_be_removed(Json(ready).set(sidecars_key, "making"), false));
  EXPECT_FALSE(may_be_removed(
      Json(ready).set("parts", Json::array().push(Json::object({{"n", 1}, {"missingMs", 4000}}))), false));
  Json failed = Json::object({{"state", "failed"}});
  set_error(failed, {"disk-full", ""});
  EXPECT_FALSE(may_be_removed(failed, false)) << "it may still be finished when there is room";
  set_error(failed, {"no-picture", ""});
  EXPECT_TRUE(may_be_removed(failed, true));
  set_error(failed, {"unreadable", ""});
  EXPECT_FALSE(may_be_removed(failed, false)) << "there is something in it";
}

class RetentionOnDisk : public testing::Test {
 protected:
  RetentionOnDisk() {
    std::string pattern = testing::TempDir() + "/retention-XXXXXX";
    directory_ = ::mkdtemp(pattern.data());
    store_.emplace(directory_);
  }
  ~RetentionOnDisk() override { fs::remove_all(directory_); }
  std::string add(const char* room, const char* state, int age, std::size_t bytes) {
    const Created created = store_->create(room).value();
    Json manifest = load_manifest(created.directory).value();
    manifest.set("state", state).set("endedAt", timestamp(now - days(age)));
    EXPECT_TRUE(save_manifest(created.directory, manifest));
    std::ofstream(created.directory + "/recording.mp4") << std::string(bytes, 'x');
    fs::create_directory(created.directory + "/tracks");
    std::ofstream(created.directory + "/tracks/a-main-001.mkv") << std::string(bytes, 'y');
    return created.id;
  }
  std::string directory_;
  std::optional<Store> store_;
};

TEST_F(RetentionOnDisk, DeletesWholeFoldersByTheRules_AndNoOthers) {
  const std::string old = add("blue", "ready", 40, 1000);
  const std::string running = add("blue", "recording", 50, 1000);
  const std::string held = add("green", "ready", 60, 1000);
  const std::string fresh = add("green", "ready", 1, 1000);
  const auto lock = FolderLock::try_take(store_->find(held)->directory);
  const auto outcome = apply_retention(*store_, by_age(30), now);
  EXPECT_EQ(ids(outcome.removed), old + ":age ");
  EXPECT_EQ(outcome.kept, 3u);
  EXPECT_GE(outcome.kept_bytes, 6000u);
  EXPECT_LT(outcome.kept_bytes, 8000u);
  EXPECT_FALSE(store_->find(old));
  for (const auto& id : {running, held, fresh}) EXPECT_TRUE(store_->find(id)) << id;
  EXPECT_EQ(folder_bytes(directory_), outcome.kept_bytes);
}

TEST_F(RetentionOnDisk, LinksAreNeitherCountedNorFollowed) {
  const std::string id = add("blue", "ready", 40, 1000);
  const std::string elsewhere = directory_ + "/elsewhere";
  fs::create_directory(elsewhere);
  std::ofstream(elsewhere + "/precious") << std::string(100'000, 'z');
  fs::create_directory_symlink(elsewhere, store_->find(id)->directory + "/tracks/link");
  EXPECT_LT(folder_bytes(directory_ + "/blue"), 5000u);
  EXPECT_EQ(apply_retention(*store_, by_size(0), now).removed.size(), 1u);
  EXPECT_TRUE(fs::exists(elsewhere + "/precious"));
}

}  // namespace
}  // namespace tessera::recording
