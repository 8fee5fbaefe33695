#include "payload/vp8_header.hpp"

namespace tessera::payload {

std::optional<Vp8Header> read_vp8_header(std::span<const std::uint8_t> frame) {
  if (frame.size() < 3) return std::nullopt;
  if (frame[0] & 1U) return Vp8Header{};
  if (frame.size() < 10 || frame[3] != 0x9D || frame[4] != 0x01 || frame[5] != 0x2A) return std::nullopt;
  // 14 bits; the other two ask for scaling, which decoders leave to the display.
  const auto side = [&](std::size_t at) { return (frame[at + 1] & 0x3F) << 8 | frame[at]; };
  const PictureSize size{side(6), side(8)};
  if (!size.known()) return std::nullopt;
  return Vp8Header{true, size};
}

}  // namespace tessera::payload
