#pragma once
// One codec of the canvas: an encoder that runs while somebody needs it, and those who do.

#include <atomic>
#include <memory>
#include <mutex>

#include "base/worker.hpp"
#include "media/encoder.hpp"
#include "media/fanout.hpp"
#include "media/key_frame_gate.hpp"
#include "media/rate_meter.hpp"
#include "media/renditions.hpp"

namespace tessera::media {

/// Owned by Renditions, lives on the control thread, except `on_encoded` (encoder's thread) and requests for
/// key frames (any thread). Who ends whom: the canvas subscription goes first, then the encoder, on the
/// worker.
class Rendition : public std::enable_shared_from_this<Rendition> {
 public:
  Rendition(Loop& loop, Canvas& canvas, Worker& worker, gst::Codec codec, std::string description);
  ~Rendition();

  /// Starts the encoder when it is not running. Errors: "missing-plugin", "bad-pipeline", "state-change".
  Result<std::shared_ptr<VideoSubscription>> subscribe(gst::FrameConsumer consumer, Begin begin);
  [[nodiscard]] Renditions::EncoderStats stats() const;
  [[nodiscard]] bool running() const { return encoder_ != nullptr; }
  /// Ends the encoder now (on the worker).
  void stop();

 private:
  class Subscription;
  Result<void> start();
  void restart_later();
  void left();
  void on_encoded(const gst::EncodedFrame& frame);
  void request_key_frame(bool joining);
  void demand_key_frame();
  /// Forces a key frame when `wanted`, which is called with the lock held, says so.
  void force_if(const std::function<bool()>& wanted);

  Loop& loop_;
  Canvas& canvas_;
  Worker& worker_;
  const gst::Codec codec_;
  const std::string description_;
  Fanout<const gst::EncodedFrame&> consumers_;

  mutable std::mutex mutex_;  ///< guards what follows, up to the blank line; never held while calling out
  KeyFrameGate gate_;
  mutable RateMeter rate_;
  gst::Ptr<GstPad> key_frame_pad_;
  std::atomic<std::uint64_t> frames_{0}, key_frames_{0}, bytes_{0};

  std::unique_ptr<Encoder> encoder_;
  std::shared_ptr<void> raw_;  ///< the canvas subscription; feeds encoder_
  SourceGuard stop_timer_, restart_timer_;
};

}  // namespace tessera::media
