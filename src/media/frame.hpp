#pragma once
// I420 pictures in GStreamer buffers: their layout, a recycling pool, a mapping guard and plain fills.

#include "gst/ptr.hpp"
#include "media/canvas.hpp"
#include "media/color.hpp"

namespace tessera::media {

/// Of a picture that somebody sends, in pixels.
inline constexpr int largest_side = 8192;

/// Layout and colour description of every picture on the canvas. One description for all of them: the
/// compositor converts a pad whose description differs from its output's.
GstVideoInfo i420_info(int width, int height, int framerate = 30);
gst::Ptr<GstCaps> i420_caps(int width, int height, int framerate);

/// A buffer mapped as a picture; unmapped when it goes. False when the mapping failed.
class MappedFrame {
 public:
  MappedFrame(const GstVideoInfo& info, GstBuffer* buffer, GstMapFlags flags) {
    mapped_ = gst_video_frame_map(
        &frame_, &info, buffer, static_cast<GstMapFlags>(int{flags} | int{GST_VIDEO_FRAME_MAP_FLAG_NO_REF}));
  }
  ~MappedFrame() {
    if (mapped_) gst_video_frame_unmap(&frame_);
  }
  MappedFrame(const MappedFrame&) = delete;
  MappedFrame& operator=(const MappedFrame&) = delete;
  explicit operator bool() const { return mapped_; }
  GstVideoFrame* get() { return &frame_; }

 private:
  GstVideoFrame frame_{};
  bool mapped_ = false;
};

/// Recycles pictures of one size. A picture goes back when its last reference and every view of its memory
/// are gone, even after the pool itself. Any thread.
class FramePool {
 public:
  FramePool(int width, int height);
  ~FramePool();
  FramePool(const FramePool&) = delete;
  FramePool& operator=(const FramePool&) = delete;

  /// A picture of our own to write into; null only when memory is exhausted.
  gst::Ptr<GstBuffer> acquire();
  [[nodiscard]] const GstVideoInfo& info() const { return info_; }

 private:
  GstVideoInfo info_;
  gst::Ptr<GstBufferPool> pool_;
};

/// Fills a rectangle (even, clipped to the picture) with one colour.
void fill(GstVideoFrame* frame, Rect rect, Yuv color);
/// Draws a frame of `thickness` pixels inside the picture's edges.
void draw_border(GstVideoFrame* frame, int thickness, Yuv color);
/// Takes the colour out and darkens: `percent` of the brightness stays.
void dim(GstVideoFrame* frame, int percent);
/// A picture of one colour that nobody writes to again.
gst::Ptr<GstBuffer> solid(int width, int height, Yuv color);

}  // namespace tessera::media
