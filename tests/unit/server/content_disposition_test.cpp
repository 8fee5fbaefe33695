#include "server/content_disposition.hpp"

#include <gtest/gtest.h>

namespace tessera::server {
namespace {

TEST(ContentDispositionTest, APlainNameIsSaidOnce) {
  EXPECT_EQ(content_disposition("blue 2026-11-21.mp4", false), "inline; filename=\"blue 2026-11-21.mp4\"");
  EXPECT_EQ(content_disposition("a.mp4", true), "attachment; filename=\"a.mp4\"");
}

TEST(ContentDispositionTest, OtherLettersAreSaidInUtf8WithAFallback) {
  EXPECT_EQ(content_disposition("Caf\u00e9 \u4f1a.mp4", false),
            "inline; filename=\"Caf_ _.mp4\"; filename*=UTF-8''Caf%C3%A9%20%E4%BC%9A.mp4");
}

TEST(ContentDispositionTest, NothingThatAFileSystemOrAHeaderCouldReadOtherwiseRemains) {
  EXPECT_EQ(content_disposition("../a\\b\"c\r\nX: y\t<*>|?.mp4", false),
            "inline; filename=\"_._a_b_c__X_ y______.mp4\"");
  // A right-to-left override would show "4pm.exe" as something else.
  EXPECT_EQ(content_disposition("a\u202e4pm.exe", false), "inline; filename=\"a_4pm.exe\"");
}

TEST(ContentDispositionTest, BrokenUtf8AndEndlessNamesAreTaken) {
  EXPECT_EQ(content_disposition("a\xff\xfe.mp4", true).find('\xff'), std::string::npos);
  EXPECT_LT(content_disposition(std::string(10'000, 'a'), true).size(), 200u);
}

}  // namespace
}  // namespace tessera::server
