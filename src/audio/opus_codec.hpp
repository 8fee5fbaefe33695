#pragma once
// libopus with owners and Results.
//
// Opus is decoded and encoded here, by libopus itself, and not by GStreamer elements: the playout buffer
// needs each packet in its hand (concealment, in-band FEC, silent participants left undecoded, duration
// without decoding), and one tick thread for a whole room costs a fraction of a queue, a thread and a
// converter per participant.

#include <memory>
#include <span>

#include "audio/format.hpp"
#include "base/result.hpp"

struct OpusEncoder;  // libopus's, in the global namespace
struct OpusDecoder;

namespace tessera::audio {

inline constexpr std::size_t max_packet_bytes = 1'500;    ///< of what we send
inline constexpr std::size_t max_packet_samples = 5'760;  ///< 120 ms, the longest Opus packet (RFC 6716, 3.4)

/// Samples at 48 kHz in a packet, read from its TOC; 0 when it is not a valid packet.
std::size_t packet_samples(std::span<const std::uint8_t> packet);

struct EncoderSpec {
  int bitrate = 48'000;  ///< bits per second
  int complexity = 5;  ///< 0…10. Measured: 5 costs two thirds of 9 and codes a mono mix at 48 kb/s as well
  bool inband_fec = false;
  int expected_loss = 0;  ///< per cent; with inband_fec, how much redundancy to carry
};

/// 48 kHz mono, 20 ms a packet.
class Encoder {
 public:
  static Result<Encoder> create(const EncoderSpec& spec);

  /// Encodes one tick into `out` and returns the packet's size.
  Result<std::size_t> encode(const Frame& samples, std::span<std::uint8_t> out);
  /// The next packet is coded without reference to the ones before, so that a decoder that had another
  /// encoder's packets until now goes on without a step.
  void make_next_independent() { independent_ = true; }
  void reset();

 private:
  struct Free {
    void operator()(::OpusEncoder* encoder) const;
  };
  explicit Encoder(::OpusEncoder* encoder) : encoder_(encoder) {}

  std::unique_ptr<::OpusEncoder, Free> encoder_;
  bool independent_ = false;
};

/// 48 kHz mono (a stereo packet is mixed down by libopus).
class Decoder {
 public:
  static Result<Decoder> create();

  /// Decodes a packet into `out` (at least packet_samples) and returns the samples written.
  Result<std::size_t> decode(std::span<const std::uint8_t> packet, std::span<std::int16_t> out);
  /// Rebuilds the `out.size()` samples (a multiple of 120) just before `next` from its in-band FEC; conceals
  /// what it does not carry.
  Result<std::size_t> recover(std::span<const std::uint8_t> next, std::span<std::int16_t> out);
  /// Extrapolates `out.size()` samples (a multiple of 120) from what was decoded last.
  Result<std::size_t> conceal(std::span<std::int16_t> out);
  void reset();

 private:
  struct Free {
    void operator()(::OpusDecoder* decoder) const;
  };
  explicit Decoder(::OpusDecoder* decoder) : decoder_(decoder) {}
  Result<std::size_t> run(const std::uint8_t* data, std::size_t size, std::span<std::int16_t> out, bool fec);

  std::unique_ptr<::OpusDecoder, Free> decoder_;
};

}  // namespace tessera::audio
