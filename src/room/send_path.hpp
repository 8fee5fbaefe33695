#pragma once
#include <memory>
#include <mutex>

#include "media/bridge.hpp"
#include "media/renditions.hpp"
#include "webrtc/endpoint.hpp"

namespace tessera::room {

/// Joins what the room encodes to one endpoint: the rendition of its video codec and the seat's own sound.
/// Owned by a seat's slot; `request_key_frame` is called from streaming threads, the rest from the control
/// thread.
class SendPath {
 public:
  ~SendPath();

  /// Subscribes as the endpoint negotiated; `held`: without the picture for now. Errors come from the encoder
  /// ("missing-plugin", "bad-pipeline").
  Result<void> start(const std::shared_ptr<webrtc::Endpoint>& endpoint, media::Renditions& renditions,
                     const std::shared_ptr<media::BridgeSeat>& sound, bool held);
  /// Stops the picture alone, or goes on with a key frame. Errors as `start`.
  Result<void> set_video_held(bool held);
  void stop();
  /// The peer can take media from now on.
  void connected();
  /// The peer lost its picture.
  void request_key_frame();

 private:
  std::shared_ptr<media::VideoSubscription> video();
  Result<void> subscribe_video();

  std::mutex mutex_;
  std::shared_ptr<media::VideoSubscription> video_;
  std::shared_ptr<media::BridgeSeat> sound_;
  std::weak_ptr<webrtc::Endpoint> endpoint_;
  media::Renditions* renditions_ = nullptr;
  bool connected_ = false;
};

}  // namespace tessera::room
