#pragma once
// One running encoder: raw canvas frames in, encoded frames out. Its pipeline is `appsrc ! encode-<codec> !
// appsink`.

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/loop.hpp"
#include "base/result.hpp"
#include "gst/encoded_frame.hpp"
#include "gst/signal.hpp"
#include "media/canvas.hpp"
#include "media/color_matrix.hpp"
#include "media/frame.hpp"

namespace tessera::media {

/// Made on the control thread; destroyed on a thread that may block (it sets the pipeline to NULL). `push`
/// comes from the compositor's thread; `output` is called on the encoder's thread.
class Encoder {
 public:
  struct Spec {
    gst::Codec codec;
    std::string description;  ///< raw I420 in, encoded out
    CanvasSpec canvas;
  };
  static Result<std::unique_ptr<Encoder>> create(Loop& loop, Spec spec,
                                                 std::function<void(gst::EncodedFrame)> output,
                                                 std::function<void()> on_error);
  ~Encoder();
  Encoder(const Encoder&) = delete;
  Encoder& operator=(const Encoder&) = delete;

  /// A raw frame with its running time as PTS. When the encoder is behind, the oldest waiting frame goes.
  void push(GstBuffer* frame);
  /// Where requests for a key frame go in. They go through the pad alone: its reference may be the last one
  /// on any thread, the encoder's may not.
  [[nodiscard]] gst::Ptr<GstPad> key_frame_pad() const { return gst::ref(sink_pad_.get()); }
  /// Asks for a key frame at the next frame. Any thread; does nothing after the encoder's end.
  static void force_key_frame(GstPad* key_frame_pad);

 private:
  Encoder(gst::Codec codec, std::function<void(gst::EncodedFrame)> output)
      : codec_(codec), output_(std::move(output)) {}
  Result<void> build(Loop& loop, const Spec& spec, std::function<void()> on_error);
  void deliver(GstSample* sample);
  /// The picture in the colours that are sent; a reference to it, or null when there is no memory.
  gst::Ptr<GstBuffer> recolored(GstBuffer* frame);

  const gst::Codec codec_;
  std::function<void(gst::EncodedFrame)> output_;
  gst::Ptr<GstElement> pipeline_, source_, sink_;
  gst::Ptr<GstPad> sink_pad_;
  std::uint64_t cpu_mark_ = 0;         ///< encoder thread
  std::optional<ColorMatrix> colors_;  ///< none where the canvas's are sent
  std::optional<FramePool> recolored_;
  gst::PadProbe entry_;
  gst::BusWatch bus_watch_;
};

}  // namespace tessera::media
