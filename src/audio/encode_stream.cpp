#include "audio/encode_stream.hpp"

namespace tessera::audio {

Result<EncodeStream> EncodeStream::create(const EncoderSpec& spec) {
  auto encoder = Encoder::create(spec);
  if (!encoder) return std::move(encoder).error();
  return EncodeStream(std::move(encoder).value());
}

void EncodeStream::begin(std::span<const Samples> heard) {
  encoder_.reset();
  for (const Samples& tick : heard) encode(tick);
  encoder_.make_next_independent();
}

std::span<const std::uint8_t> EncodeStream::encode(std::span<const std::int16_t> tick) {
  const auto size = encoder_.encode(tick, packet_);
  if (!size) return {};
  return std::span(packet_).first(*size);
}

}  // namespace tessera::audio
