#include "media/frame.hpp"

#include <algorithm>
#include <cstring>

namespace tessera::media {
namespace {

std::uint8_t* row(GstVideoFrame* frame, int plane, int y) {
  return static_cast<std::uint8_t*>(GST_VIDEO_FRAME_PLANE_DATA(frame, plane)) +
         static_cast<std::ptrdiff_t>(y) * GST_VIDEO_FRAME_PLANE_STRIDE(frame, plane);
}

}  // namespace

GstVideoInfo i420_info(int width, int height, int framerate) {
  GstVideoInfo info;
  gst_video_info_init(&info);
  gst_video_info_set_format(&info, GST_VIDEO_FORMAT_I420, static_cast<guint>(width),
                            static_cast<guint>(height));
  info.fps_n = framerate;
  info.fps_d = 1;
  info.chroma_site = GST_VIDEO_CHROMA_SITE_MPEG2;
  gst_video_colorimetry_from_string(&info.colorimetry, GST_VIDEO_COLORIMETRY_BT601);
  return info;
}

gst::Ptr<GstCaps> i420_caps(int width, int height, int framerate) {
  GstVideoInfo info = i420_info(width, height, framerate);
  return gst::adopt(gst_video_info_to_caps(&info));
}

FramePool::FramePool(int width, int height)
    : info_(i420_info(width, height)), pool_(gst::adopt(gst_buffer_pool_new())) {
  GstStructure* config = gst_buffer_pool_get_config(pool_.get());
  gst_buffer_pool_config_set_params(config, nullptr, static_cast<guint>(info_.size), 0, 0);
  gst_buffer_pool_set_config(pool_.get(), config);
  gst_buffer_pool_set_active(pool_.get(), TRUE);
}

FramePool::~FramePool() {
  gst_buffer_pool_set_active(pool_.get(), FALSE);
}

gst::Ptr<GstBuffer> FramePool::acquire() {
  GstBuffer* buffer = nullptr;
  if (gst_buffer_pool_acquire_buffer(pool_.get(), &buffer, nullptr) != GST_FLOW_OK) return nullptr;
  return gst::adopt(buffer);
}

void fill(GstVideoFrame* frame, Rect rect, Yuv color) {
  const int width = GST_VIDEO_FRAME_WIDTH(frame), height = GST_VIDEO_FRAME_HEIGHT(frame);
  const int x0 = std::clamp(rect.x, 0, width), x1 = std::clamp(rect.x + rect.w, x0, width);
  const int y0 = std::clamp(rect.y, 0, height), y1 = std::clamp(rect.y + rect.h, y0, height);
  for (int y = y0; y < y1; ++y)
    std::memset(row(frame, 0, y) + x0, color.y, static_cast<std::size_t>(x1 - x0));
  const int cx0 = x0 / 2, cx1 = (x1 + 1) / 2;
  for (int y = y0 / 2; y < (y1 + 1) / 2; ++y) {
    std::memset(row(frame, 1, y) + cx0, color.u, static_cast<std::size_t>(cx1 - cx0));
    std::memset(row(frame, 2, y) + cx0, color.v, static_cast<std::size_t>(cx1 - cx0));
  }
}

void draw_border(GstVideoFrame* frame, int thickness, Yuv color) {
  if (thickness <= 0) return;
  const int width = GST_VIDEO_FRAME_WIDTH(frame), height = GST_VIDEO_FRAME_HEIGHT(frame);
  const int t = std::min({(thickness + 1) & ~1, width, height});
  fill(frame, {0, 0, width, t}, color);
  fill(frame, {0, (height - t) & ~1, width, t + 1}, color);
  fill(frame, {0, t, t, height - 2 * t}, color);
  fill(frame, {(width - t) & ~1, t, t + 1, height - 2 * t}, color);
}

void dim(GstVideoFrame* frame, int percent) {
  const int width = GST_VIDEO_FRAME_WIDTH(frame), height = GST_VIDEO_FRAME_HEIGHT(frame);
  const int scale = percent * 256 / 100;
  for (int y = 0; y < height; ++y) {
    std::uint8_t* line = row(frame, 0, y);
    for (int x = 0; x < width; ++x)
      line[x] = static_cast<std::uint8_t>(16 + (std::max(0, line[x] - 16) * scale >> 8));
  }
  for (int plane = 1; plane < 3; ++plane)
    for (int y = 0; y < (height + 1) / 2; ++y)
      std::memset(row(frame, plane, y), 128, static_cast<std::size_t>((width + 1) / 2));
}

gst::Ptr<GstBuffer> solid(int width, int height, Yuv color) {
  const GstVideoInfo info = i420_info(width, height);
  auto buffer = gst::adopt(gst_buffer_new_allocate(nullptr, info.size, nullptr));
  MappedFrame frame(info, buffer.get(), GST_MAP_WRITE);
  if (frame) fill(frame.get(), {0, 0, width, height}, color);
  return buffer;
}

}  // namespace tessera::media
