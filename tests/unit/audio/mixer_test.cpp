#include "audio/mixer.hpp"

#include <gtest/gtest.h>

#include "../../support/sound.hpp"

namespace tessera::audio {
namespace {

using namespace std::chrono_literals;

/// A participant: says a tone or sends digital silence, and decodes what it gets.
struct Person {
  Person(std::uint64_t id, double frequency) : seat(id), tone(frequency), hertz(frequency) {
    seat.listening = true;
  }
  MixerSeat seat;
  test::Tone tone;
  double hertz;
  bool speaks = false;
  Encoder encoder = Encoder::create(test::fine_coder).value();
  Decoder decoder = Decoder::create().value();
  std::vector<std::int16_t> heard;
};

class Meeting {
 public:
  explicit Meeting(const std::vector<double>& tones, int max_talkers = 8)
      : mixer_(Mixer::create({.max_talkers = max_talkers, .encoder = test::fine_coder}).value()) {
    for (const double hertz : tones) people.push_back(std::make_unique<Person>(people.size() + 1, hertz));
  }
  Mixer::Tick tick() {
    seats_.clear();
    for (auto& person : people) {
      const Frame frame = person->speaks ? person->tone.next() : Frame{};
      person->seat.playout.push(
          {test::opus_packet(person->encoder, frame), now_ - 3ms, now_ - 2ms, 0, level(*person)});
      seats_.push_back(&person->seat);
    }
    const auto result = mixer_->tick(now_, seats_);
    for (auto& person : people) {
      if (!person->seat.listening) continue;
      const auto packet = person->seat.packet().empty() ? result.shared : person->seat.packet();
      EXPECT_FALSE(packet.empty());
      Frame frame;
      EXPECT_TRUE(person->decoder.decode(packet, frame));
      person->heard.insert(person->heard.end(), frame.begin(), frame.end());
    }
    now_ += tick_length;
    return result;
  }
  Mixer::Tick run(Nanoseconds length) {
    Mixer::Tick last;
    for (Nanoseconds done{}; done < length; done += tick_length) last = tick();
    return last;
  }
  [[nodiscard]] Nanoseconds now() const { return now_; }
  std::vector<std::unique_ptr<Person>> people;
  bool with_levels = false;

 private:
  [[nodiscard]] int level(const Person& person) const { return !with_levels ? -1 : person.speaks ? 15 : 127; }
  std::unique_ptr<Mixer> mixer_;
  std::vector<MixerSeat*> seats_;
  Nanoseconds now_ = 100s;
};

std::span<const std::int16_t> last(const Person& person, std::size_t samples) {
  return std::span(person.heard).last(samples);
}

TEST(Mixer, EverybodyHearsAllOthersAndNotThemselves) {
  Meeting meeting({400, 700, 1'100, 1'700});
  for (auto& person : meeting.people) person->speaks = true;
  meeting.run(3s);
  for (auto& listener : meeting.people)
    for (auto& talker : meeting.people) {
      const double level = test::tone_db(last(*listener, 4'800), talker->hertz);
      if (listener == talker)
        EXPECT_LT(level, -15.3 - 50);
      else
        EXPECT_NEAR(level, -15.3, 1);
    }
}

TEST(Mixer, EncodesOnceForThoseWhoListenAndOncePerTalker) {
  std::vector<double> tones;
  for (int i = 0; i < 30; ++i) tones.push_back(300 + 100 * i);
  for (const bool levels : {false, true}) {
    Meeting meeting(tones);
    meeting.with_levels = levels;
    EXPECT_EQ(meeting.run(1s).encoders, 1);
    for (int i : {3, 7, 20}) meeting.people[static_cast<std::size_t>(i)]->speaks = true;
    const auto tick = meeting.run(1s);
    EXPECT_EQ(tick.encoders, 4);
    EXPECT_EQ(tick.talkers.size(), 3U);
    EXPECT_FALSE(meeting.people[3]->seat.packet().empty());
    EXPECT_TRUE(meeting.people[4]->seat.packet().empty());
    EXPECT_EQ(meeting.people[4]->seat.playout.stats().skipped > 0, levels);
    for (auto& person : meeting.people) person->speaks = false;
    EXPECT_EQ(meeting.run(2s).encoders, 1);
    for (auto& person : meeting.people) person->seat.listening = false;
    EXPECT_EQ(meeting.run(1s).encoders, 0);
  }
}

TEST(Mixer, NoEchoAndNoClickAroundChangesOfStream) {
  for (const bool levels : {false, true}) {
    Meeting meeting({300, 1'900});
    meeting.with_levels = levels;
    Person& steady = *meeting.people[0];
    Person& turns = *meeting.people[1];
    steady.speaks = true;
    meeting.run(1s);
    std::mt19937 random(21);
    std::uniform_int_distribution<int> length(10, 60);
    int changes = 0;
    bool had_private = false;
    while (changes < 60) {
      turns.speaks = !turns.speaks;
      for (int i = length(random); i > 0; --i) {
        meeting.tick();
        changes += std::exchange(had_private, turns.seat.has_private()) != turns.seat.has_private();
      }
    }
    const auto heard = std::span(turns.heard).subspan(24'000);
    double worst = -200;
    for (std::size_t at = 0; at + 4'800 <= heard.size(); at += 1'200)
      worst = std::max(worst, test::tone_db(heard.subspan(at, 4'800), 1'900));
    EXPECT_LT(worst, -15.3 - 50) << "own voice, in some 100 ms";
    // The other's steady tone through every change: no step above that of the tone itself.
    EXPECT_LT(test::largest_step(heard), 8'000 * 2 * std::numbers::pi * 300 / 48'000 * 1.25);
    EXPECT_GT(test::tone_db(heard, 300), -16);
  }
}

TEST(Mixer, ABeginningOfAWordIsNotLost) {
  for (const bool levels : {false, true}) {
    Meeting meeting({500, 900});
    meeting.with_levels = levels;
    meeting.run(2s);
    const auto before = meeting.people[1]->heard.size();
    meeting.people[0]->speaks = true;
    meeting.run(300ms);
    const auto heard = std::span(meeting.people[1]->heard).subspan(before);
    std::size_t first = 0;
    while (first < heard.size() && std::abs(heard[first]) < 2'000) ++first;
    ASSERT_LT(first, samples_of_ms(60));
    double energy = 0;
    for (const auto sample : heard.subspan(first, 4'800)) energy += static_cast<double>(sample) * sample;
    EXPECT_GT(energy, 0.95 * 4'800 * 8'000.0 * 8'000 / 2);
  }
}

TEST(Mixer, TheMutedAreHeardByNoOne) {
  Meeting meeting({400, 700});
  meeting.people[0]->speaks = meeting.people[1]->speaks = true;
  meeting.run(1s);
  meeting.people[0]->seat.muted = true;
  const auto tick = meeting.run(1s);
  EXPECT_EQ(tick.talkers.size(), 1U);
  EXPECT_LT(test::tone_db(last(*meeting.people[1], 4'800), 400), -70);
  EXPECT_NEAR(test::tone_db(last(*meeting.people[0], 4'800), 700), -15.3, 1);
  meeting.people[0]->seat.muted = false;
  meeting.people[0]->seat.gain = 0.5;
  meeting.run(1s);
  EXPECT_NEAR(test::tone_db(last(*meeting.people[1], 4'800), 400), -21.3, 1);
}

/// What a seat's shared screen sounds like, beside what the seat's person says.
struct Film {
  explicit Film(double frequency, double amplitude = 8'000) : tone(frequency, amplitude) {}
  test::Tone tone;
  Encoder encoder = Encoder::create(test::fine_coder).value();
  void play(MixerSeat& seat, Nanoseconds now, bool silent = false, int level = -1) {
    if (!seat.screen) seat.screen.emplace();
    seat.screen->playout.push(
        {test::opus_packet(encoder, silent ? Frame{} : tone.next()), now - 3ms, now - 2ms, 0, level});
  }
};

TEST(Mixer, ASharedScreenIsHeardByAllButTheSharer_AndIsNoTalker) {
  Meeting meeting({400, 700, 1'100});
  Film film(2'300);
  Person& sharer = *meeting.people[0];
  meeting.people[1]->speaks = true;
  const auto play = [&](Nanoseconds length) {
    Mixer::Tick last;
    for (Nanoseconds done{}; done < length; done += tick_length) {
      film.play(sharer.seat, meeting.now());
      last = meeting.tick();
    }
    return last;
  };
  auto tick = play(3s);
  EXPECT_NEAR(test::tone_db(last(*meeting.people[1], 4'800), 2'300), -15.3, 1);
  EXPECT_NEAR(test::tone_db(last(*meeting.people[2], 4'800), 2'300), -15.3, 1);
  EXPECT_LT(test::tone_db(last(sharer, 4'800), 2'300), -15.3 - 50);
  EXPECT_NEAR(test::tone_db(last(sharer, 4'800), 700), -15.3, 1);
  EXPECT_NEAR(test::tone_db(std::span(tick.mix), 2'300), -15.3, 1) << "in the recording";
  EXPECT_EQ(std::vector(tick.talkers.begin(), tick.talkers.end()), std::vector<std::uint64_t>{2});
  EXPECT_FALSE(sharer.seat.talking());

  // Both of his sounds at once.
  sharer.speaks = true;
  play(2s);
  for (const double own : {400.0, 2'300.0}) EXPECT_LT(test::tone_db(last(sharer, 4'800), own), -15.3 - 50);
  for (const double his : {400.0, 2'300.0})
    EXPECT_NEAR(test::tone_db(last(*meeting.people[2], 4'800), his), -15.3, 1);
}

TEST(Mixer, AMutedScreenAndOneOfSomebodyOnHoldAreHeardByNoOne) {
  for (const bool hold : {false, true}) {
    Meeting meeting({400, 700});
    Film film(2'300);
    Person &sharer = *meeting.people[0], &other = *meeting.people[1];
    sharer.speaks = true;
    const auto play = [&](Nanoseconds length) {
      for (Nanoseconds done{}; done < length; done += tick_length) {
        film.play(sharer.seat, meeting.now());
        meeting.tick();
      }
      return test::tone_db(last(other, 4'800), 2'300);
    };
    EXPECT_NEAR(play(2s), -15.3, 1);
    sharer.seat.muted = true;  // the microphone alone
    EXPECT_NEAR(play(1s), -15.3, 1);
    EXPECT_LT(test::tone_db(last(other, 4'800), 400), -15.3 - 50);
    (hold ? sharer.seat.held : sharer.seat.screen->muted) = true;
    EXPECT_LT(play(1s), -15.3 - 50);
    (hold ? sharer.seat.held : sharer.seat.screen->muted) = false;
    EXPECT_NEAR(play(1s), -15.3, 1);
  }
}

TEST(Mixer, NoEchoOfAScreenAroundItsBeginningsAndEnds) {
  for (const bool levels : {false, true}) {
    Meeting meeting({300, 700});
    meeting.with_levels = levels;
    Film film(1'900);
    Person &steady = *meeting.people[0], &sharer = *meeting.people[1];
    steady.speaks = true;
    meeting.run(1s);
    std::mt19937 random(22);
    std::uniform_int_distribution<int> length(20, 160);
    int changes = 0;
    bool had_private = false;
    for (bool plays = true; changes < 30; plays = !plays) {
      for (int i = length(random); i > 0; --i) {
        film.play(sharer.seat, meeting.now(), !plays, !levels ? -1 : plays ? 15 : 127);
        meeting.tick();
        changes += std::exchange(had_private, sharer.seat.has_private()) != sharer.seat.has_private();
      }
    }
    const auto heard = std::span(sharer.heard).subspan(24'000);
    double worst = -200;
    for (std::size_t at = 0; at + 4'800 <= heard.size(); at += 1'200)
      worst = std::max(worst, test::tone_db(heard.subspan(at, 4'800), 1'900));
    EXPECT_LT(worst, -15.3 - 50) << "the screen, in some 100 ms";
    EXPECT_LT(test::largest_step(heard), 8'000 * 2 * std::numbers::pi * 300 / 48'000 * 1.25);
    EXPECT_EQ(sharer.seat.screen->playout.stats().skipped > 0, levels);
  }
}

TEST(Mixer, AQuietPassageOfAScreenIsHeard) {
  Meeting meeting({400, 700});
  Film film(1'100, 30);  // −64 dBFS: below what counts as talk
  for (int i = 0; i < 200; ++i) {
    film.play(meeting.people[0]->seat, meeting.now());
    meeting.tick();
  }
  EXPECT_NEAR(test::tone_db(last(*meeting.people[1], 4'800), 1'100), -63.8, 2);
}

TEST(Mixer, OnlySoManyScreensAreMixed) {
  std::vector<double> tones(Mixer::most_screens + 2, 400);
  Meeting meeting(tones);
  std::vector<Film> films;
  for (std::size_t i = 0; i < tones.size(); ++i) films.emplace_back(900 + 300 * static_cast<double>(i));
  for (int i = 0; i < 100; ++i) {
    for (std::size_t n = 0; n < films.size(); ++n) films[n].play(meeting.people[n]->seat, meeting.now());
    meeting.tick();
  }
  std::size_t heard = 0;
  for (const auto& person : meeting.people) heard += person->seat.has_private() ? 1 : 0;
  EXPECT_EQ(heard, Mixer::most_screens);
}

TEST(Mixer, OnlyTheLoudestAreInTheMix) {
  Meeting meeting({400, 700, 1'100, 1'700}, 2);
  for (auto& person : meeting.people) person->speaks = true;
  const auto tick = meeting.run(1s);
  EXPECT_EQ(tick.talkers.size(), 2U);
  EXPECT_EQ(tick.encoders, 3);
}

TEST(Mixer, BadSettingsAreToldAtOnce) {
  EXPECT_FALSE(Mixer::create({.max_talkers = 0, .encoder = {}}).ok());
  EXPECT_FALSE(Mixer::create({.max_talkers = 8, .encoder = {.bitrate = 3}}).ok());
}

}  // namespace
}  // namespace tessera::audio
