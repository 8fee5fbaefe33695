#include "room/send_path.hpp"

namespace tessera::room {

SendPath::~SendPath() {
  stop();
}

Result<void> SendPath::start(const std::shared_ptr<webrtc::Endpoint>& endpoint, media::Renditions& renditions,
                             const std::shared_ptr<media::BridgeSeat>& sound) {
  const std::weak_ptr<webrtc::Endpoint> weak = endpoint;
  if (const auto codec = endpoint->send_video_codec()) {
    auto subscription = renditions.subscribe(
        *codec,
        [weak](const gst::EncodedFrame& frame) {
          if (auto alive = weak.lock()) alive->send_video(frame);
        },
        media::Begin::when_ready);
    if (!subscription) return std::move(subscription).error();
    const std::lock_guard lock(mutex_);
    video_ = std::move(*subscription);
  }
  if (endpoint->sends_audio()) {
    sound_ = sound;
    sound_->set_output([weak](const gst::EncodedFrame& frame) {
      if (auto alive = weak.lock()) alive->send_audio(frame);
    });
  }
  return {};
}

void SendPath::stop() {
  std::shared_ptr<media::VideoSubscription> video;
  {
    const std::lock_guard lock(mutex_);
    video = std::move(video_);
  }
  if (sound_) sound_->set_output({});
  sound_.reset();
}

std::shared_ptr<media::VideoSubscription> SendPath::video() {
  const std::lock_guard lock(mutex_);
  return video_;
}

void SendPath::connected() {
  if (const auto subscription = video()) subscription->begin();
}

void SendPath::request_key_frame() {
  if (const auto subscription = video()) subscription->request_key_frame();
}

}  // namespace tessera::room
