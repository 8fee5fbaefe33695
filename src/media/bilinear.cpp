#include "media/bilinear.hpp"

#include <algorithm>

#ifdef __x86_64__
#include <immintrin.h>
#define TESSERA_HAS_SSSE3 1
#endif

namespace tessera::media {
namespace {

constexpr int weight_bits = 6;
/// 64: two weights fit the signed bytes that the byte-wise multiplication takes, and a scaled byte 16 bits.
constexpr int one = 1 << weight_bits;
constexpr int group_width = 8;
constexpr int load = 16;  ///< bytes

int rounded_up(int width) {
  return (width + group_width - 1) / group_width * group_width;
}

/// From `above` a `weight` of the way to `below`: what pmulhrsw does.
std::uint8_t between(int above, int below, int weight) {
  const int part = ((below - above) * (weight << (15 - weight_bits)) + (1 << 14)) >> 15;
  return static_cast<std::uint8_t>((above + part + one / 2) >> weight_bits);
}

#ifdef TESSERA_HAS_SSSE3

template <typename T>
__m128i loaded(const T* from) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
}

__attribute__((target("ssse3"))) __m128i blended(const std::int16_t* above, const std::int16_t* below,
                                                 __m128i weight) {
  const __m128i a = loaded(above);
  const __m128i part = _mm_mulhrs_epi16(_mm_sub_epi16(loaded(below), a), weight);
  return _mm_srai_epi16(_mm_add_epi16(_mm_add_epi16(a, part), _mm_set1_epi16(one / 2)), weight_bits);
}

__attribute__((target("ssse3"))) void blend_rows(std::uint8_t* to, const std::int16_t* above,
                                                 const std::int16_t* below, int weight, int width) {
  const __m128i by = _mm_set1_epi16(static_cast<short>(weight << (15 - weight_bits)));
  int x = 0;
  for (; x + 2 * group_width <= width; x += 2 * group_width)
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to + x),
                     _mm_packus_epi16(blended(above + x, below + x, by),
                                      blended(above + x + group_width, below + x + group_width, by)));
  for (; x < width; ++x) to[x] = between(above[x], below[x], weight);
}

#endif

void blend_rows_portably(std::uint8_t* to, const std::int16_t* above, const std::int16_t* below, int weight,
                         int width) {
  for (int x = 0; x < width; ++x) to[x] = between(above[x], below[x], weight);
}

}  // namespace

std::vector<Bilinear::Tap> Bilinear::taps_of(const ScaledAxis& axis) {
  std::vector<Tap> taps(static_cast<std::size_t>(std::max(0, axis.count)));
  const std::int64_t step = (static_cast<std::int64_t>(axis.source) << 16) / std::max(1, axis.dest);
  std::int64_t place =
      (static_cast<std::int64_t>(axis.start) << 16) + step / 2 - (1 << 15) + step * axis.first;
  for (auto& tap : taps) {
    // To the nearest of the positions that a weight can name.
    const std::int64_t held = std::max<std::int64_t>(place, 0) + (1 << (15 - weight_bits));
    tap.at = std::min(static_cast<int>(held >> 16), axis.limit - 1);
    tap.next = std::min(tap.at + 1, axis.limit - 1);
    tap.weight = static_cast<int>(held >> (16 - weight_bits)) & (one - 1);
    place += step;
  }
  return taps;
}

Bilinear::Bilinear(const ScaledAxis& across, const ScaledAxis& down, Kernel kernel)
    : width_(std::max(0, across.count)), across_(taps_of(across)), down_(taps_of(down)) {
  for (auto& row : rows_) row.values.resize(static_cast<std::size_t>(rounded_up(width_)));
#ifdef TESSERA_HAS_SSSE3
  if (kernel == Kernel::best && __builtin_cpu_supports("ssse3")) group_up(across.limit);
#else
  static_cast<void>(kernel);
#endif
}

void Bilinear::group_up(int limit) {
  constexpr std::uint8_t nothing = 0x80;  // what pshufb makes a zero of
  constexpr int half = group_width / 2;
  if (limit < load) return;
  std::vector<Group> groups;
  for (int x = 0; x < width_; x += group_width) {
    Group group;
    group.first.fill(nothing);
    group.second.fill(nothing);
    const auto tap_at = [&](int i) -> const Tap& {
      return across_[static_cast<std::size_t>(std::min(x + i, width_ - 1))];
    };
    // Not beyond the row's end, which may be the plane's.
    group.first_at = std::min(tap_at(0).at, limit - load);
    group.second_at = std::min(tap_at(half).at, limit - load);
    for (int i = 0; i < group_width; ++i) {
      const Tap& tap = tap_at(i);
      auto& places = i < half ? group.first : group.second;
      const int base = i < half ? group.first_at : group.second_at;
      if (tap.next - base >= load) return;  // reduced to less than a quarter
      const auto at = static_cast<std::size_t>(2 * i);
      places[at] = static_cast<std::uint8_t>(tap.at - base);
      places[at + 1] = static_cast<std::uint8_t>(tap.next - base);
      group.weights[at] = static_cast<std::uint8_t>(one - tap.weight);
      group.weights[at + 1] = static_cast<std::uint8_t>(tap.weight);
    }
    groups.push_back(group);
  }
  groups_ = std::move(groups);
}

#ifdef TESSERA_HAS_SSSE3
__attribute__((target("ssse3"))) void Bilinear::scale_groups(const std::uint8_t* line,
                                                             std::int16_t* out) const {
  for (const Group& group : groups_) {
    const __m128i first = _mm_shuffle_epi8(loaded(line + group.first_at), loaded(group.first.data()));
    const __m128i second = _mm_shuffle_epi8(loaded(line + group.second_at), loaded(group.second.data()));
    const __m128i sums = _mm_maddubs_epi16(_mm_or_si128(first, second), loaded(group.weights.data()));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out), sums);
    out += group_width;
  }
}
#else
void Bilinear::scale_groups(const std::uint8_t*, std::int16_t*) const {}
#endif

const std::int16_t* Bilinear::row(const std::uint8_t* from, std::ptrdiff_t stride, int y) {
  for (std::size_t i = 0; i < rows_.size(); ++i)
    if (rows_[i].y == y) {
      oldest_ = 1 - i;
      return rows_[i].values.data();
    }
  Row& row = rows_[oldest_];
  oldest_ = 1 - oldest_;
  row.y = y;
  const std::uint8_t* line = from + y * stride;
  if (is_fast()) {
    scale_groups(line, row.values.data());
    return row.values.data();
  }
  std::int16_t* out = row.values.data();
  for (const Tap& tap : across_)
    *out++ = static_cast<std::int16_t>(line[tap.at] * (one - tap.weight) + line[tap.next] * tap.weight);
  return row.values.data();
}

void Bilinear::scale(std::uint8_t* to, std::ptrdiff_t to_stride, const std::uint8_t* from,
                     std::ptrdiff_t from_stride) {
  for (auto& row : rows_) row.y = -1;
  auto* blend = blend_rows_portably;
#ifdef TESSERA_HAS_SSSE3
  if (is_fast()) blend = blend_rows;
#endif
  for (const Tap& tap : down_) {
    const std::int16_t* above = row(from, from_stride, tap.at);
    const std::int16_t* below = tap.weight == 0 ? above : row(from, from_stride, tap.next);
    blend(to, above, below, tap.weight, width_);
    to += to_stride;
  }
}

}  // namespace tessera::media
