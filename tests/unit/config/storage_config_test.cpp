#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/server_config.hpp"

namespace tessera::config {
namespace {

using ::testing::HasSubstr;

Result<ServerConfig> recording(const std::string& members) {
  return ServerConfig::from_json(Json::parse(R"({"recording": {)" + members + "}}").value());
}
std::string fault_of(const std::string& members) {
  const auto config = recording(members);
  if (!config) return config.error().message;
  const auto valid = config->validate();
  return valid ? "" : valid.error().message;
}

TEST(StorageConfig, KeepsEverythingAndUploadsNothingUnlessTold) {
  const ServerConfig config;
  EXPECT_FALSE(config.recording.retention.any());
  EXPECT_FALSE(config.recording.upload.enabled());
  EXPECT_EQ(config.recording.quota_mb, 0);
  EXPECT_EQ(config.recording.loudness, 0);
}

TEST(StorageConfig, IsReadAndWrittenBackTheSame) {
  const auto config = recording(R"("quotaMb": 500, "loudness": -16,
    "retention": {"days": 30, "totalMb": 100000, "checkSeconds": 60},
    "upload": {"endpoint": "https://s3.example", "bucket": "talks", "region": "eu-west-1", "prefix": "a/", "accessKey": "k",
               "secretKey": "s", "partMb": 64, "retrySeconds": 1, "maxRetrySeconds": 5, "deleteAfter": true})");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_TRUE(config->validate());
  EXPECT_EQ(config->recording.retention, (RetentionConfig{30, 100000, 60}));
  EXPECT_TRUE(config->recording.upload.to_s3());
  EXPECT_EQ(config->recording.upload.part_mb, 64);
  EXPECT_EQ(ServerConfig::from_json(config->to_json()).value(), *config);
}

TEST(StorageConfig, KeysMayComeFromTheEnvironment) {
  const auto config = ServerConfig::load(std::nullopt, [](const char* name) -> std::optional<std::string> {
    if (std::string(name) == "TESSERA_S3_ACCESS_KEY") return "a";
    if (std::string(name) == "TESSERA_S3_SECRET_KEY") return "b";
    return std::nullopt;
  });
  ASSERT_TRUE(config);
  EXPECT_EQ(config->recording.upload.access_key, "a");
  EXPECT_EQ(config->recording.upload.secret_key, "b");
}

TEST(StorageConfig, SaysWhatIsWrongAndWhatToDo) {
  EXPECT_THAT(fault_of(R"("loudness": -2)"), HasSubstr("recording.loudness: -2 LUFS"));
  EXPECT_THAT(fault_of(R"("retention": {"days": -1})"), HasSubstr("$.recording.retention.days"));
  EXPECT_THAT(fault_of(R"("retention": {"weeks": 1})"), HasSubstr("weeks"));
  EXPECT_THAT(fault_of(R"("upload": {"bucket": "b"})"), HasSubstr("bucket and endpoint go together"));
  EXPECT_THAT(fault_of(R"("upload": {"bucket": "b", "endpoint": "s3.example"})"), HasSubstr("https://HOST"));
  EXPECT_THAT(fault_of(R"("upload": {"bucket": "b", "endpoint": "banana"})"),
              HasSubstr("recording.upload.endpoint: \"banana\""));
  EXPECT_THAT(fault_of(R"("upload": {"bucket": "b", "endpoint": "https://"})"),
              HasSubstr("recording.upload.endpoint"));
  EXPECT_THAT(fault_of(R"("upload": {"bucket": "b", "endpoint": "http://s3"})"),
              HasSubstr("TESSERA_S3_SECRET_KEY"));
  EXPECT_THAT(fault_of(R"("upload": {"bucket": "b", "directory": "/d"})"), HasSubstr("keep one"));
  EXPECT_THAT(fault_of(R"("upload": {"directory": "/d", "prefix": "../x"})"),
              HasSubstr("recording.upload.prefix"));
  EXPECT_THAT(fault_of(R"("upload": {"deleteAfter": true})"), HasSubstr("no place to upload to"));
  EXPECT_EQ(fault_of(R"("upload": {"directory": "/d"})"), "");
}

}  // namespace
}  // namespace tessera::config
