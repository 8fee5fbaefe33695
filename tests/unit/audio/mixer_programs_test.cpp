// Announcements, private ones, and hold: what the mixer does with sound that is nobody's voice.
#include <gtest/gtest.h>

#include "../../support/sound.hpp"
#include "audio/mixer.hpp"

namespace tessera::audio {
namespace {

using namespace std::chrono_literals;

constexpr double room_hertz = 2'300, hold_hertz = 3'100, own_hertz = 4'300;

struct Listener {
  Listener(std::uint64_t id, double frequency) : seat(id), tone(frequency), hertz(frequency) {
    seat.listening = true;
  }
  MixerSeat seat;
  test::Tone tone;
  double hertz;
  bool speaks = false;
  Encoder encoder = Encoder::create(test::fine_coder).value();
  Decoder decoder = Decoder::create().value();
  std::vector<std::int16_t> heard;
  double level(double hz) const { return test::tone_db(std::span(heard).last(4'800), hz); }
};

void fill(Program& program, test::Tone& tone) {
  const Frame frame = tone.next();
  std::copy(frame.begin(), frame.end(), program.samples.begin());
}

/// People, of whom the first two speak, and three programs that can be switched on.
class ProgramsTest : public testing::Test {
 protected:
  void SetUp() override {
    for (int i = 0; i < 4; ++i)
      people_.push_back(std::make_unique<Listener>(static_cast<std::uint64_t>(i) + 1, 400 + 300 * i));
    people_[0]->speaks = people_[1]->speaks = true;
    run(1s);
  }
  Mixer::Tick run(Nanoseconds length) {
    Mixer::Tick result;
    for (Nanoseconds done{}; done < length; done += tick_length) result = tick();
    return result;
  }
  Mixer::Tick tick() {
    std::vector<MixerSeat*> seats;
    for (auto& person : people_) {
      const Frame frame = person->speaks ? person->tone.next() : Frame{};
      person->seat.playout.push({test::opus_packet(person->encoder, frame), now_ - 3ms, now_ - 2ms, 0, -1});
      seats.push_back(&person->seat);
    }
    fill(room_, room_tone_);
    fill(hold_, hold_tone_);
    fill(own_, own_tone_);
    const auto result =
        mixer_->tick(now_, seats, {room_plays_ ? &room_ : nullptr, hold_plays_ ? &hold_ : nullptr});
    recorded_.insert(recorded_.end(), result.mix.begin(), result.mix.end());
    for (auto& person : people_) {
      const MixerSeat& seat = person->seat;
      const auto packet = !seat.packet().empty() ? seat.packet()
                          : seat.hears_hold()    ? result.hold
                                                 : result.shared;
      EXPECT_FALSE(packet.empty());
      Frame frame;
      EXPECT_TRUE(person->decoder.decode(packet, frame));
      person->heard.insert(person->heard.end(), frame.begin(), frame.end());
    }
    now_ += tick_length;
    return result;
  }
  Listener& person(std::size_t i) { return *people_[i]; }

  std::unique_ptr<Mixer> mixer_ = Mixer::create({.max_talkers = 8, .encoder = test::fine_coder}).value();
  std::vector<std::unique_ptr<Listener>> people_;
  Program room_, hold_, own_;
  bool room_plays_ = false, hold_plays_ = false;
  std::vector<std::int16_t> recorded_;

 private:
  test::Tone room_tone_{room_hertz}, hold_tone_{hold_hertz}, own_tone_{own_hertz};
  Nanoseconds now_ = 100s;
};

TEST_F(ProgramsTest, AnAnnouncementReachesEverybodyAndTheRecordingWithoutMoreEncodes) {
  const int before = run(200ms).encoders;
  room_plays_ = true;
  EXPECT_EQ(run(500ms).encoders, before);
  for (auto& listener : people_) EXPECT_NEAR(listener->level(room_hertz), -15.3, 1);
  EXPECT_NEAR(test::tone_db(std::span(recorded_).last(4'800), room_hertz), -15.3, 0.2);
  EXPECT_NEAR(person(2).level(400), -15.3, 1) << "voices go on";
  EXPECT_LT(person(0).level(400), -65) << "and nobody hears themselves";
}

TEST_F(ProgramsTest, VoicesUnderAnAnnouncementAreDucked) {
  room_plays_ = true;
  room_.under_from = room_.under_to = 0.1F;
  run(500ms);
  for (std::size_t i : {1U, 2U, 3U}) EXPECT_NEAR(person(i).level(400), -35.3, 1.5);
  EXPECT_NEAR(test::tone_db(std::span(recorded_).last(4'800), 400), -35.3, 0.2);
}

TEST_F(ProgramsTest, AProgramForOneIsHeardByThatOneAlone) {
  EXPECT_EQ(run(200ms).encoders, 3);
  own_.under_from = own_.under_to = 0.1F;
  for (std::size_t target : {0U, 2U}) {  // a talker and a listener
    person(target).seat.program = &own_;
    EXPECT_EQ(run(500ms).encoders, target == 0 ? 3 : 4);
    for (std::size_t i = 0; i < people_.size(); ++i)
      if (i == target)
        EXPECT_NEAR(person(i).level(own_hertz), -15.3, 1);
      else
        EXPECT_LT(person(i).level(own_hertz), -65);
    EXPECT_NEAR(person(target).level(700), -35.3, 1.5) << "ducked for that one";
    EXPECT_NEAR(person(3).level(700), -15.3, 1) << "and for no other";
    EXPECT_LT(test::tone_db(std::span(recorded_).last(4'800), own_hertz), -65);
    person(target).seat.program = nullptr;
    EXPECT_EQ(run(500ms).encoders, 3);
    EXPECT_NEAR(person(target).level(700), -15.3, 1);
  }
}

TEST_F(ProgramsTest, WhoIsOnHoldIsNotHeardAndHearsTheHoldProgramAlone) {
  hold_plays_ = room_plays_ = true;
  person(0).seat.held = person(3).seat.held = true;
  auto result = run(1s);
  EXPECT_EQ(result.talkers.size(), 1U);
  EXPECT_EQ(result.encoders, 3) << "one talker, one for those who listen, one for those on hold";
  for (std::size_t i : {0U, 3U}) {
    EXPECT_NEAR(person(i).level(hold_hertz), -15.3, 1);
    for (const double hz : {400.0, 700.0, room_hertz}) EXPECT_LT(person(i).level(hz), -65);
  }
  for (std::size_t i : {1U, 2U}) {
    EXPECT_LT(person(i).level(400), -65);
    EXPECT_LT(person(i).level(hold_hertz), -65);
    EXPECT_NEAR(person(i).level(room_hertz), -15.3, 1);
  }
  hold_plays_ = false;
  run(500ms);
  EXPECT_LT(test::tone_db(std::span(person(3).heard).last(4'800), hold_hertz), -65) << "then it is silent";

  person(0).seat.held = person(3).seat.held = false;
  result = run(1s);
  EXPECT_EQ(result.encoders, 3);
  EXPECT_NEAR(person(3).level(400), -15.3, 1);
  EXPECT_NEAR(person(0).level(700), -15.3, 1);
  EXPECT_LT(person(0).level(400), -65);
}

TEST_F(ProgramsTest, GoingOnHoldAndComingBackMakesNoClickAndNoEcho) {
  // Both sounds go up and down at most as steeply as their own sines; a jump between them would stand out.
  hold_plays_ = true;
  Listener& steady = person(2);
  Listener& talker = person(0);
  person(1).speaks = false;
  run(1s);
  steady.heard.clear();
  talker.heard.clear();
  for (int i = 0; i < 60; ++i) {
    steady.seat.held = talker.seat.held = i % 2 == 0;
    run((3 + i % 7) * tick_length);
  }
  const double steepest = 8'000 * 2 * std::numbers::pi * hold_hertz / 48'000;
  EXPECT_LT(test::largest_step(steady.heard), steepest * 1.25);
  for (std::size_t at = 0; at + 4'800 <= talker.heard.size(); at += 1'200)
    EXPECT_LT(test::tone_db(std::span(talker.heard).subspan(at, 4'800), 400), -15.3 - 50);
}

TEST_F(ProgramsTest, AnAnnouncementToOneOnHoldLiesOverTheMusic) {
  hold_plays_ = true;
  person(3).seat.held = true;
  own_.under_from = own_.under_to = 0.1F;
  person(3).seat.program = &own_;
  run(500ms);
  EXPECT_NEAR(person(3).level(own_hertz), -15.3, 1);
  EXPECT_NEAR(person(3).level(hold_hertz), -35.3, 1.5);
  EXPECT_LT(person(3).level(400), -65);
}

TEST(Program, WithoutDuckingWhatLiesUnderStaysExact) {
  WideSamples mix(tick_samples);
  for (std::size_t i = 0; i < tick_samples; ++i)
    mix[i] = static_cast<std::int32_t>(i * 977 % 70'000) - 35'000;
  const WideSamples before = mix;
  Program program;
  for (std::size_t i = 0; i < tick_samples; ++i) program.samples[i] = static_cast<std::int16_t>(i * 7);
  lay_over(program, mix);
  for (std::size_t i = 0; i < tick_samples; ++i) ASSERT_EQ(mix[i], before[i] + program.samples[i]);
}

}  // namespace
}  // namespace tessera::audio
