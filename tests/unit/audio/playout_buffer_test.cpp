#include "audio/playout_buffer.hpp"

#include <gtest/gtest.h>
#include <opus.h>

#include <functional>

#include "../../support/sound.hpp"

namespace tessera::audio {
namespace {

using namespace std::chrono_literals;
using Random = std::mt19937;

/// A sender, a network and a clock, all virtual.
class Call {
 public:
  explicit Call(EncoderSpec spec = {}) : encoder_(Encoder::create(spec).value()) {}

  Nanoseconds start = 1'000'007ms;  // of the sender's first sample: no multiple of a tick
  double ppm = 0;                   // the sender's clock is this much fast
  std::function<Nanoseconds(int)> jitter = [](int) { return 0ms; };
  std::function<bool(int)> lost = [](int) { return false; };
  std::function<int(int)> level = [](int) { return -1; };
  PlayoutBuffer buffer;

  Nanoseconds longest_delay{}, shortest_delay = 10s, last_delay{};
  std::vector<std::int16_t> heard;
  bool keep = true;

  /// Sends and plays for `length`.
  void run(Nanoseconds length) {
    longest_delay = 0ns;
    shortest_delay = 10s;
    if (tick_ == 0ns) tick_ = (start / tick_length + 1) * tick_length;
    for (const Nanoseconds until = tick_ + length; tick_ < until; tick_ += tick_length) {
      send_until(tick_);
      Frame frame;
      const bool sounding = buffer.pull(tick_, frame, {.decode = decode});
      if (keep) heard.insert(heard.end(), frame.begin(), frame.end());
      last_delay = buffer.stats().delay;
      if (!sounding) continue;
      longest_delay = std::max(longest_delay, last_delay);
      shortest_delay = std::min(shortest_delay, last_delay);
    }
  }
  [[nodiscard]] int sent() const { return next_; }
  [[nodiscard]] int largest_allowed_step(double factor = 1.05) const {
    return static_cast<int>(8'000 * 2 * std::numbers::pi * hertz_ / 48'000 * factor) + 2;
  }
  bool decode = true;

 private:
  /// Nine periods fill a packet, so a few dozen packets can go round for ever, and hours cost no encoding.
  const std::vector<std::uint8_t>& packet() {
    const auto index = static_cast<std::size_t>(next_ < 100 ? next_ : 50 + next_ % 50);
    while (packets_.size() <= index) packets_.push_back(test::opus_packet(encoder_, tone_.next()));
    return packets_[index];
  }

  void send_until(Nanoseconds now) {
    for (;;) {
      if (!waiting_) {
        const Nanoseconds at = start + Nanoseconds(std::llround(next_ * 20e6 / (1 + ppm * 1e-6)));
        if (at > now) return;
        const auto data = packet();
        const int index = next_++;
        if (lost(index)) {
          ++gap_;
          continue;
        }
        arrived_ = std::max(arrived_, at + jitter(index));
        waiting_ = PlayoutPacket{data, at, arrived_, std::exchange(gap_, 0), level(index)};
      }
      if (waiting_->arrival > now) return;
      buffer.push(std::move(*waiting_));
      waiting_.reset();
    }
  }

  static constexpr double hertz_ = 450;
  test::Tone tone_{hertz_};
  Encoder encoder_;
  std::vector<std::vector<std::uint8_t>> packets_;
  int next_ = 0;
  int gap_ = 0;
  Nanoseconds arrived_{};
  Nanoseconds tick_{};
  std::optional<PlayoutPacket> waiting_;
};

TEST(PlayoutBuffer, ACleanStreamIsPlayedWholeWith25MsOfDelay) {
  for (int phase = 0; phase < 20; ++phase) {
    Call call;
    call.start += std::chrono::milliseconds(phase);
    call.run(20s);
    const auto stats = call.buffer.stats();
    EXPECT_EQ(stats.concealed + stats.late + stats.splices + stats.jumps, 0U) << phase;
    EXPECT_LE(call.longest_delay, 31ms);
    EXPECT_NEAR(static_cast<double>(call.last_delay.count()), 25e6, 1.6e6) << phase;
    EXPECT_LE(test::largest_step(std::span(call.heard).subspan(4'800)), call.largest_allowed_step());
    EXPECT_GT(test::tone_db(std::span(call.heard).last(24'000), 450), -15.8);
  }
}

TEST(PlayoutBuffer, TheFirstPacketIsHeardWithin40Ms) {
  for (int phase = 0; phase < 20; ++phase) {
    PlayoutBuffer buffer;
    auto encoder = Encoder::create({}).value();
    const Nanoseconds came = 500ms + std::chrono::milliseconds(phase);
    buffer.push({test::opus_packet(encoder, test::Tone(440).next()), came, came});
    Frame frame;
    Nanoseconds tick = 520ms;
    while (!buffer.pull(tick, frame)) tick += tick_length;
    EXPECT_LE(tick - came, 40ms);
  }
}

TEST(PlayoutBuffer, ClockDriftIsAbsorbedWithoutAGap) {
  for (const double ppm : {-300.0, 300.0}) {
    Call call;
    call.ppm = ppm;
    call.keep = false;
    call.run(10s);
    call.keep = true;
    call.run(600s);
    const auto stats = call.buffer.stats();
    EXPECT_EQ(stats.concealed + stats.late + stats.splices + stats.jumps, 0U) << ppm;
    EXPECT_GE(call.shortest_delay, 20ms);
    EXPECT_LE(call.longest_delay, 30ms);
    EXPECT_LE(test::largest_step(call.heard), call.largest_allowed_step());
    // An inaudible pitch: the tone is where the sender's clock says.
    EXPECT_GT(test::tone_db(std::span(call.heard).last(48'000), 450 * (1 + ppm * 1e-6)), -15.8);
  }
}

TEST(PlayoutBuffer, JitterAndLossAreConcealedAndTheDelayComesBack) {
  Call call;
  Random random(11);
  call.run(10s);
  const Nanoseconds before = call.last_delay;
  std::uniform_int_distribution<int> wait(0, 80'000);
  std::bernoulli_distribution tenth(0.1);
  call.jitter = [&](int) { return std::chrono::microseconds(wait(random)); };
  call.lost = [&](int) { return tenth(random); };
  call.run(60s);
  EXPECT_LE(call.longest_delay, 200ms);
  const auto during = call.buffer.stats();
  EXPECT_LT(during.late, 60U);  // of some 2700 that came
  EXPECT_EQ(during.jumps, 0U);
  call.jitter = [](int) { return 0ms; };
  call.lost = [](int) { return false; };
  call.run(5s);
  EXPECT_LE(call.last_delay, before + 20ms);
  const auto settled = call.buffer.stats();
  call.run(20s);
  EXPECT_EQ(call.buffer.stats().concealed, settled.concealed);
  EXPECT_NEAR(static_cast<double>(call.last_delay.count()), static_cast<double>(before.count()), 2e6);
}

TEST(PlayoutBuffer, AStallLeavesNoDelayBehind) {
  for (const auto stall : {100ms, 300ms, 700ms, 3'000ms}) {
    Call call;
    call.run(5s);
    const Nanoseconds before = call.last_delay;
    const int first = call.sent();
    const int count = static_cast<int>(stall / 20ms);
    // Everything of the stall comes at once at its end.
    call.jitter = [&](int i) { return i < first + count ? (first + count - i) * 20ms : 0ms; };
    call.run(stall + 200ms);
    EXPECT_LE(call.longest_delay, before + 400ms) << stall.count();
    call.run(5s);
    EXPECT_LE(call.last_delay, before + 20ms) << stall.count();
    call.run(10s);
    EXPECT_NEAR(static_cast<double>(call.last_delay.count()), static_cast<double>(before.count()), 2e6);
    EXPECT_LE(call.buffer.stats().buffered, 80ms);
  }
}

// The first packets of a stream wait while its way through the pipeline is being linked.
TEST(PlayoutBuffer, WhatWaitedAtTheBeginningLeavesNoDelayBehind) {
  Call call;
  call.jitter = [](int index) { return std::max(0ms, 61ms - index * 20ms); };
  call.run(1s);
  EXPECT_EQ(call.buffer.stats().late, 0U);
  EXPECT_LE(call.buffer.stats().target, 31ms);
  EXPECT_LE(call.last_delay, 45ms);
  call.run(3s);
  EXPECT_LE(call.last_delay, 31ms);
  EXPECT_EQ(call.buffer.stats().concealed + call.buffer.stats().late + call.buffer.stats().jumps, 0U);
}

TEST(PlayoutBuffer, OfALongWaitAtTheBeginningTheOldestIsLostAndNoDelayIsLeft) {
  Call call;
  const auto wait = [&call](int from) {
    call.jitter = [from](int index) {
      return index < from ? 0ms : std::max(0ms, 201ms - (index - from) * 20ms);
    };
  };
  wait(0);
  call.run(1s);
  EXPECT_LE(call.buffer.stats().late, 7U);
  EXPECT_LE(call.last_delay, 45ms);
  const auto before = call.buffer.stats().late;
  call.buffer.reset();  // a new connection
  wait(call.sent());
  call.run(1s);
  EXPECT_LE(call.buffer.stats().late - before, 7U);
  EXPECT_LE(call.last_delay, 45ms);
  EXPECT_EQ(call.buffer.stats().jumps, 0U);
}

TEST(PlayoutBuffer, AHiccupCostsNoPacket) {
  Call call;
  call.run(5s);
  const int at = call.sent();
  call.jitter = [&](int i) { return i == at ? 45ms : 0ms; };
  call.run(5s);
  const auto stats = call.buffer.stats();
  EXPECT_EQ(stats.late, 0U);
  EXPECT_GT(stats.concealed, 0U);
  EXPECT_LE(call.longest_delay, 100ms);
  EXPECT_LE(call.last_delay, 45ms);
}

TEST(PlayoutBuffer, OneLostPacketIsRebuiltFromTheNext) {
  Call call({.bitrate = 24'000, .inband_fec = true, .expected_loss = 20});
  Nanoseconds ahead = 60ms;  // so that the next one is there when the gap is reached
  call.buffer.set_playout_delay(ahead);
  call.lost = [](int i) { return i > 100 && i % 25 == 0; };
  call.run(10s);
  const auto stats = call.buffer.stats();
  EXPECT_GE(stats.recovered, 14U);
  EXPECT_EQ(stats.recovered, stats.concealed);
  EXPECT_NEAR(static_cast<double>(call.last_delay.count()), 60e6, 3e6);
}

TEST(PlayoutBuffer, AfterTheSenderStopsSilenceAndTheNextWordIsWhole) {
  Call call;
  call.run(5s);
  const int pause = call.sent();
  call.lost = [&](int i) { return i >= pause && i < pause + 50; };
  call.run(500ms);
  Frame frame = {};
  const auto last = std::span(call.heard).last(tick_samples);
  EXPECT_TRUE(std::equal(last.begin(), last.end(), frame.begin()));
  const auto concealed = call.buffer.stats().concealed;
  EXPECT_LE(concealed, 6U);
  call.run(3s);
  EXPECT_EQ(call.buffer.stats().late, 0U);
  EXPECT_EQ(call.buffer.stats().concealed, concealed);
  EXPECT_NEAR(static_cast<double>(call.last_delay.count()), 25e6, 6e6);
}

TEST(PlayoutBuffer, EveryPacketLengthIsPlayedWhole) {
  for (const int samples : {120, 240, 480, 960, 1'920, 2'880}) {
    int status = 0;
    ::OpusEncoder* encoder = opus_encoder_create(48'000, 1, OPUS_APPLICATION_AUDIO, &status);
    PlayoutBuffer buffer;
    double phase = 0;
    std::int64_t sent = 0;
    std::vector<std::int16_t> heard;
    for (Nanoseconds tick = 100ms; tick < 5s; tick += tick_length) {
      while (77ms + duration_of(sent) <= tick) {
        std::vector<std::int16_t> pcm(static_cast<std::size_t>(samples));
        for (auto& s : pcm) {
          s = static_cast<std::int16_t>(8'000 * std::sin(phase));
          phase += 2 * std::numbers::pi * 440 / 48'000;
        }
        std::vector<std::uint8_t> packet(1'500);
        packet.resize(
            static_cast<std::size_t>(opus_encode(encoder, pcm.data(), samples, packet.data(), 1'500)));
        const Nanoseconds at = 77ms + duration_of(sent);
        buffer.push({packet, at, at});
        sent += samples;
      }
      Frame frame;
      buffer.pull(tick, frame);
      heard.insert(heard.end(), frame.begin(), frame.end());
    }
    opus_encoder_destroy(encoder);
    const auto stats = buffer.stats();
    EXPECT_EQ(stats.concealed + stats.late + stats.splices + stats.jumps, 0U) << samples;
    EXPECT_GT(test::tone_db(std::span(heard).last(48'000), 440), -16) << samples;
    EXPECT_LE(test::largest_step(std::span(heard).last(96'000)), 500) << samples;
  }
}

TEST(PlayoutBuffer, TheAskedForDelayIsReachedAndLeft) {
  Call call;
  call.run(5s);
  call.buffer.set_playout_delay(150ms);
  call.run(5s);
  EXPECT_NEAR(static_cast<double>(call.last_delay.count()), 150e6, 22e6);
  call.run(20s);
  EXPECT_NEAR(static_cast<double>(call.last_delay.count()), 150e6, 3e6);
  call.buffer.set_playout_delay(20ms);
  call.run(20s);
  EXPECT_NEAR(static_cast<double>(call.last_delay.count()), 25e6, 3e6);
  EXPECT_EQ(call.buffer.stats().late, 0U);
}

TEST(PlayoutBuffer, RunningTimesFarFromTheClockAreStillPlayed) {
  auto encoder = Encoder::create({}).value();
  test::Tone tone(440);
  PlayoutBuffer buffer;
  Frame frame;
  Nanoseconds longest{};
  for (int i = 0; i < 500; ++i) {
    const Nanoseconds now = 10s + i * tick_length;
    const Nanoseconds off = i < 150 ? 1h : i < 300 ? -5s : 0s;
    buffer.push({test::opus_packet(encoder, tone.next()), now + off, now});
    buffer.pull(now, frame);
    longest = std::max(longest, buffer.stats().delay);
    if (i % 150 == 149) {
      EXPECT_GT(test::tone_db(frame, 440), -18) << i;
    }
  }
  EXPECT_LE(longest, 100ms);
}

TEST(PlayoutBuffer, TheSilentGoUndecodedAndTheirFirstWordIsWhole) {
  Call call;
  call.level = [](int) { return 90; };
  call.decode = false;
  call.run(5s);
  EXPECT_GE(call.buffer.stats().skipped, 245U);
  EXPECT_EQ(call.buffer.next_level(call.start + 5s + 20ms).value_or(0), -90);
  call.decode = true;
  call.run(100ms);
  EXPECT_GT(test::tone_db(std::span(call.heard).last(3'840), 450), -16.5);
  EXPECT_EQ(call.buffer.stats().concealed, 0U);
}

TEST(PlayoutBuffer, RubbishNeitherCrashesNorGrows) {
  Random random(12);
  PlayoutBuffer buffer;
  std::uniform_int_distribution<int> byte(0, 255), size(0, 400), off(-2'000, 2'000), count(0, 4);
  Frame frame;
  for (Nanoseconds tick = 10s; tick < 70s; tick += tick_length) {
    for (int n = count(random); n > 0; --n) {
      PlayoutPacket packet;
      packet.data.resize(static_cast<std::size_t>(size(random)));
      for (auto& each : packet.data) each = static_cast<std::uint8_t>(byte(random));
      packet.arrival = tick;
      packet.running_time = tick + std::chrono::milliseconds(off(random));
      packet.lost = byte(random) - 100;
      packet.level = byte(random) - 128;
      buffer.push(std::move(packet));
    }
    if (byte(random) == 0) buffer.reset();
    (void)buffer.next_level(tick);
    buffer.pull(tick, frame, {.decode = byte(random) < 200, .heard = byte(random) < 128});
    // A queue of a second of places, each of up to 120 ms.
    ASSERT_LE(buffer.stats().buffered, 60s);
  }
}

}  // namespace
}  // namespace tessera::audio
