#include "payload/opus_payload.hpp"

#include <array>

#include "payload/byte_reader.hpp"

namespace tessera::payload {
namespace {

constexpr std::size_t largest_frame = 1275;  // bytes (R2)
constexpr unsigned longest_packet = 5760;    // samples at 48 kHz: 120 ms (R5)

/// Samples of one frame, by the table of section 3.1: SILK, hybrid, CELT.
unsigned frame_samples(unsigned configuration) {
  constexpr std::array<unsigned, 4> silk = {480, 960, 1920, 2880};
  constexpr std::array<unsigned, 4> celt = {120, 240, 480, 960};
  if (configuration < 12) return silk[configuration % 4];
  if (configuration < 16) return configuration % 2 ? 960 : 480;
  return celt[configuration % 4];
}

/// A frame's length (section 3.2.1).
std::size_t frame_length(ByteReader& reader) {
  const unsigned first = reader.byte();
  return first < 252 ? first : first + std::size_t{4} * reader.byte();
}

bool equal_frames(std::size_t bytes, unsigned count) {
  return bytes % count == 0 && bytes / count <= largest_frame;
}

/// `count` frames, the last of which takes what is left once `padding` is off.
bool lengths_fit(ByteReader& reader, unsigned count, std::size_t padding) {
  std::size_t sum = 0;
  for (unsigned i = 1; i < count; ++i) {
    const std::size_t length = frame_length(reader);
    if (length > largest_frame) return false;
    sum += length;
  }
  const std::size_t left = reader.rest().size();
  return !reader.beyond() && sum + padding <= left && left - sum - padding <= largest_frame;
}

// Section 3.2.5: any number of frames, with padding.
bool many_frames_fit(ByteReader& reader, unsigned samples) {
  const unsigned head = reader.byte();
  const unsigned count = head & 0x3FU;
  if (count == 0 || count * samples > longest_packet) return false;
  std::size_t padding = 0;
  if (head & 0x40U)
    for (bool more = true; more && !reader.beyond();) {
      const unsigned value = reader.byte();
      more = value == 255;
      padding += more ? 254 : value;
    }
  if (head & 0x80U) return lengths_fit(reader, count, padding);
  const std::size_t left = reader.rest().size();
  return !reader.beyond() && padding <= left && equal_frames(left - padding, count);
}

bool fits(std::span<const std::uint8_t> packet) {
  ByteReader reader(packet);
  const unsigned table = reader.byte();
  switch (table & 3U) {
    case 0:
      return reader.rest().size() <= largest_frame;
    case 1:
      return equal_frames(reader.rest().size(), 2);
    case 2:
      return lengths_fit(reader, 2, 0);
    default:
      return many_frames_fit(reader, frame_samples(table >> 3U));
  }
}

}  // namespace

Fault opus_fault(std::span<const std::uint8_t> packet) {
  if (packet.empty()) return Fault::empty;
  return fits(packet) ? Fault::none : Fault::opus_frames;
}

}  // namespace tessera::payload
