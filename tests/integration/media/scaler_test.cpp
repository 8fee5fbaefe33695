#include "media/scaler.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "gst/element.hpp"

namespace tessera::media {
namespace {

/// A plane whose values rise or fall along both ways, so that each pixel tells where it was.
struct Ramp {
  double start, across, down;
  [[nodiscard]] double at(double x, double y) const { return start + across * x + down * y; }
};

/// Another one for each plane.
Ramp ramp_of(int plane, int width, int height) {
  const double w = std::max(1, width - 1), h = std::max(1, height - 1);
  if (plane == 0) return {16, 120 / w, 99 / h};
  if (plane == 1) return {100, 90 / w, -60 / h};
  return {120, -70 / w, 80 / h};
}

struct Source {
  GstVideoInfo info = {};
  gst::Ptr<GstBuffer> buffer;
};

/// `padding`: bytes behind each row, said by a GstVideoMeta.
Source ramps(int width, int height, int padding) {
  Source source;
  gst_video_info_set_format(&source.info, GST_VIDEO_FORMAT_I420, static_cast<guint>(width),
                            static_cast<guint>(height));
  gsize offset[GST_VIDEO_MAX_PLANES] = {}, size = 0;
  gint stride[GST_VIDEO_MAX_PLANES] = {};
  for (int plane = 0; plane < 3; ++plane) {
    offset[plane] = size;
    stride[plane] = GST_VIDEO_INFO_PLANE_STRIDE(&source.info, plane) + padding;
    size += static_cast<gsize>(stride[plane]) *
            static_cast<gsize>(GST_VIDEO_INFO_COMP_HEIGHT(&source.info, plane) + 1);
  }
  source.buffer = gst::adopt(gst_buffer_new_allocate(nullptr, size, nullptr));
  gst_buffer_add_video_meta_full(source.buffer.get(), GST_VIDEO_FRAME_FLAG_NONE, GST_VIDEO_FORMAT_I420,
                                 static_cast<guint>(width), static_cast<guint>(height), 3, offset, stride);
  MappedFrame frame(source.info, source.buffer.get(), GST_MAP_WRITE);
  for (int plane = 0; plane < 3; ++plane) {
    const int w = GST_VIDEO_FRAME_COMP_WIDTH(frame.get(), plane),
              h = GST_VIDEO_FRAME_COMP_HEIGHT(frame.get(), plane);
    const Ramp ramp = ramp_of(plane, w, h);
    auto* data = static_cast<std::uint8_t*>(GST_VIDEO_FRAME_PLANE_DATA(frame.get(), plane));
    for (int y = 0; y < h; ++y)
      for (int x = 0; x < w; ++x)
        data[y * stride[plane] + x] = static_cast<std::uint8_t>(std::lround(ramp.at(x, y)));
  }
  return source;
}

constexpr int width = 180, height = 100;
constexpr Yuv bars{41, 60, 200};

/// How far the worst pixel of a plane is from what the plan says.
double worst_of(int plane, const Source& source, const FitPlan& plan, GstVideoFrame* out) {
  const int half = plane == 0 ? 1 : 2;
  const auto part = [half](int size) { return (size + half - 1) / half; };
  const int sw = GST_VIDEO_INFO_COMP_WIDTH(&source.info, plane),
            sh = GST_VIDEO_INFO_COMP_HEIGHT(&source.info, plane);
  const Ramp ramp = ramp_of(plane, sw, sh);
  const Rect from{plan.source.x / half, plan.source.y / half, part(plan.source.w), part(plan.source.h)};
  const Rect to{plan.dest.x / half, plan.dest.y / half, part(plan.dest.w), part(plan.dest.h)};
  const auto* data = static_cast<const std::uint8_t*>(GST_VIDEO_FRAME_PLANE_DATA(out, plane));
  const std::uint8_t bar = plane == 0 ? bars.y : plane == 1 ? bars.u : bars.v;
  double worst = 0;
  for (int y = 0; y < GST_VIDEO_FRAME_COMP_HEIGHT(out, plane); ++y)
    for (int x = 0; x < GST_VIDEO_FRAME_COMP_WIDTH(out, plane); ++x) {
      const bool inside = x >= to.x && x < to.x + to.w && y >= to.y && y < to.y + to.h;
      const double px = from.x + (x - to.x + 0.5) * from.w / to.w - 0.5,
                   py = from.y + (y - to.y + 0.5) * from.h / to.h - 0.5;
      const double wanted = ramp.at(std::clamp(px, 0.0, sw - 1.0), std::clamp(py, 0.0, sh - 1.0));
      const int got = data[y * GST_VIDEO_FRAME_PLANE_STRIDE(out, plane) + x];
      worst = std::max(worst, std::abs((inside ? wanted : bar) - got));
    }
  return worst;
}

class ScalerTest : public testing::TestWithParam<Fit> {};

TEST_P(ScalerTest, EachPlaneIsTakenFromWhereThePlanSays) {
  gst::ensure_initialised();
  Scaler scaler(width, height, GetParam(), bars);  // one for all: sizes change in mid-stream
  const std::pair<int, int> sizes[] = {{320, 180}, {181, 101}, {333, 150}, {150, 199}, {97, 191},
                                       {180, 100}, {320, 180}, {64, 48},   {90, 50}};
  for (const auto& [w, h] : sizes)
    for (const int padding : {0, 28}) {
      const Source source = ramps(w, h, padding);
      const GstVideoInfo info = i420_info(width, height);
      const auto made = gst::adopt(gst_buffer_new_allocate(nullptr, info.size, nullptr));
      MappedFrame out(info, made.get(), GST_MAP_READWRITE);
      ASSERT_TRUE(scaler.scale(source.info, source.buffer.get(), out.get()));
      const FitPlan plan = plan_fit({w, h}, width, height, GetParam());
      for (int plane = 0; plane < 3; ++plane)
        EXPECT_LE(worst_of(plane, source, plan, out.get()), 1.7)
            << w << "x" << h << " + " << padding << ", plane " << plane;
    }
}

INSTANTIATE_TEST_SUITE_P(Fits, ScalerTest, testing::Values(Fit::cover, Fit::contain));

}  // namespace
}  // namespace tessera::media
