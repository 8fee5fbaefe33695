#pragma once
// From the numbers of one colorimetry to those of another, for I420 with 8 bits.

#include <array>
#include <cstdint>
#include <optional>

#include "gst/ptr.hpp"
#include "media/canvas.hpp"

namespace tessera::media {

/// Immutable, so it may be used on any thread. Both colorimetries have the same primaries and transfer as far
/// as this is concerned: what they differ by there, no eye sees in a meeting.
class ColorMatrix {
 public:
  /// Nothing when the numbers mean the same in both. `to` has the range 16–235.
  static std::optional<ColorMatrix> between(const GstVideoColorimetry& from, const GstVideoColorimetry& to);

  /// Converts the pixels of `area` (even offsets) from `in` to the same place of `out`, which may be the same
  /// picture.
  void apply(GstVideoFrame* in, GstVideoFrame* out, const Rect& area) const;

 private:
  /// What the two chroma samples of a place, less 128, add to one output value.
  using Pair = std::array<std::int16_t, 2>;

  void convert(const std::uint8_t* u, const std::uint8_t* v, std::uint8_t* to_u, std::uint8_t* to_v,
               std::int16_t* luma_offsets, int count) const;
  void convert_luma(const std::uint8_t* from, std::uint8_t* to, const std::int16_t* offsets, int count) const;

  std::int16_t luma_scale_ = 0;   // of 128
  std::int16_t luma_offset_ = 0;  // of 128, the half for rounding included
  Pair luma_{}, blue_{}, red_{};  // of 8192
};

}  // namespace tessera::media
