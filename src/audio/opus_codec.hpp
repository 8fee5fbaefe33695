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
  int channels = 1;      ///< 1 or 2
  int bitrate = 48'000;  ///< bits per second
  /// 0…10. From 5 on libopus filters by the voice's pitch, with a past that encoder and decoder share:
  /// whoever changes to another encoder's stream then hears some of their own voice (docs/decisions/0004).
  int complexity = 4;
  bool inband_fec = false;
  int expected_loss = 0;  ///< per cent; with inband_fec, how much redundancy to carry
};

/// 48 kHz, 20 ms a packet.
class Encoder {
 public:
  static Result<Encoder> create(const EncoderSpec& spec);

  /// Encodes one tick (tick_values) into `out` and returns the packet's size.
  Result<std::size_t> encode(std::span<const std::int16_t> samples, std::span<std::uint8_t> out);
  /// The next packet is coded without reference to the ones before, so that a decoder that had another
  /// encoder's packets until now goes on without a step.
  void make_next_independent() { independent_ = true; }
  /// Per cent of the packets that the listeners lose: how much redundancy in-band FEC carries.
  void set_expected_loss(int percent);
  void reset();

 private:
  struct Free {
    void operator()(::OpusEncoder* encoder) const;
  };
  Encoder(::OpusEncoder* encoder, int channels) : encoder_(encoder), channels_(channels) {}

  std::unique_ptr<::OpusEncoder, Free> encoder_;
  int channels_;
  bool independent_ = false;
  int expected_loss_ = 0;
};

/// 48 kHz; libopus mixes a stereo packet down to one channel and doubles a mono one to two. Output is
/// interleaved, counts are samples per channel.
class Decoder {
 public:
  static Result<Decoder> create(int channels = 1);

  /// Decodes a packet into `out` (room for packet_samples) and returns the samples written.
  Result<std::size_t> decode(std::span<const std::uint8_t> packet, std::span<std::int16_t> out);
  /// Rebuilds the samples that fill `out` (a multiple of 120) just before `next` from its in-band FEC;
  /// conceals what it does not carry.
  Result<std::size_t> recover(std::span<const std::uint8_t> next, std::span<std::int16_t> out);
  /// Fills `out` (a multiple of 120 samples) with what may follow from what was decoded last.
  Result<std::size_t> conceal(std::span<std::int16_t> out);
  void reset();

 private:
  struct Free {
    void operator()(::OpusDecoder* decoder) const;
  };
  Decoder(::OpusDecoder* decoder, int channels)
      : decoder_(decoder), channels_(static_cast<std::size_t>(channels)) {}
  Result<std::size_t> run(const std::uint8_t* data, std::size_t size, std::span<std::int16_t> out, bool fec);

  std::unique_ptr<::OpusDecoder, Free> decoder_;
  std::size_t channels_;
};

}  // namespace tessera::audio
