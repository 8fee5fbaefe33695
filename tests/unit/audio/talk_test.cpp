#include <gtest/gtest.h>

#include <random>

#include "../../support/sound.hpp"
#include "audio/level.hpp"
#include "audio/talk_detector.hpp"
#include "audio/talker_policy.hpp"

namespace tessera::audio {
namespace {

using Ids = std::vector<std::uint64_t>;

TEST(Level, IsRmsOverFullScale) {
  Frame frame;
  frame.fill(-32'768);
  EXPECT_NEAR(level_db(frame), 0, 0.01);
  EXPECT_NEAR(level_db(test::Tone(1'000, 32'767).next()), -3.01, 0.01);
  EXPECT_NEAR(level_db(test::Tone(1'000, 3'276.7).next()), -23.01, 0.02);
  frame.fill(0);
  EXPECT_EQ(level_db(frame), silence_db);
}

TEST(TalkDetector, DigitalSilenceIsNeverTalk) {
  TalkDetector detector;
  for (int i = 0; i < 10'000; ++i) ASSERT_FALSE(detector.update(silence_db));
}

TEST(TalkDetector, TheFirstTickOfAWordCounts) {
  TalkDetector detector;
  for (int i = 0; i < 300; ++i) detector.update(-68);
  EXPECT_TRUE(detector.update(-32));
}

TEST(TalkDetector, ASoftBeginningCountsFromItsSecondTick) {
  TalkDetector detector;
  for (int i = 0; i < 300; ++i) detector.update(-68);
  EXPECT_FALSE(detector.update(-55));
  EXPECT_TRUE(detector.update(-55));
}

TEST(TalkDetector, HoldsFor600MsAfterTheLastWord) {
  TalkDetector detector;
  for (int i = 0; i < 10; ++i) detector.update(-25);
  int ticks = 0;
  while (detector.update(silence_db)) ++ticks;
  EXPECT_NEAR(ticks, TalkDetector::hold_ticks, 1);
}

TEST(TalkDetector, SpeechWithPausesStaysTalk) {
  TalkDetector detector;
  std::mt19937 random(5);
  for (int i = 0; i < 200; ++i) detector.update(-65);
  for (int i = 0; i < 60 * 50; ++i) {  // a minute: syllables of 160 ms, gaps of 80 ms, a breath every 2 s
    const bool breath = i % 100 >= 85;
    const double level = breath ? -63 : i % 12 < 8 ? std::uniform_real_distribution<>(-38, -22)(random) : -50;
    const bool talking = detector.update(level);
    if (i > 0) {
      ASSERT_TRUE(talking) << "tick " << i;
    }
  }
}

TEST(TalkDetector, ASteadyFanBecomesTheFloor) {
  TalkDetector detector;
  std::mt19937 random(6);
  std::uniform_real_distribution<> fan(-53, -51);
  int last = 0;
  for (int i = 0; i < 1'000; ++i)
    if (detector.update(fan(random))) last = i;
  EXPECT_LT(last, 300);
  EXPECT_TRUE(detector.update(-28));  // and a voice is still heard over it
}

TEST(TalkDetector, ASteadyToneStaysAudibleForEver) {
  TalkDetector detector;
  for (int i = 0; i < 50 * 600; ++i) ASSERT_TRUE(detector.update(-35)) << i;
}

TEST(TalkerPolicy, LoudestFirst) {
  TalkerPolicy policy(8);
  for (int i = 0; i < 50; ++i)
    policy.update(std::vector<TalkerPolicy::Candidate>{
        {1, true, -40}, {2, true, -20}, {3, false, -10}, {4, true, -30}});
  EXPECT_EQ(policy.talkers(), (Ids{2, 4, 1}));
}

TEST(TalkerPolicy, AFreePlaceIsTakenAtOnce) {
  TalkerPolicy policy(2);
  policy.update(std::vector<TalkerPolicy::Candidate>{{1, true, -20}, {2, false, -60}});
  policy.update(std::vector<TalkerPolicy::Candidate>{{1, true, -20}, {2, true, -45}});
  EXPECT_TRUE(policy.changed());
  EXPECT_EQ(policy.talkers(), (Ids{1, 2}));
}

TEST(TalkerPolicy, OnlyKAreInTheMixAndEqualOnesDoNotFlap) {
  TalkerPolicy policy(2);
  std::mt19937 random(7);
  std::uniform_real_distribution<> wobble(-26, -24);
  int changes = 0;
  for (int i = 0; i < 3'000; ++i) {
    policy.update(std::vector<TalkerPolicy::Candidate>{
        {1, true, wobble(random)}, {2, true, wobble(random)}, {3, true, wobble(random)}});
    changes += policy.changed() && i > 0;
    ASSERT_EQ(policy.talkers().size(), 2U);
  }
  EXPECT_EQ(changes, 0);
}

TEST(TalkerPolicy, ALouderOneTakesTheWeakestPlace) {
  TalkerPolicy policy(2);
  const auto tick = [&](double third) {
    policy.update(
        std::vector<TalkerPolicy::Candidate>{{1, true, -20}, {2, true, -35}, {3, third > -100, third}});
  };
  for (int i = 0; i < 20; ++i) tick(-127);
  int ticks = 1;
  for (tick(-25); policy.talkers() != (Ids{1, 3}) && ticks < 100; ++ticks) tick(-25);
  EXPECT_LT(ticks, 15);
  for (int i = 0; i < 5; ++i)
    policy.update(std::vector<TalkerPolicy::Candidate>{{1, true, -20}, {2, false, -35}, {3, false, -60}});
  EXPECT_EQ(policy.talkers(), Ids{1});
}

TEST(TalkerPolicy, ASeatThatLeavesIsForgotten) {
  TalkerPolicy policy(2);
  policy.update(std::vector<TalkerPolicy::Candidate>{{1, true, -20}});
  policy.update({});
  EXPECT_TRUE(policy.changed());
  EXPECT_TRUE(policy.talkers().empty());
}

}  // namespace
}  // namespace tessera::audio
