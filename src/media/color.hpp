#pragma once
// Colours as the canvas draws them: I420, BT.601, 16–235, as nearly all browsers send. What comes in others
// is converted when it is scaled (scaler.hpp), what leaves in others when it is encoded (colorimetry.hpp).

#include <cstdint>

namespace tessera::media {

struct Yuv {
  std::uint8_t y = 16, u = 128, v = 128;
  bool operator==(const Yuv&) const = default;
};

/// From 0xRRGGBB, ITU-R BT.601 in 8-bit fixed point.
constexpr Yuv to_yuv(std::uint32_t rgb) {
  const int r = static_cast<int>(rgb >> 16 & 0xff), g = static_cast<int>(rgb >> 8 & 0xff),
            b = static_cast<int>(rgb & 0xff);
  return {static_cast<std::uint8_t>(((66 * r + 129 * g + 25 * b + 128) >> 8) + 16),
          static_cast<std::uint8_t>(((-38 * r - 74 * g + 112 * b + 128) >> 8) + 128),
          static_cast<std::uint8_t>(((112 * r - 94 * g - 18 * b + 128) >> 8) + 128)};
}

}  // namespace tessera::media
