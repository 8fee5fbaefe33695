#include "audio/encode_stream.hpp"

namespace tessera::audio {

Result<EncodeStream> EncodeStream::create(const EncoderSpec& spec) {
  auto encoder = Encoder::create(spec);
  if (!encoder) return std::move(encoder).error();
  return EncodeStream(std::move(encoder).value());
}

void EncodeStream::begin(std::span<const Frame> heard) {
  encoder_.reset();
  for (const Frame& frame : heard) encode(frame);
  encoder_.make_next_independent();
}

std::span<const std::uint8_t> EncodeStream::encode(const Frame& frame) {
  const auto size = encoder_.encode(frame, packet_);
  if (!size) return {};
  return std::span(packet_).first(*size);
}

}  // namespace tessera::audio
