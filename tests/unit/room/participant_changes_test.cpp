#include "room/participant_changes.hpp"

#include <gtest/gtest.h>

namespace tessera::room {
namespace {

Result<ParticipantChanges> read(const char* text, bool music = false) {
  return ParticipantChanges::read(Json::parse(text).value(), music);
}

TEST(ParticipantChanges, TakesWhatIsAskedFor) {
  const auto all = read(R"({"participant":"p1","muted":true,"held":false,"pinned":true,"gain":2,"name":"Ann",
                            "role":"viewer","noiseSuppression":true,"autoGain":false})");
  ASSERT_TRUE(all) << all.error().message;
  EXPECT_EQ(all->muted, true);
  EXPECT_EQ(all->held, false);
  EXPECT_EQ(all->pinned, true);
  EXPECT_EQ(all->gain, 2.0);
  EXPECT_EQ(all->name, "Ann");
  EXPECT_EQ(all->role, "viewer");
  EXPECT_EQ(all->noise_suppression, true);
  EXPECT_EQ(all->auto_gain, false);
  EXPECT_FALSE(all->only_pins());
  EXPECT_TRUE(read(R"({"pinned":true})")->only_pins());
  EXPECT_FALSE(read(R"({"muted":null})")->muted);
}

TEST(ParticipantChanges, OneFaultRefusesAll) {
  for (const char* wrong : {R"({"muted":true,"gain":5})", R"({"muted":1})", R"({"muted":true,"role":"king"})",
                            R"({"held":"yes"})", R"({"name":7})", R"({"gain":-0.1})", R"({"autoGain":0})"})
    EXPECT_EQ(read(wrong).error().code, "bad-request") << wrong;
}

TEST(ParticipantChanges, VoicesAreNotProcessedInARoomForMusic) {
  EXPECT_EQ(read(R"({"gain":2,"noiseSuppression":true})", true).error().code, "conflict");
  EXPECT_EQ(read(R"({"autoGain":true})", true).error().code, "conflict");
  EXPECT_TRUE(read(R"({"autoGain":false})", true).ok());
}

}  // namespace
}  // namespace tessera::room
