#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

#include "recording/format.hpp"

namespace tessera::recording {

/// An H.264 access unit without a picture, as it stands in Matroska and MP4: four bytes of length, then a
/// filler NAL unit (type 12) of no filler bytes. The recorder writes it where pictures are missing.
inline constexpr std::array<std::uint8_t, 6> filler_unit = {0, 0, 0, 2, 0x0c, 0x80};

/// The same for VP8 (RFC 6386 9.1): the tag of an inter frame that is not shown, with an empty first
/// partition.
inline constexpr std::array<std::uint8_t, 3> vp8_filler = {0x01, 0x00, 0x00};

inline std::span<const std::uint8_t> filler_of(VideoCodec codec) {
  if (codec == VideoCodec::vp8) return vp8_filler;
  return filler_unit;
}

/// Whether a packet of either codec is one: neither can be a picture of the other.
inline bool is_filler(std::span<const std::uint8_t> unit) {
  return std::ranges::equal(unit, filler_unit) || std::ranges::equal(unit, vp8_filler);
}

}  // namespace tessera::recording
