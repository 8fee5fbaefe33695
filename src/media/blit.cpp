#include "media/blit.hpp"

#include <algorithm>
#include <cstring>

#include "media/bilinear.hpp"

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

/// What is seen of `dest` pixels from `offset` on of a plane that has `limit`.
ScaledAxis axis_of(int offset, int dest, int limit, int start, int source, int source_limit) {
  const int first = std::max(0, -offset);
  return {start, source, source_limit, dest, first, std::min(dest, limit - offset) - first};
}

void scale_plane(const Plane& to, const Rect& dest, const Plane& from, const Rect& source) {
  const auto across = axis_of(dest.x, dest.w, to.width, source.x, source.w, from.width);
  const auto down = axis_of(dest.y, dest.h, to.height, source.y, source.h, from.height);
  if (across.count <= 0 || down.count <= 0) return;
  Bilinear(across, down)
      .scale(to.data + (dest.y + down.first) * to.stride + dest.x + across.first, to.stride, from.data,
             from.stride);
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
