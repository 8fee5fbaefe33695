#include "media/color_matrix.hpp"

#include <gst/video/video.h>
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "gst/element.hpp"
#include "media/colorimetry.hpp"
#include "media/frame.hpp"

namespace tessera::media {
namespace {

constexpr payload::PictureColors bt709{.matrix = 1}, bt709_full{.matrix = 1, .full_range = true},
    bt601{.matrix = 6}, bt601_full{.matrix = 5, .full_range = true}, bt2020{.matrix = 9};

struct Triple {
  double y, u, v;
};

/// In floating point, from the definition.
Triple of_rgb(double r, double g, double b, const payload::PictureColors& colors) {
  const double red = colors.matrix == 1   ? 0.2126
                     : colors.matrix == 9 ? 0.2627
                                          : 0.299,
               blue = colors.matrix == 1   ? 0.0722
                      : colors.matrix == 9 ? 0.0593
                                           : 0.114;
  const double y = red * r + (1 - red - blue) * g + blue * b, u = (b - y) / (2 * (1 - blue)),
               v = (r - y) / (2 * (1 - red));
  return colors.full_range ? Triple{y * 255, 128 + u * 255, 128 + v * 255}
                           : Triple{16 + y * 219, 128 + u * 224, 128 + v * 224};
}

struct Picture {
  explicit Picture(int width, int height)
      : info((gst::ensure_initialised(), i420_info(width, height))),
        buffer(gst::adopt(gst_buffer_new_allocate(nullptr, info.size, nullptr))) {}
  GstVideoInfo info;
  gst::Ptr<GstBuffer> buffer;
};

std::uint8_t byte(double value) {
  return static_cast<std::uint8_t>(std::lround(std::clamp(value, 0.0, 255.0)));
}

std::uint8_t& at(GstVideoFrame* frame, int plane, int x, int y) {
  return static_cast<std::uint8_t*>(GST_VIDEO_FRAME_PLANE_DATA(
      frame, plane))[static_cast<std::ptrdiff_t>(y) * GST_VIDEO_FRAME_PLANE_STRIDE(frame, plane) + x];
}

TEST(ColorMatrix, EveryColorComesOutAsItsDefinitionSays) {
  constexpr int steps = 9;  // of each of R, G, B
  constexpr int width = 2 * steps * steps, height = 2 * steps;
  for (const auto& from : {bt709, bt709_full, bt601_full, bt2020, bt601})
    for (const auto& to : {bt601, bt709}) {
      const auto matrix = ColorMatrix::between(colorimetry_of(from), colorimetry_of(to));
      ASSERT_EQ(matrix.has_value(), from.matrix != to.matrix || from.full_range) << from.matrix;
      if (!matrix) continue;
      Picture picture(width, height);
      MappedFrame frame(picture.info, picture.buffer.get(), GST_MAP_READWRITE);
      const auto each = [&](auto&& visit) {
        for (int i = 0; i < steps * steps * steps; ++i) {
          const int x = i % (steps * steps), y = i / (steps * steps);
          visit(x, y, x % steps / (steps - 1.0), x / steps / (steps - 1.0), y / (steps - 1.0));
        }
      };
      each([&](int x, int y, double r, double g, double b) {
        const Triple color = of_rgb(r, g, b, from);
        at(frame.get(), 1, x, y) = byte(color.u);
        at(frame.get(), 2, x, y) = byte(color.v);
        for (const int i : {0, 1, 2, 3}) at(frame.get(), 0, 2 * x + i % 2, 2 * y + i / 2) = byte(color.y);
      });
      matrix->apply(frame.get(), frame.get(), {0, 0, width, height});
      each([&](int x, int y, double r, double g, double b) {
        const Triple want = of_rgb(r, g, b, to);
        // One for the rounding of what came in, one for that of what went out.
        ASSERT_NEAR(at(frame.get(), 1, x, y), want.u, 2) << from.matrix << to.matrix;
        ASSERT_NEAR(at(frame.get(), 2, x, y), want.v, 2) << from.matrix << to.matrix;
        for (const int i : {0, 1, 2, 3})
          ASSERT_NEAR(at(frame.get(), 0, 2 * x + i % 2, 2 * y + i / 2), want.y, 2) << r << g << b;
      });
    }
}

TEST(ColorMatrix, AnAreaAloneIsConverted_AndEveryPixelAlike) {
  constexpr int width = 700, height = 24;
  const auto matrix = ColorMatrix::between(colorimetry_of(bt709_full), colorimetry_of(bt601)).value();
  std::uint32_t state = 7;
  Picture whole(width, height), parts(width, height);
  MappedFrame a(whole.info, whole.buffer.get(), GST_MAP_READWRITE),
      b(parts.info, parts.buffer.get(), GST_MAP_READWRITE);
  const auto for_all = [&](auto&& visit) {
    for (int plane = 0; plane < 3; ++plane)
      for (int y = 0; y < (plane == 0 ? height : height / 2); ++y)
        for (int x = 0; x < (plane == 0 ? width : width / 2); ++x) visit(plane, x, y);
  };
  for_all([&](int plane, int x, int y) {
    at(a.get(), plane, x, y) = at(b.get(), plane, x, y) =
        static_cast<std::uint8_t>((state = state * 1103515245 + 12345) >> 16);
  });
  const Picture before = [&] {
    Picture copy(width, height);
    MappedFrame to(copy.info, copy.buffer.get(), GST_MAP_WRITE);
    for_all([&](int plane, int x, int y) { at(to.get(), plane, x, y) = at(a.get(), plane, x, y); });
    return copy;
  }();
  const Rect area{4, 2, 662, 20};
  matrix.apply(a.get(), a.get(), area);
  // Six pixels at a time: never as many as the vector instructions take.
  for (int x = area.x; x < area.x + area.w; x += 6)
    matrix.apply(b.get(), b.get(), {x, area.y, std::min(6, area.x + area.w - x), area.h});
  MappedFrame untouched(before.info, before.buffer.get(), GST_MAP_READ);
  for_all([&](int plane, int x, int y) {
    ASSERT_EQ(at(a.get(), plane, x, y), at(b.get(), plane, x, y)) << plane << ": " << x << ", " << y;
    const int scale = plane == 0 ? 1 : 2;
    const bool inside = x * scale >= area.x && x * scale < area.x + area.w && y * scale >= area.y &&
                        y * scale < area.y + area.h;
    if (!inside) {
      ASSERT_EQ(at(a.get(), plane, x, y), at(untouched.get(), plane, x, y));
    }
  });
}

TEST(Colorimetry, WhatIsNotSaidOrNotKnownIsBt601) {
  const auto usual = colorimetry_of({});
  EXPECT_EQ(usual.matrix, GST_VIDEO_COLOR_MATRIX_BT601);
  EXPECT_EQ(usual.range, GST_VIDEO_COLOR_RANGE_16_235);
  for (const unsigned matrix : {0U, 2U, 3U, 8U, 11U, 14U, 200U})
    EXPECT_EQ(colorimetry_of({.matrix = matrix}).matrix, GST_VIDEO_COLOR_MATRIX_BT601) << matrix;
  EXPECT_FALSE(ColorMatrix::between(usual, i420_info(2, 2).colorimetry));
}

TEST(Colorimetry, CapsOfTheSameColorsStayTheSame) {
  gst::ensure_initialised();
  ColoredCaps colored;
  const auto caps = gst::adopt(
      gst_caps_from_string("video/x-raw,format=I420,width=1280,height=720,framerate=30/1,colorimetry=bt709"));
  GstCaps* first = colored.of(caps.get(), {});
  GstVideoInfo info;
  ASSERT_TRUE(gst_video_info_from_caps(&info, first));
  EXPECT_EQ(info.colorimetry.matrix, GST_VIDEO_COLOR_MATRIX_BT601);
  EXPECT_EQ(colored.of(caps.get(), {}), first);
  ASSERT_TRUE(gst_video_info_from_caps(&info, colored.of(caps.get(), bt709_full)));
  EXPECT_EQ(info.colorimetry.matrix, GST_VIDEO_COLOR_MATRIX_BT709);
  EXPECT_EQ(info.colorimetry.range, GST_VIDEO_COLOR_RANGE_0_255);
}

}  // namespace
}  // namespace tessera::media
