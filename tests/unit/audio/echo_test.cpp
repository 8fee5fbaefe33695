// Nobody hears themselves, not even for a moment, and nobody hears the change of streams that this takes.

#include "../../support/meeting.hpp"

namespace tessera::audio {
namespace {

using namespace std::chrono_literals;

/// A tone that comes and goes like a voice: in turns, swelling and fading over 60 ms.
class Turns {
 public:
  explicit Turns(double hertz) : tone_(hertz, 3'000) {}
  bool talks = false;
  Frame next() {
    Frame frame = tone_.next();
    for (auto& sample : frame) {
      share_ = std::clamp(share_ + (talks ? 1 : -1) / 2'880.0, 0.0, 1.0);
      const double swell = 0.5 - 0.5 * std::cos(std::numbers::pi * share_);
      sample = static_cast<std::int16_t>(std::lround(sample * swell));
    }
    return frame;
  }

 private:
  test::Tone tone_;
  double share_ = 0;
};

double power_of(std::span<const std::int16_t> window) {
  double sum = 0;
  for (std::size_t i = 0; i < window.size(); ++i) {  // the same Hann window that tone_db looks through
    const double hann =
        1 - std::cos(2 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(window.size()));
    const double value = window[i] / 32'768.0 * hann;
    sum += value * value;
  }
  return sum / static_cast<double>(window.size()) / 1.5;
}

TEST(Echo, TwelveInRandomTurnsNeverHearThemselves) {
  // At 48 kb/s the coder's own noise beside the others' tones would be louder than what is looked for.
  constexpr EncoderSpec fine{.bitrate = 256'000};
  test::Meeting meeting({.max_talkers = 8, .encoder = fine});
  std::vector<std::unique_ptr<Turns>> voices;
  std::vector<double> tones;
  for (double hertz = 300; tones.size() < 12; hertz *= 1.3) tones.push_back(std::round(hertz));
  for (const double hertz : tones) {
    voices.push_back(std::make_unique<Turns>(hertz));
    auto& person = meeting.add([voice = voices.back().get()] { return voice->next(); });
    person.encoder = Encoder::create(fine).value();
  }
  std::mt19937 random(31);
  int changes = 0;
  std::vector<bool> had_private(12);
  for (int tick = 0; tick < 3'000; ++tick) {
    meeting.with_levels = tick >= 1'500;
    if (tick % 10 == 0) {  // up to four talk at a time
      const auto who = std::uniform_int_distribution<std::size_t>(0, 11)(random);
      const auto talking =
          std::count_if(voices.begin(), voices.end(), [](const auto& v) { return v->talks; });
      voices[who]->talks = !voices[who]->talks && talking < 4;
    }
    meeting.tick();
    for (std::size_t i = 0; i < 12; ++i) {
      const bool has = meeting.people[i]->seat.has_private();
      changes += had_private[i] != has;
      had_private[i] = has;
    }
  }
  EXPECT_GT(changes, 60);
  const double nominal = 10 * std::log10(std::pow(3'000 / 32'768.0, 2) / 2);
  for (std::size_t i = 0; i < 12; ++i) {
    const std::span heard = meeting.people[i]->heard;
    double worst = -200;
    for (std::size_t at = 0; at + 4'800 <= heard.size(); at += 1'200) {
      const auto window = heard.subspan(at, 4'800);
      // While the others are silent, against what one of them would be.
      const double others = std::max(10 * std::log10(power_of(window) + 1e-15), nominal);
      worst = std::max(worst, test::tone_db(window, tones[i]) - others);
    }
    EXPECT_LT(worst, -50) << "what participant " << i << " hears at " << tones[i] << " Hz, in some 100 ms";
  }
}

/// A sine as heard by one who comes and goes between the shared and a private stream; `changes` 0: who stays.
std::vector<std::int16_t> sine_through(int changes, bool levels, int ticks = 0) {
  test::Meeting meeting;
  meeting.with_levels = levels;
  test::Tone sine(440, 8'000), own(2'500, 3'000);
  bool talks = false;
  meeting.add([&] { return sine.next(); });
  auto& listener = meeting.add([&] { return talks ? own.next() : Frame{}; });
  std::mt19937 random(5);
  std::uniform_int_distribution<int> length(5, 50);
  meeting.run(5s);
  const auto settled = listener.heard.size();
  int seen = 0;
  bool had = false;
  for (int tick = 0, until = 0; seen < changes || tick < ticks; ++tick) {
    if (changes > 0 && tick >= until) {
      talks = !talks;
      // A word, then silence until the hold is over.
      until = tick + length(random) + (talks ? 0 : TalkDetector::hold_ticks + 6);
    }
    meeting.tick();
    seen += std::exchange(had, listener.seat.has_private()) != listener.seat.has_private();
  }
  EXPECT_GE(seen, changes);
  return {listener.heard.begin() + static_cast<std::ptrdiff_t>(settled), listener.heard.end()};
}

TEST(StreamChange, ASineThrough200ChangesShowsNoClick) {
  for (const bool levels : {false, true}) {
    const auto changing = sine_through(200, levels);
    // Whoever stays with one stream, as long.
    const auto steady = sine_through(0, levels, static_cast<int>(changing.size() / tick_samples));
    EXPECT_LE(test::largest_step(changing), test::largest_step(steady) * 1.02);  // the coder's noise
  }
}

}  // namespace
}  // namespace tessera::audio
