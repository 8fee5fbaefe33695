#include "audio/program_mix.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "../../support/sound.hpp"
#include "audio/chime.hpp"

namespace tessera::audio {
namespace {

using namespace std::chrono_literals;

std::shared_ptr<PcmRing> ring_of(std::size_t samples, std::int16_t value) {
  auto ring = std::make_shared<PcmRing>(samples);
  ring->write(std::vector<std::int16_t>(samples, value));
  ring->finish();
  return ring;
}

std::vector<std::uint64_t> ids(const std::vector<ProgramMix::Event>& events, bool started) {
  std::vector<std::uint64_t> result;
  for (const auto& event : events)
    if (event.started == started) result.push_back(event.id);
  return result;
}

TEST(PcmRing, GivesBackInOrderWhatWasWrittenAndNoMoreThanFits) {
  PcmRing ring(1'000);
  std::vector<std::int16_t> out(700);
  std::int16_t written = 0, expected = 0;
  for (int round = 0; round < 50; ++round) {
    std::vector<std::int16_t> in(ring.space());
    for (auto& sample : in) sample = written++;
    EXPECT_EQ(ring.write(in), in.size());
    EXPECT_EQ(ring.write(in), 0U);
    EXPECT_EQ(ring.read(out), out.size());
    for (const auto sample : out) ASSERT_EQ(sample, expected++);
  }
  ring.finish();
  EXPECT_FALSE(ring.drained());
  EXPECT_EQ(ring.read(out), 300U);
  EXPECT_TRUE(ring.drained());
}

TEST(PcmRing, PassesSamplesBetweenTwoThreads) {
  PcmRing ring(4'800);
  constexpr int total = 2'000'000;
  std::thread writer([&ring] {
    std::int16_t next = 0;
    for (int done = 0; done < total;) {
      std::vector<std::int16_t> in(static_cast<std::size_t>(std::min(total - done, 777)));
      for (auto& sample : in) sample = next++;
      std::span<const std::int16_t> left(in);
      while (!left.empty()) left = left.subspan(ring.write(left));
      done += static_cast<int>(in.size());
    }
    ring.finish();
  });
  std::int16_t expected = 0;
  int wrong = 0, seen = 0;
  std::vector<std::int16_t> out(960);
  while (!ring.drained()) {
    const std::size_t count = ring.read(out);
    for (std::size_t i = 0; i < count; ++i) wrong += out[i] != expected++;
    seen += static_cast<int>(count);
  }
  writer.join();
  EXPECT_EQ(seen, total);
  EXPECT_EQ(wrong, 0);
}

TEST(Ducker, GoesDownInTheAttackAndUpInTheRelease) {
  Ducker ducker;
  const Ducking ducking{20, 100ms, 400ms};
  float last = 1;
  for (int i = 0; i < 5; ++i) {
    const auto gains = ducker.tick(ducking);
    EXPECT_EQ(gains.from, last) << "no step between ticks";
    EXPECT_LT(gains.to, gains.from);
    last = gains.to;
  }
  EXPECT_NEAR(last, 0.1, 1e-6);
  EXPECT_NEAR(ducker.tick(ducking).to, 0.1, 1e-6);
  for (int i = 0; i < 19; ++i) EXPECT_LT(ducker.tick({}).to, 1);
  EXPECT_EQ(ducker.tick({}).to, 1);
  EXPECT_TRUE(ducker.open());
}

TEST(Ducker, WithoutATimeItIsDoneInOneTick) {
  Ducker ducker;
  EXPECT_NEAR(ducker.tick(Ducking{40, 0ms, 0ms}).to, 0.01, 1e-6);
  EXPECT_EQ(ducker.tick({}).to, 1);
}

TEST(ProgramMix, AnnouncementsWaitForOneAnotherAndChimesForNobody) {
  ProgramMix mix;
  Program out;
  EXPECT_FALSE(mix.next(out));
  mix.add({1, ring_of(3 * tick_samples, 1'000), 1, {18, 0ms, 0ms}});
  mix.add({2, ring_of(2 * tick_samples, 2'000), 0.5F, {0, 0ms, 0ms}});
  mix.add({3, ring_of(tick_samples, 100), 1, {0, 0ms, 0ms}, Turn::at_once});
  ASSERT_TRUE(mix.next(out));
  EXPECT_EQ(ids(mix.take_events(), true), (std::vector<std::uint64_t>{1, 3}));
  EXPECT_EQ(out.samples[0], 1'100);
  EXPECT_NEAR(out.under_to, std::pow(10, -18 / 20.0), 1e-5);
  ASSERT_TRUE(mix.next(out));
  EXPECT_EQ(out.samples[500], 1'000);
  EXPECT_EQ(mix.played(1), 2 * tick_samples);
  EXPECT_EQ(mix.played(2), 0U);
  ASSERT_TRUE(mix.next(out));
  EXPECT_EQ(ids(mix.take_events(), false), std::vector<std::uint64_t>{1});
  ASSERT_TRUE(mix.next(out));
  EXPECT_EQ(ids(mix.take_events(), true), std::vector<std::uint64_t>{2});
  EXPECT_EQ(out.samples[959], 1'000) << "2000 at half its gain";
  EXPECT_EQ(out.under_to, 1) << "it ducks nobody";
  ASSERT_TRUE(mix.next(out));
  EXPECT_FALSE(mix.next(out));
  EXPECT_TRUE(mix.idle());
}

TEST(ProgramMix, WhatIsToBeNextComesAfterTheOneThatPlaysAndBeforeAllThatWait) {
  ProgramMix mix;
  Program out;
  const auto clip = [](std::uint64_t id, Turn turn) {
    return Clip{id, ring_of(tick_samples, 1'000), 1, {0, 0ms, 0ms}, turn};
  };
  mix.add(clip(1, Turn::in_line));
  mix.add(clip(2, Turn::in_line));
  ASSERT_TRUE(mix.next(out));
  mix.add(clip(3, Turn::next));
  mix.add(clip(4, Turn::next));
  mix.add(clip(5, Turn::in_line));
  while (mix.next(out))
    ;
  EXPECT_EQ(ids(mix.take_events(), true), (std::vector<std::uint64_t>{1, 3, 4, 2, 5}));
}

TEST(ProgramMix, OneThatHasNoSoundYetWaitsAndNobodyIsDuckedMeanwhile) {
  ProgramMix mix;
  Program out;
  auto slow = std::make_shared<PcmRing>(48'000);
  mix.add({1, slow, 1, {18, 0ms, 0ms}});
  mix.add({2, ring_of(tick_samples, 500), 1, {18, 0ms, 0ms}});
  EXPECT_FALSE(mix.next(out)) << "and the next in line does not overtake it";
  slow->write(std::vector<std::int16_t>(10 * tick_samples, 7));
  ASSERT_TRUE(mix.next(out));
  EXPECT_EQ(out.samples[0], 7);
  for (int i = 0; i < 10; ++i) mix.next(out);
  EXPECT_EQ(out.samples[0], 0) << "a late decoder is silence, not a blocked tick";
  EXPECT_EQ(mix.starved(), 1U);
  slow->finish();
  mix.next(out);
  mix.next(out);
  EXPECT_EQ(out.samples[0], 500);
}

TEST(ProgramMix, WhatIsStoppedFadesOutAndGoes) {
  ProgramMix mix;
  Program out;
  mix.add({1, ring_of(100 * tick_samples, 8'000), 1, {}});
  mix.add({2, ring_of(100 * tick_samples, 8'000), 1, {}});
  for (int i = 0; i < 10; ++i) mix.next(out);  // the voices are turned down now
  (void)mix.take_events();
  EXPECT_TRUE(mix.stop(2));
  EXPECT_EQ(ids(mix.take_events(), false), std::vector<std::uint64_t>{2});
  EXPECT_TRUE(mix.stop(1));
  EXPECT_FALSE(mix.stop(3));
  mix.next(out);
  const std::vector<std::int16_t> samples(out.samples.begin(), out.samples.end());
  EXPECT_LE(test::largest_step(samples), 9);
  EXPECT_LT(out.samples.back(), 20);
  EXPECT_EQ(ids(mix.take_events(), false), std::vector<std::uint64_t>{1});
  int ticks = 0;
  while (mix.next(out)) ASSERT_LT(++ticks, 100);
  EXPECT_NEAR(ticks, 24, 3) << "the voices come back in the release of 500 ms";
}

TEST(Chime, RisesForThoseWhoComeAndFallsForThoseWhoGo) {
  for (const auto which : {Chime::join, Chime::leave}) {
    const auto sound = chime(which);
    EXPECT_LE(std::abs(sound.front()), 1);
    EXPECT_LE(std::abs(sound.back()), 1);
    EXPECT_LT(sound.size(), 30'000U);
    EXPECT_LT(test::largest_step(sound), 700);
    const auto begin = std::span(sound).first(6'000), end = std::span(sound).last(9'600);
    const bool rises = which == Chime::join;
    EXPECT_EQ(test::tone_db(begin, 523.25) > test::tone_db(begin, 659.26), rises);
    EXPECT_EQ(test::tone_db(end, 523.25) < test::tone_db(end, 659.26), rises);
  }
}

}  // namespace
}  // namespace tessera::audio
