#include "recording/opus_toc.hpp"

#include <array>

namespace tessera::recording {
namespace {

constexpr std::int64_t longest = 5760;  // 120 ms

/// Of one frame, by the table of section 3.1: SILK, hybrid, CELT.
std::int64_t frame_samples(unsigned configuration) {
  constexpr std::array<std::int64_t, 4> silk = {480, 960, 1920, 2880};
  constexpr std::array<std::int64_t, 2> hybrid = {480, 960};
  constexpr std::array<std::int64_t, 4> celt = {120, 240, 480, 960};
  if (configuration < 12) return silk[configuration % 4];
  if (configuration < 16) return hybrid[configuration % 2];
  return celt[configuration % 4];
}

}  // namespace

std::int64_t opus_samples(std::span<const std::uint8_t> packet) {
  if (packet.empty()) return 0;
  std::int64_t frames = 2;
  switch (packet[0] & 3U) {
    case 0:
      frames = 1;
      break;
    case 3:
      if (packet.size() < 2) return 0;
      frames = packet[1] & 0x3FU;
      break;
    default:
      break;
  }
  const std::int64_t samples = frames * frame_samples(packet[0] >> 3U);
  return samples <= longest ? samples : 0;
}

}  // namespace tessera::recording
