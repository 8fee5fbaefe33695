// Quotas, retention and uploads as the front runs them.
#include <gmock/gmock.h>

#include <fstream>

#include "front_fixture.hpp"
#include "recording/manifest.hpp"
#include "recording/store.hpp"
#include "server/retention_sweep.hpp"
#include "server/upload_queue.hpp"

namespace tessera::server::test {
namespace {

using ::testing::HasSubstr;

class StorageTest : public FrontTest {
 protected:
  recording::Created add(const std::string& room, const std::string& state, std::size_t bytes) {
    const auto created = recording::Store(folder_).create(room).value();
    Json manifest = recording::load_manifest(created.directory).value();
    manifest.set("state", state).set("sidecars", "made");
    EXPECT_TRUE(recording::save_manifest(created.directory, manifest));
    std::ofstream(created.directory + "/recording.mp4") << std::string(bytes, 'x');
    return created;
  }
  std::string metrics() { return call("GET", "/metrics").body; }
};

TEST_F(StorageTest, FullRoomIsRefusedWith507_AndAnotherIsNot) {
  config::ServerConfig config;
  config.recording.quota_mb = 1;
  start(config);
  const auto ann = connect(), ben = connect();
  ann->request("join", Json::object({{"room", "hall"}, {"name", "Ann"}}));
  ben->request("join", Json::object({{"room", "attic"}, {"name", "Ben"}}));
  add("hall", "ready", 1'000'000);
  const Answer refused = call("POST", "/api/v1/rooms/hall/recordings", "{}");
  EXPECT_EQ(refused.status, 507);
  EXPECT_EQ(refused.code(), "quota-exceeded");
  EXPECT_THAT(refused.json()["detail"].as_string(), HasSubstr("quotaMb"));
  EXPECT_EQ(recording::Store(folder_).entries("hall").size(), 1u) << "no folder is left of it";
  const Answer started = call("POST", "/api/v1/rooms/attic/recordings", "{}");
  EXPECT_EQ(started.status, 201);
  EXPECT_EQ(started.json()["quotaBytes"].as_int(), 1'000'000) << "the fake room says what it was told";
}

TEST_F(StorageTest, RetentionDeletesTheOldestByItself_AndCountsIt) {
  config::ServerConfig config;
  config.recording.retention.total_mb = 2;
  config.recording.retention.check_seconds = 1;
  start(config);
  const auto oldest = add("hall", "ready", 900'000), running = add("hall", "recording", 900'000),
             newest = add("attic", "ready", 900'000);
  const recording::Store store(folder_);
  ASSERT_TRUE(wait([&] { return !store.find(oldest.id); }));
  EXPECT_TRUE(store.find(running.id));
  EXPECT_TRUE(store.find(newest.id));
  ASSERT_TRUE(wait([&] { return metrics().find("tessera_recordings_kept 2") != std::string::npos; }));
  EXPECT_THAT(metrics(), HasSubstr("tessera_recordings_removed_total{reason=\"size\"} 1"));
}

TEST(RetentionRules, WhatIsUploadedElsewhereStaysUntilItIs) {
  config::RecordingConfig config;
  EXPECT_FALSE(retention_rules(config).age);
  EXPECT_FALSE(retention_rules(config).only_uploaded);
  config.retention.days = 7;
  config.retention.total_mb = 5;
  config.upload.directory = "/copies";
  EXPECT_EQ(retention_rules(config).age, std::chrono::days(7));
  EXPECT_EQ(retention_rules(config).total_bytes, 5'000'000u);
  EXPECT_TRUE(retention_rules(config).only_uploaded);
}

TEST(RetryDelay, DoublesUpToItsLimit) {
  config::UploadConfig config;
  config.retry_seconds = 10;
  config.max_retry_seconds = 100;
  EXPECT_EQ(retry_delay(config, 1).count(), 10);
  EXPECT_EQ(retry_delay(config, 2).count(), 20);
  EXPECT_EQ(retry_delay(config, 4).count(), 80);
  EXPECT_EQ(retry_delay(config, 5).count(), 100);
  EXPECT_EQ(retry_delay(config, 1000).count(), 100);
}

class UploadQueueTest : public testing::Test {
 protected:
  UploadQueueTest() {
    std::string pattern = testing::TempDir() + "/queue-XXXXXX";
    place_ = ::mkdtemp(pattern.data());
    config_.directory = "/copies";
    config_.retry_seconds = 1;
  }
  ~UploadQueueTest() override { std::filesystem::remove_all(place_); }
  /// A shell script as the uploading process: its order comes by descriptor 3.
  UploadQueue queue(const std::string& script) {
    return {loop_, {"/bin/sh", "-c", script}, config_, "info", [this](const UploadQueue::Outcome& outcome) {
              outcomes_.push_back(outcome);
            }};
  }
  std::string folder(const std::string& name) {
    std::filesystem::create_directories(place_ + "/" + name);
    return place_ + "/" + name;
  }
  bool wait(const std::function<bool()>& done) { return loop_.run_until(done, std::chrono::seconds(10)); }

  Loop loop_;
  std::string place_;
  config::UploadConfig config_;
  std::vector<UploadQueue::Outcome> outcomes_;
};

TEST_F(UploadQueueTest, GivesTheOrder_TakesTheOutcome_OneAfterTheOther) {
  auto uploads =
      queue("read -r line <&3; echo \"$line\" >> " + place_ +
            "/orders; echo '{\"progress\":0.5}' >&3; echo '{\"state\":\"done\",\"url\":\"u\"}' >&3");
  uploads.add("b", folder("b"));
  uploads.add("a", folder("a"));
  uploads.add("a", folder("a"));
  EXPECT_EQ(uploads.waiting(), 2u);
  ASSERT_TRUE(wait([&] { return outcomes_.size() == 2; }));
  EXPECT_TRUE(outcomes_[0].done && outcomes_[1].done);
  EXPECT_EQ(outcomes_[0].url, "u");
  EXPECT_EQ(uploads.waiting(), 0u);
  std::ifstream orders(place_ + "/orders");
  std::string line;
  ASSERT_TRUE(std::getline(orders, line));
  const Json order = Json::parse(line).value();
  EXPECT_EQ(order["directory"].as_string(), place_ + "/b");
  EXPECT_EQ(order["upload"]["directory"].as_string(), "/copies");
}

TEST_F(UploadQueueTest, WhatFailsIsTriedAgain_AndADeathSaysHow) {
  auto uploads =
      queue("test -e " + place_ + "/second && { echo '{\"state\":\"done\"}' >&3; exit 0; }; touch " + place_ +
            "/second; kill -9 $$");
  uploads.add("a", folder("a"));
  ASSERT_TRUE(wait([&] { return outcomes_.size() == 2; }));
  EXPECT_FALSE(outcomes_[0].done);
  EXPECT_THAT(outcomes_[0].detail, HasSubstr("signal 9"));
  EXPECT_TRUE(outcomes_[1].done);
}

TEST_F(UploadQueueTest, OneThatWasDeletedMeanwhileIsForgotten) {
  auto uploads = queue("rm -r " + place_ + "/a; exit 1");
  uploads.add("a", folder("a"));
  ASSERT_TRUE(wait([&] { return uploads.waiting() == 0; }));
  EXPECT_TRUE(outcomes_.empty());
}

TEST_F(UploadQueueTest, WithoutAPlaceThereIsNothingToDo) {
  config_ = {};
  auto uploads = queue("exit 1");
  uploads.add("a", folder("a"));
  EXPECT_EQ(uploads.waiting(), 0u);
}

}  // namespace
}  // namespace tessera::server::test
