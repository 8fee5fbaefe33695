#include "media/blit.hpp"

#include <algorithm>
#include <cstring>
#include <vector>

namespace tessera::media {
namespace {

struct Plane {
  std::uint8_t* data;
  std::ptrdiff_t stride;
  int width, height;
};
Plane plane_of(GstVideoFrame* frame, int plane) {
  return {static_cast<std::uint8_t*>(GST_VIDEO_FRAME_PLANE_DATA(frame, plane)),
          GST_VIDEO_FRAME_PLANE_STRIDE(frame, plane), GST_VIDEO_FRAME_COMP_WIDTH(frame, plane),
          GST_VIDEO_FRAME_COMP_HEIGHT(frame, plane)};
}

/// The two source pixels of one output pixel and the weight of the second, of 128: fits bytes times 16 bits.
struct Tap {
  int at, next, weight;
};

/// Pixel centres are mapped onto pixel centres; beyond the edges the last pixel goes on.
std::vector<Tap> taps_of(int dest, int source_start, int source, int limit) {
  std::vector<Tap> taps(static_cast<std::size_t>(std::max(0, dest)));
  const std::int64_t step = (static_cast<std::int64_t>(source) << 16) / std::max(1, dest);
  std::int64_t place = (static_cast<std::int64_t>(source_start) << 16) + step / 2 - (1 << 15);
  for (auto& tap : taps) {
    const std::int64_t held = std::max<std::int64_t>(place, 0);
    tap.at = std::min(static_cast<int>(held >> 16), limit - 1);
    tap.next = std::min(tap.at + 1, limit - 1);
    tap.weight = static_cast<int>(held >> 9 & 127);
    place += step;
  }
  return taps;
}

void copy_plane(const Plane& to, const Rect& dest, const Plane& from, const Rect& source) {
  const int left = std::max(0, dest.x),
            right = std::min({dest.x + dest.w, to.width, dest.x + from.width - source.x});
  const int top = std::max(0, dest.y),
            bottom = std::min({dest.y + dest.h, to.height, dest.y + from.height - source.y});
  if (left >= right) return;
  for (int y = top; y < bottom; ++y)
    std::memcpy(to.data + y * to.stride + left,
                from.data + (source.y + y - dest.y) * from.stride + source.x + left - dest.x,
                static_cast<std::size_t>(right - left));
}

void scale_plane(const Plane& to, const Rect& dest, const Plane& from, const Rect& source) {
  const auto across = taps_of(dest.w, source.x, source.w, from.width);
  const auto down = taps_of(dest.h, source.y, source.h, from.height);
  const int left = std::max(0, -dest.x), right = std::min(dest.w, to.width - dest.x);
  const int top = std::max(0, -dest.y), bottom = std::min(dest.h, to.height - dest.y);
  for (int y = top; y < bottom; ++y) {
    const Tap& row = down[static_cast<std::size_t>(y)];
    const std::uint8_t* upper = from.data + row.at * from.stride;
    const std::uint8_t* lower = from.data + row.next * from.stride;
    std::uint8_t* out = to.data + (dest.y + y) * to.stride + dest.x;
    for (int x = left; x < right; ++x) {
      const Tap& tap = across[static_cast<std::size_t>(x)];
      const int a = upper[tap.at] * (128 - tap.weight) + upper[tap.next] * tap.weight;
      const int b = lower[tap.at] * (128 - tap.weight) + lower[tap.next] * tap.weight;
      out[x] = static_cast<std::uint8_t>((a * (128 - row.weight) + b * row.weight + (1 << 13)) >> 14);
    }
  }
}

Rect halved(const Rect& rect) {
  return {rect.x / 2, rect.y / 2, (rect.w + 1) / 2, (rect.h + 1) / 2};
}

}  // namespace

void blit(GstVideoFrame* to, const Rect& dest, GstVideoFrame* from, const Rect& source) {
  for (int plane = 0; plane < 3; ++plane) {
    const Rect d = plane == 0 ? dest : halved(dest), s = plane == 0 ? source : halved(source);
    if (d.w == s.w && d.h == s.h)
      copy_plane(plane_of(to, plane), d, plane_of(from, plane), s);
    else
      scale_plane(plane_of(to, plane), d, plane_of(from, plane), s);
  }
}

}  // namespace tessera::media
