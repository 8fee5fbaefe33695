#include "room/send_path.hpp"

namespace tessera::room {

SendPath::~SendPath() {
  stop();
}

Result<void> SendPath::start(const std::shared_ptr<webrtc::Endpoint>& endpoint, media::Renditions& renditions,
                             const std::shared_ptr<media::BridgeSeat>& sound, bool held) {
  const std::weak_ptr<webrtc::Endpoint> weak = endpoint;
  endpoint_ = endpoint;
  renditions_ = &renditions;
  if (!held)
    if (auto subscribed = subscribe_video(); !subscribed) return subscribed;
  if (endpoint->sends_audio()) {
    sound_ = sound;
    sound_->set_output([weak](const gst::EncodedFrame& frame) {
      if (auto alive = weak.lock()) alive->send_audio(frame);
    });
  }
  return {};
}

Result<void> SendPath::subscribe_video() {
  const auto endpoint = endpoint_.lock();
  const auto codec = endpoint ? endpoint->send_video_codec() : std::nullopt;
  if (!codec) return {};
  auto subscription = renditions_->subscribe(
      *codec,
      [weak = endpoint_](const gst::EncodedFrame& frame) {
        if (auto alive = weak.lock()) alive->send_video(frame);
      },
      media::Begin::when_ready);
  if (!subscription) return std::move(subscription).error();
  if (connected_) (*subscription)->begin();
  const std::lock_guard lock(mutex_);
  video_ = std::move(*subscription);
  return {};
}

Result<void> SendPath::set_video_held(bool held) {
  if (!held) return video() ? Result<void>() : subscribe_video();
  std::shared_ptr<media::VideoSubscription> last;  // goes after the lock
  {
    const std::lock_guard lock(mutex_);
    last.swap(video_);
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
  connected_ = true;
  if (const auto subscription = video()) subscription->begin();
}

void SendPath::request_key_frame() {
  if (const auto subscription = video()) subscription->request_key_frame();
}

}  // namespace tessera::room
