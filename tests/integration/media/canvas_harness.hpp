#pragma once
// Pictures for the canvas tests: samples of one colour, a tap on the canvas, and pixels read back.

#include <gst/gst.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "gst/element.hpp"
#include "media/canvas.hpp"
#include "media/color.hpp"
#include "media/frame.hpp"

namespace tessera::media::test {

using namespace std::chrono_literals;

constexpr std::uint32_t red = 0xd03030, green = 0x30c040, blue = 0x3040d0, yellow = 0xd0c030, grey = 0x808080;

/// A raw sample of one colour as a decoder would give it.
inline gst::Ptr<GstSample> solid_sample(int width, int height, std::uint32_t rgb,
                                        GstClockTime running_time = gst::now()) {
  GstVideoInfo info = i420_info(width, height);
  const auto caps = gst::adopt(gst_video_info_to_caps(&info));
  auto buffer = gst::adopt(gst_buffer_new_allocate(nullptr, info.size, nullptr));
  {
    MappedFrame frame(info, buffer.get(), GST_MAP_WRITE);
    fill(frame.get(), {0, 0, width, height}, to_yuv(rgb));
  }
  GST_BUFFER_PTS(buffer.get()) = running_time;
  GstSegment segment;
  gst_segment_init(&segment, GST_FORMAT_TIME);
  return gst::adopt(gst_sample_new(buffer.get(), caps.get(), &segment, nullptr));
}

/// One composed (or decoded) I420 picture, copied.
struct Shot {
  GstClockTime time = 0;
  int width = 0, height = 0;
  std::vector<std::uint8_t> y, u, v;

  static Shot of(GstBuffer* buffer, const GstVideoInfo& info) {
    Shot shot;
    MappedFrame mapped(info, buffer, GST_MAP_READ);
    if (!mapped) return shot;
    shot.time = GST_BUFFER_PTS(buffer);
    shot.width = info.width;
    shot.height = info.height;
    std::vector<std::uint8_t>* planes[] = {&shot.y, &shot.u, &shot.v};
    for (int p = 0; p < 3; ++p) {
      const int w = GST_VIDEO_FRAME_COMP_WIDTH(mapped.get(), p),
                h = GST_VIDEO_FRAME_COMP_HEIGHT(mapped.get(), p);
      const auto* data = static_cast<const std::uint8_t*>(GST_VIDEO_FRAME_PLANE_DATA(mapped.get(), p));
      for (int row = 0; row < h; ++row, data += GST_VIDEO_FRAME_PLANE_STRIDE(mapped.get(), p))
        planes[p]->insert(planes[p]->end(), data, data + w);
    }
    return shot;
  }
  [[nodiscard]] Yuv at(int px, int py) const {
    const auto chroma = static_cast<std::size_t>(py / 2) * static_cast<std::size_t>((width + 1) / 2) +
                        static_cast<std::size_t>(px / 2);
    return {y[static_cast<std::size_t>(py) * static_cast<std::size_t>(width) + static_cast<std::size_t>(px)],
            u[chroma], v[chroma]};
  }
  [[nodiscard]] bool is(int px, int py, std::uint32_t rgb, int tolerance = 3) const {
    const Yuv have = at(px, py), want = to_yuv(rgb);
    return std::abs(have.y - want.y) <= tolerance && std::abs(have.u - want.u) <= tolerance &&
           std::abs(have.v - want.v) <= tolerance;
  }
  /// Every pixel of the rectangle has that colour.
  [[nodiscard]] bool all(Rect rect, std::uint32_t rgb, int tolerance = 3) const {
    for (int py = rect.y; py < rect.y + rect.h; ++py)
      for (int px = rect.x; px < rect.x + rect.w; ++px)
        if (!is(px, py, rgb, tolerance)) return false;
    return true;
  }
  /// How many pixels of the rectangle are brighter than `luma`.
  [[nodiscard]] int brighter(Rect rect, int luma) const {
    int count = 0;
    for (int py = rect.y; py < rect.y + rect.h; ++py)
      for (int px = rect.x; px < rect.x + rect.w; ++px) count += at(px, py).y > luma ? 1 : 0;
    return count;
  }
};

inline std::string text(const Yuv& c) {
  return fmt::format("({}, {}, {})", c.y, c.u, c.v);
}

/// A canvas with somebody who looks at it.
class CanvasRig {
 public:
  explicit CanvasRig(CanvasSpec spec = {640, 360, 30, 49, 0x10151c}) {
    auto made = Canvas::create(loop, spec);
    if (!made) throw std::runtime_error(made.error().message);
    canvas = std::move(*made);
    info = i420_info(canvas->spec().width, canvas->spec().height, canvas->spec().framerate);
    look();
  }
  ~CanvasRig() { tap_.reset(); }

  void look() {
    tap_ = canvas->subscribe([this](GstBuffer* frame) {
      const std::lock_guard lock(mutex_);
      if (judge_) judge_(frame);
      times_.push_back(GST_BUFFER_PTS(frame));
      last_ = gst::ref(frame);
    });
  }
  void look_away() { tap_.reset(); }
  /// Sees every frame, on the compositor's thread.
  void judge_with(std::function<void(GstBuffer*)> judge) {
    const std::lock_guard lock(mutex_);
    judge_ = std::move(judge);
  }
  [[nodiscard]] std::vector<GstClockTime> times() {
    const std::lock_guard lock(mutex_);
    return times_;
  }
  [[nodiscard]] Shot shot() {
    gst::Ptr<GstBuffer> frame;
    {
      const std::lock_guard lock(mutex_);
      frame = gst::ref(last_.get());
    }
    return frame ? Shot::of(frame.get(), info) : Shot{};
  }
  /// Runs the loop until a frame satisfies the condition. Keeps feeding `feed` meanwhile.
  bool wait_for(const std::function<bool(const Shot&)>& good, std::chrono::milliseconds limit = 3s,
                const std::function<void()>& feed = {}) {
    const SourceGuard tick = loop.every(10ms, [&] {
      if (feed) feed();
    });
    return loop.run_until(
        [&] {
          const Shot now = shot();
          return now.width > 0 && good(now);
        },
        limit);
  }
  bool wait_frames(std::size_t more, std::chrono::milliseconds limit = 3s) {
    const std::size_t target = times().size() + more;
    const SourceGuard tick = loop.every(5ms, [] {});
    return loop.run_until([&] { return times().size() >= target; }, limit);
  }

  Loop loop;
  std::unique_ptr<Canvas> canvas;
  GstVideoInfo info;

 private:
  std::mutex mutex_;
  std::function<void(GstBuffer*)> judge_;
  std::vector<GstClockTime> times_;
  gst::Ptr<GstBuffer> last_;
  std::shared_ptr<void> tap_;
};

/// A style without anything that would get into the way of reading colours.
inline TileStyle plain() {
  TileStyle style;
  style.label = layout::LabelShow::never;
  return style;
}

}  // namespace tessera::media::test
