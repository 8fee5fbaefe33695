#pragma once
// Sounds that a test can recognise: tones, their power by Goertzel's algorithm, and their Opus packets.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <random>
#include <span>
#include <vector>

#include "audio/opus_codec.hpp"

namespace tessera::test {

using audio::Frame;

/// A sine that goes on from frame to frame.
class Tone {
 public:
  explicit Tone(double hertz, double amplitude = 8'000)
      : step_(2 * std::numbers::pi * hertz / 48'000), amplitude_(amplitude) {}
  Frame next() {
    Frame frame;
    for (auto& sample : frame) {
      sample = static_cast<std::int16_t>(std::lrint(amplitude_ * std::sin(phase_)));
      phase_ = std::remainder(phase_ + step_, 2 * std::numbers::pi);
    }
    return frame;
  }

 private:
  double step_, amplitude_, phase_ = 0;
};

/// Power of one frequency in dBFS (a full-scale sine is −3), Hann-windowed so that neighbours stay out.
inline double tone_db(std::span<const std::int16_t> samples, double hertz) {
  const double step = 2 * std::numbers::pi * hertz / 48'000, factor = 2 * std::cos(step);
  double before = 0, last = 0;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const double window =
        1 - std::cos(2 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(samples.size()));
    const double now = samples[i] / 32'768.0 * window + factor * last - before;
    before = last;
    last = now;
  }
  const double n = static_cast<double>(samples.size());
  const double power = (last * last + before * before - factor * last * before) / (n * n) * 2;
  return 10 * std::log10(std::max(power, 1e-15));
}

/// What one must not hear is looked for 50 dB down, where a coder at 48 kb/s has noise of its own.
inline constexpr audio::EncoderSpec fine_coder{.bitrate = 128'000};

/// Says these samples, tick by tick; then silence.
inline auto saying(std::vector<std::int16_t> samples) {
  return [samples = std::move(samples), at = std::size_t{0}]() mutable {
    Frame frame{};
    if (at + frame.size() <= samples.size())
      std::copy_n(samples.begin() + static_cast<std::ptrdiff_t>(at), frame.size(), frame.begin());
    at += frame.size();
    return frame;
  };
}

inline std::vector<std::uint8_t> opus_packet(audio::Encoder& encoder, const Frame& frame) {
  std::vector<std::uint8_t> packet(audio::max_packet_bytes);
  packet.resize(encoder.encode(frame, packet).value());
  return packet;
}

/// The largest step between neighbouring samples: a click stands out in it.
inline int largest_step(std::span<const std::int16_t> samples) {
  int largest = 0;
  for (std::size_t i = 1; i < samples.size(); ++i)
    largest = std::max(largest, std::abs(samples[i] - samples[i - 1]));
  return largest;
}

}  // namespace tessera::test
