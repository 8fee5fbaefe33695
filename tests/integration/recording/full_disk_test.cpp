// A disk that fills up while a recording is being finished.
#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <map>
#include <utility>

#include "decoded.hpp"
#include "feed.hpp"
#include "live_file.hpp"
#include "recording/files.hpp"
#include "recording/finisher.hpp"
#include "recording/manifest.hpp"
#include "recording/recovery.hpp"
#include "recording/store.hpp"
#include "recording/verification.hpp"
#include "small_disk.hpp"

namespace tessera::recording::test {
namespace {

namespace fs = std::filesystem;

class FullDisk : public testing::TestWithParam<FinishStep> {
 protected:
  void SetUp() override {
    if (!disk_.mounted()) GTEST_SKIP() << "mounting a tmpfs needs root";
    created_ = store_.create("blue").value();
    Json manifest = load_manifest(created_.directory).value();
    manifest.set("state", "finishing").set("closed", true).set("format", "mp4");
    ASSERT_TRUE(save_manifest(created_.directory, manifest));
    for (int part = 1; part <= 2; ++part)
      make_live(created_.directory + "/" + live_name(part), default_format(), {.seconds = 4});
  }
  TemporaryDirectory place_;
  SmallDisk disk_{place_.path(), 40};
  Store store_{place_.path() + "/recordings"};
  Created created_;
};

TEST_P(FullDisk, LosesNothing_SaysWhy_AndIsFinishedWhenThereIsRoomAgain) {
  bool filled = false;
  const auto failed = finish(
      {.directory = created_.directory, .recovered = false, .progress = {}, .go_on = [&](FinishStep at) {
         if (at == GetParam() && !std::exchange(filled, true)) disk_.fill();
         return true;
       }});
  ASSERT_TRUE(filled);
  // What has its name is whole; what has not is still there as it was recorded.
  std::map<std::string, fs::file_time_type> finished;
  for (int part = 1; part <= 2; ++part) {
    const std::string live = created_.directory + "/" + live_name(part),
                      file = created_.directory + "/" + final_name(part, default_format());
    ASSERT_TRUE(fs::exists(live) || fs::exists(file)) << part;
    EXPECT_EQ(decode(fs::exists(file) ? file : live).pictures.size(), 120u);
    if (fs::exists(file)) finished[file] = fs::last_write_time(file);
    EXPECT_FALSE(fs::exists(file + ".part")) << "on a full disk every byte counts";
  }
  if (!failed) {
    EXPECT_EQ(failed.error().code, "disk-full") << failed.error().message;
    EXPECT_EQ(store_.unfinished().size(), 1u);
  }
  fs::remove(disk_.ballast());
  recover(store_);
  const Json manifest = load_manifest(created_.directory).value();
  EXPECT_EQ(manifest["state"].as_string(), "ready");
  EXPECT_FALSE(manifest.has("error"));
  EXPECT_FALSE(manifest["recovered"].as_bool());
  EXPECT_EQ(verify_recording(*store_.find(created_.id))["state"].as_string(), "ok");
  for (const auto& [file, time] : finished) EXPECT_EQ(fs::last_write_time(file), time) << "made once";
  EXPECT_TRUE(store_.unfinished().empty());
}

std::string name_of_step(const testing::TestParamInfo<FinishStep>& step) {
  constexpr std::array names = {"Remux", "Verify", "Rename", "Manifest", "NextPart", "Sidecars"};
  return names.at(static_cast<std::size_t>(step.param));
}
INSTANTIATE_TEST_SUITE_P(At, FullDisk,
                         testing::Values(FinishStep::planned, FinishStep::written, FinishStep::verified,
                                         FinishStep::renamed, FinishStep::noted, FinishStep::described),
                         name_of_step);

}  // namespace
}  // namespace tessera::recording::test
