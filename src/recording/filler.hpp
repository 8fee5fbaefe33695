#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

namespace tessera::recording {

/// An H.264 access unit without a picture, as it stands in Matroska and MP4: four bytes of length, then a
/// filler NAL unit (type 12) of no filler bytes. The recorder writes it where pictures are missing.
inline constexpr std::array<std::uint8_t, 6> filler_unit = {0, 0, 0, 2, 0x0c, 0x80};

inline bool is_filler(std::span<const std::uint8_t> unit) {
  return std::equal(unit.begin(), unit.end(), filler_unit.begin(), filler_unit.end());
}

}  // namespace tessera::recording
