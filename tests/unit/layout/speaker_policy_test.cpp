#include "layout/speaker_policy.hpp"

#include <gtest/gtest.h>

#include <random>

namespace tessera::layout {
namespace {

using namespace std::chrono_literals;
using Ids = std::vector<std::string>;

// Lets people talk for a while, in steps of 100 ms of virtual time.
class SpeakerPolicyTest : public ::testing::Test {
 protected:
  std::string talk(std::chrono::milliseconds duration, const Ids& talkers) {
    for (const auto end = now_ + duration; now_ < end; now_ += 100ms) policy_.update(now_, talkers, present_);
    return policy_.floor();
  }

  SpeakerPolicy policy_;
  SpeakerPolicy::Time now_{0};
  Ids present_{"a", "b", "c"};
};

TEST_F(SpeakerPolicyTest, NobodyHasTheFloorOfAnEmptyRoom) {
  EXPECT_EQ(policy_.update(0ms, {"a"}, {}), "");
}

TEST_F(SpeakerPolicyTest, WhoCameFirstHasTheFloorUntilSomebodyTalks) {
  EXPECT_EQ(talk(500ms, {}), "a");
  EXPECT_EQ(talk(3000ms, {"c"}), "c");
}

TEST_F(SpeakerPolicyTest, TheFirstFloorGoesToTheLoudest) {
  EXPECT_EQ(talk(100ms, {"b", "a"}), "b");
}

TEST_F(SpeakerPolicyTest, AnInterjectionDoesNotSwitch) {
  talk(5000ms, {"a"});
  EXPECT_EQ(talk(900ms, {"b", "a"}), "a");
  EXPECT_EQ(talk(2000ms, {"a"}), "a");
  EXPECT_EQ(talk(900ms, {"b"}), "a");
  EXPECT_EQ(talk(2000ms, {}), "a");
}

TEST_F(SpeakerPolicyTest, SpeechThatLastsASecondSwitches) {
  talk(5000ms, {"a"});
  EXPECT_EQ(talk(1200ms, {"b"}), "b");
}

TEST_F(SpeakerPolicyTest, AFloorIsHeldForASecondAndAHalf) {
  talk(5000ms, {"a"});
  talk(1100ms, {"b"});
  ASSERT_EQ(policy_.floor(), "b");
  EXPECT_EQ(talk(1300ms, {"c"}), "b");
  EXPECT_EQ(talk(400ms, {"c"}), "c");
}

TEST_F(SpeakerPolicyTest, ABreathDoesNotRestartTheChallenge) {
  talk(5000ms, {"a"});
  talk(600ms, {"b"});
  talk(200ms, {});
  EXPECT_EQ(talk(600ms, {"b"}), "b");
}

TEST_F(SpeakerPolicyTest, ALongPauseDoes) {
  talk(5000ms, {"a"});
  talk(800ms, {"b"});
  talk(1000ms, {});
  EXPECT_EQ(talk(800ms, {"b"}), "a");
}

TEST_F(SpeakerPolicyTest, ChallengersWhoTakeTurnsInBeingLoudestDoNotBlockEachOther) {
  talk(5000ms, {"a"});
  talk(400ms, {"b", "c"});
  talk(400ms, {"c", "b"});
  EXPECT_EQ(talk(400ms, {"b", "c"}), "b");
}

TEST_F(SpeakerPolicyTest, AQuieterVoiceDoesNotTakeTheFloorFromALouder) {
  talk(2000ms, {"a"});
  EXPECT_EQ(talk(20000ms, {"a", "b"}), "a");
}

TEST_F(SpeakerPolicyTest, SilenceKeepsTheFloor) {
  talk(2000ms, {"b"});
  EXPECT_EQ(talk(60000ms, {}), "b");
}

TEST_F(SpeakerPolicyTest, WhenTheFloorLeavesTheLoudestHasItAtOnceElseWhoCameFirst) {
  talk(2000ms, {"a"});
  present_ = {"b", "c"};
  EXPECT_EQ(talk(100ms, {"c", "b"}), "c");
  present_ = {"b"};
  EXPECT_EQ(talk(100ms, {}), "b");
  present_ = {};
  EXPECT_EQ(talk(100ms, {}), "");
}

TEST_F(SpeakerPolicyTest, TalkersWhoAreNotPresentDoNotCount) {
  talk(2000ms, {"a"});
  EXPECT_EQ(talk(5000ms, {"ghost"}), "a");
  EXPECT_EQ(policy_.last_spoke("ghost"), 0);
}

TEST_F(SpeakerPolicyTest, RemembersWhenSomebodyWasLastHeard) {
  EXPECT_EQ(policy_.last_spoke("a"), 0);
  talk(1000ms, {"a"});
  talk(1000ms, {"b"});
  EXPECT_EQ(policy_.last_spoke("a"), 901);
  EXPECT_EQ(policy_.last_spoke("b"), 1901);
  EXPECT_EQ(policy_.last_spoke("c"), 0);
  present_ = {"b", "c"};
  talk(100ms, {});
  EXPECT_EQ(policy_.last_spoke("a"), 0) << "who has gone is forgotten";
}

TEST_F(SpeakerPolicyTest, NeverSwitchesFasterThanTheHoldWhateverIsSaid) {
  std::mt19937 random(5);
  std::string floor = policy_.update(now_, {}, present_);
  auto since = now_;
  for (int i = 0; i < 20000; ++i) {
    now_ += std::chrono::milliseconds(std::uniform_int_distribution(10, 200)(random));
    Ids talkers;
    for (const auto& id : present_)
      if (random() % 2) talkers.push_back(id);
    std::shuffle(talkers.begin(), talkers.end(), random);
    const std::string next = policy_.update(now_, talkers, present_);
    ASSERT_NE(std::find(present_.begin(), present_.end(), next), present_.end());
    if (next == floor) continue;
    ASSERT_GE(now_ - since, 1500ms);
    floor = next;
    since = now_;
  }
}

}  // namespace
}  // namespace tessera::layout
