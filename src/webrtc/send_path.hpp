#pragma once
// One medium on its way to the peer: appsrc → payloader → webrtcbin.

#include <atomic>
#include <memory>

#include "base/result.hpp"
#include "gst/encoded_frame.hpp"
#include "gst/signal.hpp"
#include "webrtc/answer_plan.hpp"
#include "webrtc/link.hpp"

namespace tessera::webrtc {

/// Owned by the endpoint, built on the control thread; `push` comes from any thread. The elements belong to
/// the pipeline and end with it.
class SendPath {
 public:
  /// Requests webrtcbin's pad for the m-line, configures its transceiver and hangs the payloader on it.
  /// webrtcbin must be running (its pads take caps only then) and not yet negotiating.
  static Result<std::unique_ptr<SendPath>> create(GstElement* pipeline, GstElement* webrtcbin,
                                                  const MediaPlan& media, std::shared_ptr<Link> link);
  ~SendPath() { close(); }

  /// From now on frames go out, video ones from the next key frame on.
  void open();
  void close() { open_.store(false); }
  void push(const gst::EncodedFrame& frame);

 private:
  SendPath(gst::Codec codec, std::shared_ptr<Link> link) : codec_(codec), link_(std::move(link)) {}
  Result<void> build(GstElement* pipeline, GstElement* webrtcbin, const MediaPlan& media);
  Result<gst::Ptr<GstPad>> request_pad(GstElement* webrtcbin, const MediaPlan& media, std::uint32_t ssrc);
  /// What is between the source and the payloader; null where nothing is.
  Result<GstElement*> add_recoder(GstElement* pipeline, SoundCoding coding);
  Result<gst::Ptr<GstElement>> make_payloader(const MediaPlan& media, std::uint32_t ssrc);
  bool admits(const gst::EncodedFrame& frame);

  const gst::Codec codec_;
  const std::shared_ptr<Link> link_;
  gst::Ptr<GstElement> source_;
  std::atomic<bool> open_{false};
  std::atomic<bool> needs_key_frame_{true};
  std::atomic<GstClockTime> asked_at_{0};
  gst::PadProbe key_frame_probe_;
};

}  // namespace tessera::webrtc
