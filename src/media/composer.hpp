#pragma once
// GStreamer's compositor, driven by hand: one call per frame pushes one buffer into every pad in use, so the
// aggregator never waits for anything but us.

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "base/loop.hpp"
#include "base/result.hpp"
#include "gst/ptr.hpp"
#include "gst/signal.hpp"
#include "media/canvas.hpp"

namespace tessera::media {

/// `compose` is called from one thread (the canvas tick), the output comes on the compositor's own thread,
/// create and destroy on the control thread. At most one frame is in flight: nothing is changed while the
/// compositor works, which is what makes a layout change atomic.
///
/// Inside, buffers carry a timeline of their own (frame number / framerate, without gaps), because the
/// compositor turns a gap in time into extra frames; the time given to `compose` is put on the frame that
/// comes out.
class Composer {
 public:
  struct Input {
    Rect rect;                    ///< even; the picture has this size
    gst::Ptr<GstBuffer> picture;  ///< I420 as i420_info() describes it; never written to
  };
  using Output = std::function<void(gst::Ptr<GstBuffer> frame)>;

  static Result<std::unique_ptr<Composer>> create(Loop& loop, const CanvasSpec& spec, Output output);
  ~Composer();
  Composer(const Composer&) = delete;
  Composer& operator=(const Composer&) = delete;

  /// True when every frame asked for has come out.
  [[nodiscard]] bool idle() const { return in_flight_ == 0; }
  /// Pushes one frame's pictures, bottom first; the first covers the canvas. Only when idle. False when the
  /// compositor refused (it is stopping or broken).
  bool compose(std::vector<Input> inputs, GstClockTime time);
  /// Ends a blocked `compose`; nothing comes out afterwards.
  void stop();

 private:
  /// One pad of the compositor and ours that feeds it. Never released: pads that are not in use are at EOS,
  /// for which the aggregator does not wait and which cost nothing.
  struct Slot {
    gst::Ptr<GstPad> feed, input;
    Rect rect;
    bool in_use = false;
  };
  struct Frame {
    GstClockTime time;
    bool wanted;
  };

  Composer(const CanvasSpec& spec, Output output) : spec_(spec), output_(std::move(output)) {}
  Result<void> build(Loop& loop);
  bool add_slot();
  bool use(Slot& slot, const Rect& rect);
  bool push(const std::vector<Input>& inputs, GstClockTime time, bool wanted);
  static GstFlowReturn on_frame(GstPad* pad, GstObject* parent, GstBuffer* buffer);
  void deliver(gst::Ptr<GstBuffer> frame);

  const CanvasSpec spec_;
  Output output_;
  gst::Ptr<GstElement> pipeline_;
  gst::Ptr<GstElement> compositor_;
  gst::Ptr<GstPad> sink_;  ///< takes what the compositor makes
  std::vector<Slot> slots_;
  std::uint64_t number_ = 0;  ///< of the next frame on the inner timeline

  std::atomic<int> in_flight_{0};
  std::mutex mutex_;  ///< guards frames_
  std::deque<Frame> frames_;
  std::uint64_t cpu_mark_ = 0;  ///< compositor thread: its CPU time when it last left `deliver`
  gst::BusWatch bus_watch_;
};

}  // namespace tessera::media
