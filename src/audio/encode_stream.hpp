#pragma once
#include <span>
#include <vector>

#include "audio/opus_codec.hpp"

namespace tessera::audio {

/// One running encode: an encoder and its last packet. Kept in a pool between uses.
class EncodeStream {
 public:
  static Result<EncodeStream> create(const EncoderSpec& spec);

  /// Starts afresh as if it had coded `heard` (what the listener's decoder was fed until now, oldest first),
  /// so that the change from another stream is smooth.
  void begin(std::span<const Samples> heard);
  /// See Encoder::make_next_independent: call when a listener comes over from another stream.
  void make_next_independent() { encoder_.make_next_independent(); }
  /// Per cent; see Encoder::set_expected_loss.
  void set_expected_loss(int percent) { encoder_.set_expected_loss(percent); }
  /// Codes one tick; the packet stays readable until the next call. Empty when libopus failed.
  std::span<const std::uint8_t> encode(std::span<const std::int16_t> tick);

 private:
  explicit EncodeStream(Encoder encoder) : encoder_(std::move(encoder)), packet_(max_packet_bytes) {}

  Encoder encoder_;
  std::vector<std::uint8_t> packet_;
};

}  // namespace tessera::audio
