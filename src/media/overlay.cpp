#include "media/overlay.hpp"

#include <algorithm>

namespace tessera::media {
namespace {

struct Argb {
  int a = 0, r = 0, g = 0, b = 0;
};

/// The sum of the pixels of one 2×2 block that lie inside, and how many there are.
Argb block(const cairo_surface_t* surface, int x, int y, int width, int height, int& count) {
  auto* borrowed = const_cast<cairo_surface_t*>(surface);
  const unsigned char* data = cairo_image_surface_get_data(borrowed);
  const int stride = cairo_image_surface_get_stride(borrowed);
  Argb sum;
  count = 0;
  for (int dy = 0; dy < 2 && y + dy < height; ++dy)
    for (int dx = 0; dx < 2 && x + dx < width; ++dx) {
      const std::uint32_t pixel = reinterpret_cast<const std::uint32_t*>(data + (y + dy) * stride)[x + dx];
      sum.a += static_cast<int>(pixel >> 24);
      sum.r += static_cast<int>(pixel >> 16 & 0xff);
      sum.g += static_cast<int>(pixel >> 8 & 0xff);
      sum.b += static_cast<int>(pixel & 0xff);
      ++count;
    }
  return sum;
}

// BT.601 of premultiplied colour: the offsets (16, 128) carry the opacity too.
int luma(const Argb& c) {
  return (66 * c.r + 129 * c.g + 25 * c.b + 128) / 256 + 16 * c.a / 255;
}
int blue(const Argb& c) {
  return (-38 * c.r - 74 * c.g + 112 * c.b) / 256 + 128 * c.a / 255;
}
int red(const Argb& c) {
  return (112 * c.r - 94 * c.g - 18 * c.b) / 256 + 128 * c.a / 255;
}
std::uint8_t byte(int value) {
  return static_cast<std::uint8_t>(std::clamp(value, 0, 255));
}

Argb pixel_at(cairo_surface_t* surface, int x, int y) {
  int count = 0;
  return block(surface, x, y, x + 1, y + 1, count);
}

}  // namespace

Overlay::Overlay(cairo_surface_t* surface, int x, int y) : x_(x & ~1), y_(y & ~1) {
  cairo_surface_flush(surface);
  width_ = cairo_image_surface_get_width(surface);
  height_ = cairo_image_surface_get_height(surface);
  for (int plane = 0; plane < 3; ++plane) {
    Plane& p = planes_[plane];
    p.width = plane == 0 ? width_ : (width_ + 1) / 2;
    p.height = plane == 0 ? height_ : (height_ + 1) / 2;
    p.color.resize(static_cast<std::size_t>(p.width) * static_cast<std::size_t>(p.height));
    p.keep.resize(p.color.size());
    for (int py = 0; py < p.height; ++py)
      for (int px = 0; px < p.width; ++px) {
        const auto at =
            static_cast<std::size_t>(py) * static_cast<std::size_t>(p.width) + static_cast<std::size_t>(px);
        Argb c;
        if (plane == 0) {
          c = pixel_at(surface, px, py);
          p.color[at] = byte(luma(c));
        } else {
          int count = 0;
          c = block(surface, px * 2, py * 2, width_, height_, count);
          c = {c.a / count, c.r / count, c.g / count, c.b / count};
          p.color[at] = byte(plane == 1 ? blue(c) : red(c));
        }
        p.keep[at] = byte(255 - c.a);
      }
  }
}

void Overlay::blend(GstVideoFrame* frame) const {
  if (empty()) return;
  for (int plane = 0; plane < 3; ++plane) {
    const Plane& p = planes_[plane];
    const int px = plane == 0 ? x_ : x_ / 2, py = plane == 0 ? y_ : y_ / 2;
    const int left = std::max(0, -px), top = std::max(0, -py);
    const int right = std::min(p.width, GST_VIDEO_FRAME_COMP_WIDTH(frame, plane) - px);
    const int bottom = std::min(p.height, GST_VIDEO_FRAME_COMP_HEIGHT(frame, plane) - py);
    auto* data = static_cast<std::uint8_t*>(GST_VIDEO_FRAME_PLANE_DATA(frame, plane));
    const std::ptrdiff_t stride = GST_VIDEO_FRAME_PLANE_STRIDE(frame, plane);
    for (int y = top; y < bottom; ++y) {
      std::uint8_t* line = data + (py + y) * stride + px;
      const std::size_t start = static_cast<std::size_t>(y) * static_cast<std::size_t>(p.width);
      const std::uint8_t* color = p.color.data() + start;
      const std::uint8_t* keep = p.keep.data() + start;
      for (int x = left; x < right; ++x)
        line[x] = static_cast<std::uint8_t>(std::min(255, color[x] + (line[x] * keep[x] + 127) / 255));
    }
  }
}

void Overlay::reveal(GstVideoFrame* frame, GstVideoFrame* other, int dx, int dy) const {
  for (int plane = 0; plane < 3; ++plane) {
    const Plane& p = planes_[plane];
    const int scale = plane == 0 ? 1 : 2;
    const auto row = [&](GstVideoFrame* of, int x, int y) {
      return static_cast<std::uint8_t*>(GST_VIDEO_FRAME_PLANE_DATA(of, plane)) +
             static_cast<std::ptrdiff_t>(y) * GST_VIDEO_FRAME_PLANE_STRIDE(of, plane) + x;
    };
    for (int y = 0; y < p.height; ++y) {
      std::uint8_t* line = row(frame, x_ / scale, y_ / scale + y);
      const std::uint8_t* shown = row(other, (x_ + dx) / scale, (y_ + dy) / scale + y);
      const std::uint8_t* keep =
          p.keep.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(p.width);
      for (int x = 0; x < p.width; ++x)
        line[x] = static_cast<std::uint8_t>((line[x] * keep[x] + shown[x] * (255 - keep[x]) + 127) / 255);
    }
  }
}

void paint(cairo_surface_t* surface, GstVideoFrame* frame) {
  cairo_surface_flush(surface);
  const int width = GST_VIDEO_FRAME_WIDTH(frame), height = GST_VIDEO_FRAME_HEIGHT(frame);
  auto line = [&](int plane, int y) {
    return static_cast<std::uint8_t*>(GST_VIDEO_FRAME_PLANE_DATA(frame, plane)) +
           static_cast<std::ptrdiff_t>(y) * GST_VIDEO_FRAME_PLANE_STRIDE(frame, plane);
  };
  for (int y = 0; y < height; ++y) {
    std::uint8_t* out = line(0, y);
    for (int x = 0; x < width; ++x) out[x] = byte(luma(pixel_at(surface, x, y)));
  }
  for (int y = 0; y < (height + 1) / 2; ++y) {
    std::uint8_t* u = line(1, y);
    std::uint8_t* v = line(2, y);
    for (int x = 0; x < (width + 1) / 2; ++x) {
      int count = 0;
      Argb c = block(surface, x * 2, y * 2, width, height, count);
      c = {c.a / count, c.r / count, c.g / count, c.b / count};
      u[x] = byte(blue(c));
      v[x] = byte(red(c));
    }
  }
}

}  // namespace tessera::media
