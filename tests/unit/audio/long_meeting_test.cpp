// Hours of a meeting in seconds: nothing grows, and sound stays where the picture is. TESSERA_VIRTUAL_HOURS
// says how many (half an hour when it does not).

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "../../support/meeting.hpp"

namespace tessera::audio {
namespace {

using namespace std::chrono_literals;

// Sanitizers are slow, and keep for a while what is freed.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool instrumented = true;
#else
constexpr bool instrumented = false;
#endif

double hours() {
  const char* wanted = std::getenv("TESSERA_VIRTUAL_HOURS");
  return wanted ? std::atof(wanted) : instrumented ? 0.05 : 0.5;
}

long resident_kb() {
  long total = 0, resident = 0;
  std::ifstream("/proc/self/statm") >> total >> resident;
  return resident * 4;
}

/// A sender with a clock of its own and a bad network. Says a tone that goes round in 50 packets; once a
/// minute one packet at another pitch, the mark.
class Sender {
 public:
  Sender(double hertz, double ppm, unsigned seed) : ppm_(ppm), random_(seed) {
    auto encoder = Encoder::create({.bitrate = 24'000, .complexity = 0}).value();
    test::Tone tone(hertz, 2'000), mark(mark_hertz, 8'000);
    for (int i = 0; i < 150; ++i) packets_.push_back(test::opus_packet(encoder, tone.next()));
    auto other = Encoder::create({.bitrate = 24'000, .complexity = 0}).value();
    for (int i = 0; i < 3; ++i) marks_.push_back(test::opus_packet(other, mark.next()));
  }
  static constexpr double mark_hertz = 5'000;
  static constexpr std::int64_t mark_every = 3'000;  // packets

  void send(Nanoseconds now, PlayoutBuffer& buffer) {
    for (;;) {
      const Nanoseconds at =
          start + Nanoseconds(std::llround(static_cast<double>(next_) * 20e6 / (1 + ppm_ * 1e-6)));
      const std::int64_t place = next_ % mark_every;
      const bool marked = marks && place >= mark_every - 3;
      if (!waiting_) {
        if (at > now) return;
        if (marked && place == mark_every - 3) mark_times.push_back(at);
        const bool lost = !marked && std::uniform_int_distribution<int>(0, 99)(random_) == 0;
        ++next_;
        if (lost) {
          ++gap_;
          continue;
        }
        const auto jitter = std::chrono::microseconds(std::uniform_int_distribution<int>(0, 15'000)(random_));
        arrival_ = std::max(arrival_, at + jitter);
        const auto& data = marked ? marks_[static_cast<std::size_t>(place - mark_every + 3)]
                                  : packets_[static_cast<std::size_t>(100 + next_ % 50)];
        waiting_ = PlayoutPacket{data, at, arrival_, std::exchange(gap_, 0), talks ? 24 : 127};
      }
      if (waiting_->arrival > now) return;
      buffer.push(std::move(*waiting_));
      waiting_.reset();
    }
  }
  Nanoseconds start = 10s + 7ms;
  bool talks = true, marks = false;
  std::vector<Nanoseconds> mark_times;  ///< capture times, on the shared clock

 private:
  double ppm_;
  std::mt19937 random_;
  std::vector<std::vector<std::uint8_t>> packets_, marks_;
  std::int64_t next_ = 0;
  int gap_ = 0;
  Nanoseconds arrival_{};
  std::optional<PlayoutPacket> waiting_;
};

TEST(LongMeeting, NothingGrowsAndSoundStaysWithThePicture) {
  auto mixer = Mixer::create({}).value();
  std::vector<std::unique_ptr<Sender>> senders;
  std::vector<std::unique_ptr<MixerSeat>> owned;
  std::vector<MixerSeat*> seats;
  for (int i = 0; i < 4; ++i) {
    senders.push_back(
        std::make_unique<Sender>(300 + 170 * i, i % 2 ? -300.0 : 300.0, static_cast<unsigned>(i)));
    owned.push_back(std::make_unique<MixerSeat>(static_cast<std::uint64_t>(i) + 1));
    seats.push_back(owned.back().get());
  }
  senders[0]->marks = true;  // talks all the time; the others in turns
  std::mt19937 random(8);
  const auto ticks = static_cast<std::int64_t>(hours() * 3'600 * 50);
  const Nanoseconds begun = 10s;
  constexpr int framerate = 30;
  std::int64_t samples = 0, frames = 0;
  std::vector<Nanoseconds> heard;  // times of the marks in the mix
  Nanoseconds longest{}, most_buffered{};
  long settled_kb = 0;
  for (std::int64_t n = 0; n < ticks; ++n) {
    const Nanoseconds now = begun + n * tick_length;
    if (n % 250 == 0)
      for (std::size_t i = 1; i < senders.size(); ++i)
        senders[i]->talks = std::uniform_int_distribution<int>(0, 3)(random) == 0;
    for (std::size_t i = 0; i < senders.size(); ++i) senders[i]->send(now, seats[i]->playout);
    const auto result = mixer->tick(now, seats);
    // The sound's clock and the canvas's: what each has put out, counted in its own units.
    samples += static_cast<std::int64_t>(result.mix.size());
    while (begun + Nanoseconds(1'000'000'000LL * (frames + 1) / framerate) <= now + tick_length) ++frames;
    const auto sound_clock = duration_of(samples),
               canvas_clock = Nanoseconds(1'000'000'000LL * frames / framerate);
    ASSERT_LE(sound_clock - canvas_clock, 34ms);  // less than the frame that is not out yet
    for (const auto* seat : seats) {
      const auto stats = seat->playout.stats();
      longest = std::max(longest, stats.delay);
      most_buffered = std::max(most_buffered, stats.buffered);
    }
    if (heard.size() < senders[0]->mark_times.size() && test::tone_db(result.mix, Sender::mark_hertz) > -30) {
      // The mark's first half-wave: well above the tones, which are 2,000 high at most.
      std::size_t at = 0;
      while (at + 1 < result.mix.size() && std::abs(result.mix[at] - result.mix[at + 1]) < 1'800) ++at;
      heard.push_back(now + duration_of(static_cast<std::int64_t>(at)));
    }
    if (n == ticks / 4) settled_kb = resident_kb();
  }
  EXPECT_LE(longest, 100ms);
  EXPECT_LE(most_buffered, 150ms);
  if (!instrumented) {
    EXPECT_LE(resident_kb() - settled_kb, 1'024) << "kB more than after a quarter of the time";
  }

  // A mark is heard its capture time plus the playout delay later, as a picture of that moment is seen; what
  // is left must not wander.
  ASSERT_FALSE(heard.empty());
  ASSERT_EQ(heard.size(), senders[0]->mark_times.size());
  ASSERT_GE(heard.size(), static_cast<std::size_t>(hours() * 59));
  Nanoseconds least = 1h, most = -1h;
  for (std::size_t i = 0; i < heard.size(); ++i) {
    least = std::min(least, heard[i] - senders[0]->mark_times[i]);
    most = std::max(most, heard[i] - senders[0]->mark_times[i]);
  }
  const auto first = heard.front() - senders[0]->mark_times.front(),
             last = heard.back() - senders[0]->mark_times.back();
  std::printf(
      "%zu marks: offset %.1f…%.1f ms, the first %.1f, the last %.1f; longest delay %.1f "
      "ms\n",
      heard.size(), static_cast<double>(least.count()) / 1e6, static_cast<double>(most.count()) / 1e6,
      static_cast<double>(first.count()) / 1e6, static_cast<double>(last.count()) / 1e6,
      static_cast<double>(longest.count()) / 1e6);
  EXPECT_LE(std::chrono::abs(last - first), 5ms);
  EXPECT_LE(most - least, 25ms);  // as the playout delay follows the network's jitter
}

}  // namespace
}  // namespace tessera::audio
