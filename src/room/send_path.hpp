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

  /// Subscribes as the endpoint negotiated. Errors come from the encoder ("missing-plugin", "bad-pipeline").
  Result<void> start(const std::shared_ptr<webrtc::Endpoint>& endpoint, media::Renditions& renditions,
                     const std::shared_ptr<media::BridgeSeat>& sound);
  void stop();
  /// The peer can take media from now on.
  void connected();
  /// The peer lost its picture.
  void request_key_frame();

 private:
  std::shared_ptr<media::VideoSubscription> video();

  std::mutex mutex_;
  std::shared_ptr<media::VideoSubscription> video_;
  std::shared_ptr<media::BridgeSeat> sound_;
};

}  // namespace tessera::room
