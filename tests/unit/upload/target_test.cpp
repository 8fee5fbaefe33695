#include "upload/target.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tessera::upload {
namespace {

using testing::HasSubstr;

TEST(Target, IsRefusedBeforeAnythingIsSentWhenItCannotWork) {
  config::UploadConfig config;
  EXPECT_THAT(make_target(config).error().message, HasSubstr("names no place"));
  config.bucket = "talks";
  config.endpoint = "https://s3.example";
  const auto without_keys = make_target(config);
  ASSERT_FALSE(without_keys);
  EXPECT_EQ(without_keys.error().code, "bad-config");
  EXPECT_THAT(without_keys.error().message, HasSubstr("TESSERA_S3_ACCESS_KEY"));
  EXPECT_THAT(without_keys.error().message, HasSubstr("TESSERA_S3_SECRET_KEY"));
  config.access_key = "a", config.secret_key = "b";
  EXPECT_TRUE(make_target(config));
  config.endpoint = "banana";
  EXPECT_THAT(make_target(config).error().message, HasSubstr("recording.upload.endpoint: \"banana\""));
}

}  // namespace
}  // namespace tessera::upload
