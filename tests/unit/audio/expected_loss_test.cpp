#include "audio/expected_loss.hpp"

#include <gtest/gtest.h>

#include "../../support/meeting.hpp"
#include "../../support/speech.hpp"

namespace tessera::audio {
namespace {

TEST(ReportedLoss, RisesAtOnceAndFallsSlowly) {
  ReportedLoss loss;
  EXPECT_EQ(loss.percent(), 0);
  loss.note(0.12);
  EXPECT_EQ(loss.percent(), 12);
  loss.note(0);
  EXPECT_EQ(loss.percent(), 9);
  for (int i = 0; i < 20; ++i) loss.note(0);
  EXPECT_EQ(loss.percent(), 0);
  loss.note(1);
  EXPECT_EQ(loss.percent(), most_expected_loss);
  loss.forget();
  EXPECT_EQ(loss.percent(), 0);
  loss.note(std::nan(""));
  loss.note(-1);
  EXPECT_EQ(loss.percent(), 0);
}

TEST(ExpectedLoss, TheWorstOfAFewDecidesAndOneOfManyDoesNot) {
  EXPECT_EQ(expected_loss_of({}), 0);
  std::vector<int> few{0, 0, 12, 3};
  EXPECT_EQ(expected_loss_of(few), 12);
  std::vector<int> many(100, 1);
  for (int i = 0; i < 9; ++i) many[static_cast<std::size_t>(i) * 11] = 30;
  EXPECT_EQ(expected_loss_of(many), 1);
  for (auto& each : many) each = 5;
  EXPECT_EQ(expected_loss_of(many), 5);
}

/// How much of the original is in what a listener makes of packet `n`, when that one is lost and only the
/// next is there.
double rebuilt_share(int reported_percent) {
  const auto words = test::speech("one two three four five six seven eight nine ten eleven twelve");
  test::Meeting meeting({.max_talkers = 8, .encoder = {.bitrate = 48'000, .inband_fec = true}});
  meeting.add(test::saying(words));
  auto& listener = meeting.add([] { return Frame{}; });
  listener.seat.expected_loss = reported_percent;
  auto whole = Decoder::create().value(), lossy = Decoder::create().value();
  std::vector<std::uint8_t> lost;
  double same = 0, wanted = 0;
  for (std::size_t tick = 0; tick * tick_samples < words.size(); ++tick) {
    const auto result = meeting.tick();
    Frame truth{}, made{};
    EXPECT_TRUE(whole.decode(result.shared, truth));
    if (tick % 5 == 0) {
      lost.assign(result.shared.begin(), result.shared.end());
      // What it should have been.
      for (const auto sample : truth) wanted += static_cast<double>(sample) * sample;
      meeting.people.back()->heard.assign(truth.begin(), truth.end());
      continue;
    }
    if (tick % 5 == 1) {
      EXPECT_TRUE(lossy.recover(result.shared, made));
      for (std::size_t i = 0; i < tick_samples; ++i) {
        const double off = static_cast<double>(listener.heard[i]) - made[i];
        same += off * off;
      }
    }
    EXPECT_TRUE(lossy.decode(result.shared, made));
  }
  return 1 - same / wanted;
}

TEST(ExpectedLoss, WhatListenersReportMakesTheMixCarryRedundancy) {
  const double without = rebuilt_share(0), with = rebuilt_share(20);
  EXPECT_LT(without, 0.5);  // made up
  EXPECT_GT(with, 0.8);     // carried along
}

}  // namespace
}  // namespace tessera::audio
