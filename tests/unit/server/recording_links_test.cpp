#include "server/recording_links.hpp"

#include <gtest/gtest.h>

namespace tessera::server {
namespace {

using Time = RecordingLinks::Time;
constexpr Time noon{std::chrono::seconds(1'795'000'000)};
constexpr Time later = noon + std::chrono::hours(1);

TEST(RecordingLinksTest, AGrantOpensItsRecordingUntilItExpires) {
  const RecordingLinks links({"a secret"});
  const std::string grant = links.grant("one", later);
  EXPECT_TRUE(links.check(grant, "one", noon));
  EXPECT_EQ(links.check(grant, "two", noon).error().code, "bad-link");
  EXPECT_EQ(links.check(grant, "one", later).error().code, "link-expired");
}

TEST(RecordingLinksTest, AGrantOutlivesTheRotationOfItsSecret) {
  const std::string grant = RecordingLinks({"old"}).grant("one", later);
  EXPECT_TRUE(RecordingLinks({"new", "old"}).check(grant, "one", noon));
  EXPECT_EQ(RecordingLinks({"new"}).check(grant, "one", noon).error().code, "bad-link");
}

TEST(RecordingLinksTest, NothingCanBeChangedOrMadeUp) {
  const RecordingLinks links({"a secret"});
  const std::string grant = links.grant("one", later);
  const std::string signature = grant.substr(grant.find('.'));
  for (const std::string& forged : std::vector<std::string>{
           "", ".", "1795003600", "1795003600.", "9999999999" + signature, "+1795003600" + signature,
           " 1795003600" + signature, "1795003600 " + signature, grant + "A",
           grant.substr(0, grant.size() - 1), "99999999999999999999" + signature,
           std::string("1795003600\0", 11) + signature, std::string(10'000, '.')})
    EXPECT_EQ(links.check(forged, "one", noon).error().code, "bad-link") << forged.substr(0, 60);
}

TEST(RecordingLinksTest, WithASecretTheyOutliveARestart) {
  const std::string grant = RecordingLinks({"a secret"}).grant("one", later);
  EXPECT_TRUE(RecordingLinks({"a secret"}).check(grant, "one", noon));
  EXPECT_FALSE(RecordingLinks({"another"}).check(grant, "one", noon));
  EXPECT_FALSE(RecordingLinks(std::vector<std::string>{})
                   .check(RecordingLinks(std::vector<std::string>{}).grant("one", later), "one", noon));
}

TEST(RecordingLinksTest, AGrantNeedsNoEscapingInAnAddress) {
  for (int i = 0; i < 50; ++i) {
    const std::string grant = RecordingLinks(std::vector<std::string>{}).grant(std::to_string(i), later);
    EXPECT_EQ(grant.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."),
              std::string::npos)
        << grant;
  }
}

}  // namespace
}  // namespace tessera::server
