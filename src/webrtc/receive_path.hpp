#pragma once
// What webrtcbin gives out: each received stream becomes a video source or a row of audio packets.

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>

#include "payload/payload_gate.hpp"
#include "webrtc/answer_plan.hpp"
#include "webrtc/gst_types.hpp"
#include "webrtc/link.hpp"
#include "webrtc/stream_funnel.hpp"

namespace tessera::webrtc {

/// A stream that begins anew (another SSRC or payload type of the same kind) goes on where the one before it
/// was: the newest is used.
/// Shared by the endpoint and the signal handler. `stream_added` runs on a streaming thread, before the
/// stream's first packet, so whatever it links is there in time.
class ReceivePath {
 public:
  /// Called on a streaming thread.
  struct Handlers {
    std::function<void()> on_shut;     ///< once: the peer has sent too many malformed packets
    std::function<void()> on_used_up;  ///< it has begun anew so often that the next stream may not be let in
  };
  /// `owner`: whose bytes arrive here, for the black box.
  ReceivePath(GstElement* pipeline, const AnswerPlan& plan, std::shared_ptr<Link> link, std::string owner,
              Handlers handlers);

  void stream_added(GstPad* pad);
  /// Sends the peer a PLI for its video. Any thread.
  void request_key_frame();
  /// Forgets the pads (before the pipeline ends).
  void release();

 private:
  enum class Use { nothing, audio, video };
  /// What a stream of that payload type is, and of which codec.
  Use use_of(int payload_type, gst::Codec& codec) const;
  bool attach_video(GstPad* pad, gst::Codec codec, const EndpointEvents& events);
  bool attach_audio(GstPad* pad, int payload_type);
  /// H.264's, as the offer gives them for that payload type; "" when it gives none that can be used.
  [[nodiscard]] std::string parameter_sets_of(int payload_type) const;
  void attach_nothing(GstPad* pad);
  Result<std::unique_ptr<StreamFunnel>> video_branch(gst::Codec codec, int payload_type,
                                                     const EndpointEvents& events);
  Result<std::unique_ptr<StreamFunnel>> audio_branch(SoundCoding coding);
  /// Links `funnel` to `element` behind a payload gate: the only way from the network to a parser.
  bool link_through_gate(const StreamFunnel& funnel, GstElement* element, payload::Format format);

  GstElement* const pipeline_;  // owned by the endpoint; used only while the link is not cut
  const std::optional<MediaPlan> audio_, video_;
  const std::shared_ptr<Link> link_;
  const std::string owner_;
  const Handlers handlers_;
  std::atomic<unsigned> streams_{0};
  std::mutex mutex_;
  gst::Ptr<GstPad> video_pad_;  ///< the depayloader's sink: events sent from it go to webrtcbin
  const std::shared_ptr<NewestStream> newest_audio_ = std::make_shared<NewestStream>(),
                                      newest_video_ = std::make_shared<NewestStream>();
  // A branch stays when its stream ends: the next of its codec goes on in it.
  std::map<gst::Codec, std::unique_ptr<StreamFunnel>> video_branches_;
  std::unique_ptr<StreamFunnel> audio_branch_;
};

}  // namespace tessera::webrtc
