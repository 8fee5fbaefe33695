#pragma once
// Renditions: the canvas encoded once per codec, only while someone needs it, shared by every consumer.

#include <memory>
#include <vector>

#include "base/loop.hpp"
#include "base/result.hpp"
#include "gst/encoded_frame.hpp"
#include "media/canvas.hpp"

namespace tessera::config {
class Pipelines;
}

namespace tessera::media {

/// When a subscription's frames begin to flow.
enum class Begin {
  now,
  when_ready,  ///< at `begin`: the encoder is kept running, but no key frame is spent on a peer that cannot
               ///< take it yet
};

/// A consumer's hold on a rendition; dropping it unsubscribes (the encoder stops some time after the last
/// one). Delta frames are withheld until the first key frame, which is asked for on beginning.
class VideoSubscription {
 public:
  virtual ~VideoSubscription() = default;
  /// The consumer can take frames from now on. Any thread; again has no effect.
  virtual void begin() = 0;
  /// Asks for a key frame (PLI, FIR, new decoder). Any thread. Coalesced: at most one forced per second,
  /// except that a consumer that has had none yet gets one at the next frame, or 200 ms after the last one
  /// (see KeyFrameGate).
  virtual void request_key_frame() = 0;
  /// The consumer had stopped taking frames and takes them again, from a key frame on, which is made at once.
  /// Any thread.
  virtual void begin_anew() = 0;
};

class Renditions {
 public:
  /// `pipelines` gives the text of "encode-h264", "encode-vp8". Lives on the control thread.
  static std::unique_ptr<Renditions> create(Loop& loop, Canvas& canvas, const config::Pipelines& pipelines);
  virtual ~Renditions() = default;

  /// Errors: "missing-plugin", "bad-pipeline". The consumer is called on the encoder's thread.
  virtual Result<std::shared_ptr<VideoSubscription>> subscribe(gst::Codec codec, gst::FrameConsumer consumer,
                                                               Begin begin = Begin::now) = 0;

  struct EncoderStats {
    gst::Codec codec = gst::Codec::h264;
    int consumers = 0;
    std::uint64_t frames = 0, key_frames = 0, bytes = 0;
    int bitrate = 0;  ///< bits per second over the last second or two
  };
  [[nodiscard]] virtual std::vector<EncoderStats> stats() const = 0;
};

}  // namespace tessera::media
