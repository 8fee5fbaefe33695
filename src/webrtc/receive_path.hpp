#pragma once
// What webrtcbin gives out: each received stream becomes a video source or a row of audio packets.

#include <functional>
#include <memory>
#include <mutex>

#include "webrtc/answer_plan.hpp"
#include "webrtc/gst_types.hpp"
#include "webrtc/link.hpp"

namespace tessera::webrtc {

/// Shared by the endpoint and the signal handler. `stream_added` runs on a streaming thread, before the
/// stream's first packet, so whatever it links is there in time.
class ReceivePath {
 public:
  /// `on_shut` is called (streaming thread, once) when the peer has sent too many malformed packets.
  /// `owner`: whose bytes arrive here, for the black box.
  ReceivePath(GstElement* pipeline, const AnswerPlan& plan, std::shared_ptr<Link> link, std::string owner,
              std::function<void()> on_shut);

  void stream_added(GstPad* pad);
  /// Sends the peer a PLI for its video. Any thread.
  void request_key_frame();
  /// Forgets the pads (before the pipeline ends).
  void release();

 private:
  enum class Use { nothing, audio, video };
  Use claim(int payload_type, gst::Codec& codec);
  bool attach_video(GstPad* pad, gst::Codec codec, const EndpointEvents& events);
  /// H.264's, as the offer gives them for that payload type; "" when it gives none that can be used.
  [[nodiscard]] std::string parameter_sets_of(int payload_type) const;
  bool attach_audio(GstPad* pad, int level_id);
  void attach_nothing(GstPad* pad);
  /// Links `pad` to `element` behind a payload gate: the only way from the network to a parser.
  bool link_through_gate(GstPad* pad, GstElement* element, gst::Codec codec);
  std::optional<gst::Codec> codec_of_payload(const MediaPlan* media, int payload_type) const;

  GstElement* const pipeline_;  // owned by the endpoint; used only while the link is not cut
  const std::optional<MediaPlan> audio_, video_;
  const std::shared_ptr<Link> link_;
  const std::string owner_;
  const std::function<void()> on_shut_;
  std::mutex mutex_;
  gst::Ptr<GstPad> video_pad_;  ///< the depayloader's sink: events sent from it go to webrtcbin
  bool has_audio_ = false, has_video_ = false;
};

}  // namespace tessera::webrtc
