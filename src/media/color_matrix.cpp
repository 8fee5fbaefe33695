#include "media/color_matrix.hpp"

#include <algorithm>
#include <cmath>
#include <span>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace tessera::media {
namespace {

constexpr int luma_bits = 7;     // a byte times 1 in 16 bits with a sign
constexpr int chroma_bits = 13;  // coefficients below 4
/// Chroma samples taken at a time: their luma offsets stay in the cache.
constexpr int chunk = 128;

struct Weights {
  double red = 0, green = 0, blue = 0;
};

Weights weights_of(GstVideoColorMatrix matrix) {
  Weights weights;
  gst_video_color_matrix_get_Kr_Kb(matrix, &weights.red, &weights.blue);
  weights.green = 1 - weights.red - weights.blue;
  return weights;
}

struct Scale {
  double black, luma, chroma;
};

Scale scale_of(GstVideoColorRange range) {
  return range == GST_VIDEO_COLOR_RANGE_0_255 ? Scale{0, 255, 255} : Scale{16, 219, 224};
}

std::int16_t fixed(double value, int bits) {
  return static_cast<std::int16_t>(std::lround(value * (1 << bits)));
}

std::uint8_t byte(int value) {
  return static_cast<std::uint8_t>(std::clamp(value, 0, 255));
}

std::uint8_t* pixel(GstVideoFrame* frame, int plane, int x, int y) {
  return static_cast<std::uint8_t*>(GST_VIDEO_FRAME_PLANE_DATA(frame, plane)) +
         static_cast<std::ptrdiff_t>(y) * GST_VIDEO_FRAME_PLANE_STRIDE(frame, plane) + x;
}

int weighed(std::span<const std::int16_t, 2> weights, int u, int v, int bits) {
  return (weights[0] * u + weights[1] * v + (1 << (bits - 1))) >> bits;
}

#ifdef __SSE2__

/// Eight values: the pairs of `low` and `high` weighed, without the last `bits`.
__m128i weighed(__m128i low, __m128i high, __m128i weights, int bits) {
  const __m128i half = _mm_set1_epi32(1 << (bits - 1));
  return _mm_packs_epi32(_mm_srai_epi32(_mm_add_epi32(_mm_madd_epi16(low, weights), half), bits),
                         _mm_srai_epi32(_mm_add_epi32(_mm_madd_epi16(high, weights), half), bits));
}

__m128i pairs(std::span<const std::int16_t, 2> weights) {
  return _mm_set1_epi32(
      static_cast<int>(static_cast<std::uint16_t>(weights[0]) |
                       static_cast<std::uint32_t>(static_cast<std::uint16_t>(weights[1])) << 16U));
}

__m128i eight_less_128(const std::uint8_t* from) {
  const __m128i bytes = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(from));
  return _mm_sub_epi16(_mm_unpacklo_epi8(bytes, _mm_setzero_si128()), _mm_set1_epi16(128));
}

void store_eight_and_128(std::uint8_t* to, __m128i values) {
  const __m128i words = _mm_add_epi16(values, _mm_set1_epi16(128));
  _mm_storel_epi64(reinterpret_cast<__m128i*>(to), _mm_packus_epi16(words, words));
}

#endif

}  // namespace

std::optional<ColorMatrix> ColorMatrix::between(const GstVideoColorimetry& from,
                                                const GstVideoColorimetry& to) {
  const Weights a = weights_of(from.matrix), b = weights_of(to.matrix);
  const bool same_range =
      (from.range == GST_VIDEO_COLOR_RANGE_0_255) == (to.range == GST_VIDEO_COLOR_RANGE_0_255);
  if (a.green <= 0 || b.green <= 0 || (a.red == b.red && a.blue == b.blue && same_range)) return std::nullopt;
  const Scale in = scale_of(from.range), out = scale_of(to.range);
  // ITU-R BT.709-6, 3.2 and 3.3, once backwards: B = Y + 2(1 − Kb)Cb, R = Y + 2(1 − Kr)Cr, and G from those.
  const double blue = 2 * (1 - a.blue), red = 2 * (1 - a.red);
  const double luma_of_blue = blue * (b.blue - b.green * a.blue / a.green),
               luma_of_red = red * (b.red - b.green * a.red / a.green);
  const double luma = out.luma / in.chroma, to_blue = out.chroma / in.chroma / (2 * (1 - b.blue)),
               to_red = out.chroma / in.chroma / (2 * (1 - b.red));
  ColorMatrix matrix;
  matrix.luma_scale_ = fixed(out.luma / in.luma, luma_bits);
  matrix.luma_offset_ = static_cast<std::int16_t>(
      std::lround((out.black - in.black * out.luma / in.luma) * (1 << luma_bits)) + (1 << (luma_bits - 1)));
  matrix.luma_ = {fixed(luma * luma_of_blue, chroma_bits), fixed(luma * luma_of_red, chroma_bits)};
  matrix.blue_ = {fixed(to_blue * (blue - luma_of_blue), chroma_bits),
                  fixed(-to_blue * luma_of_red, chroma_bits)};
  matrix.red_ = {fixed(-to_red * luma_of_blue, chroma_bits),
                 fixed(to_red * (red - luma_of_red), chroma_bits)};
  return matrix;
}

/// Writes the chroma, and for each of its samples what it adds to the luma, for two pixels beside each other.
void ColorMatrix::convert(const std::uint8_t* u, const std::uint8_t* v, std::uint8_t* to_u,
                          std::uint8_t* to_v, std::int16_t* luma_offsets, int count) const {
  int x = 0;
#ifdef __SSE2__
  const __m128i luma = pairs(luma_), blue = pairs(blue_), red = pairs(red_),
                offset = _mm_set1_epi16(luma_offset_);
  for (; x + 8 <= count; x += 8) {
    const __m128i du = eight_less_128(u + x), dv = eight_less_128(v + x);
    const __m128i low = _mm_unpacklo_epi16(du, dv), high = _mm_unpackhi_epi16(du, dv);
    store_eight_and_128(to_u + x, weighed(low, high, blue, chroma_bits));
    store_eight_and_128(to_v + x, weighed(low, high, red, chroma_bits));
    const __m128i adds = _mm_add_epi16(weighed(low, high, luma, chroma_bits - luma_bits), offset);
    auto* offsets = reinterpret_cast<__m128i*>(luma_offsets + 2 * static_cast<std::ptrdiff_t>(x));
    _mm_storeu_si128(offsets, _mm_unpacklo_epi16(adds, adds));
    _mm_storeu_si128(offsets + 1, _mm_unpackhi_epi16(adds, adds));
  }
#endif
  for (; x < count; ++x) {
    const int du = u[x] - 128, dv = v[x] - 128;
    to_u[x] = byte(weighed(blue_, du, dv, chroma_bits) + 128);
    to_v[x] = byte(weighed(red_, du, dv, chroma_bits) + 128);
    luma_offsets[2 * x] = luma_offsets[2 * x + 1] =
        static_cast<std::int16_t>(weighed(luma_, du, dv, chroma_bits - luma_bits) + luma_offset_);
  }
}

void ColorMatrix::convert_luma(const std::uint8_t* from, std::uint8_t* to, const std::int16_t* offsets,
                               int count) const {
  int x = 0;
#ifdef __SSE2__
  const __m128i scale = _mm_set1_epi16(luma_scale_), zero = _mm_setzero_si128();
  for (; x + 16 <= count; x += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from + x));
    const auto* offset = reinterpret_cast<const __m128i*>(offsets + x);
    // Saturated at 255.99; what is below 0 becomes 0 when it is packed.
    const __m128i low = _mm_adds_epi16(_mm_mullo_epi16(_mm_unpacklo_epi8(bytes, zero), scale),
                                       _mm_loadu_si128(offset)),
                  high = _mm_adds_epi16(_mm_mullo_epi16(_mm_unpackhi_epi8(bytes, zero), scale),
                                        _mm_loadu_si128(offset + 1));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to + x),
                     _mm_packus_epi16(_mm_srai_epi16(low, luma_bits), _mm_srai_epi16(high, luma_bits)));
  }
#endif
  for (; x < count; ++x) to[x] = byte((from[x] * luma_scale_ + offsets[x]) >> luma_bits);
}

void ColorMatrix::apply(GstVideoFrame* in, GstVideoFrame* out, const Rect& area) const {
  std::array<std::int16_t, 2 * chunk> offsets;
  const int right = area.x + area.w, bottom = area.y + area.h;
  for (int y = area.y; y < bottom; y += 2)
    for (int x = area.x; x < right; x += 2 * chunk) {
      const int width = std::min(2 * chunk, right - x);
      convert(pixel(in, 1, x / 2, y / 2), pixel(in, 2, x / 2, y / 2), pixel(out, 1, x / 2, y / 2),
              pixel(out, 2, x / 2, y / 2), offsets.data(), (width + 1) / 2);
      for (int line = y; line < std::min(y + 2, bottom); ++line)
        convert_luma(pixel(in, 0, x, line), pixel(out, 0, x, line), offsets.data(), width);
    }
}

}  // namespace tessera::media
