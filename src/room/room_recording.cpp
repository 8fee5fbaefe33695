#include "room/room_recording.hpp"

namespace tessera::room {

Result<std::unique_ptr<RoomRecording>> RoomRecording::start(
    Deps deps, Request request, std::function<void(std::string, std::string)> on_state) {
  recording::RecorderSpec spec;
  spec.id = request.id;
  spec.room = request.room;
  spec.directory = request.directory;
  spec.width = deps.canvas.spec().width;
  spec.height = deps.canvas.spec().height;
  spec.framerate = deps.canvas.spec().framerate;
  spec.details = std::move(request.details);
  spec.pipeline = std::move(request.pipeline);
  spec.reserve_bytes = request.reserve_bytes;
  std::unique_ptr<RoomRecording> self(new RoomRecording);
  spec.request_key_frame = [hold = self->video_] {
    const std::lock_guard lock(hold->mutex);
    if (hold->subscription) hold->subscription->request_key_frame();
  };
  auto recorder = recording::Recorder::create(
      deps.loop, deps.worker, std::move(spec),
      [on_state = std::move(on_state)](recording::RecorderState state, std::string failure) {
        on_state(std::string(recording::name_of(state)), std::move(failure));
      });
  if (!recorder) return std::move(recorder).error();

  self->id_ = request.id;
  self->recorder_ = std::move(*recorder);
  // Sound first: the recorder trims it to the key frame at which the picture begins.
  const std::weak_ptr<recording::Recorder> weak = self->recorder_;
  self->audio_ = deps.bridge.subscribe_pcm([weak](const media::PcmFrame& frame) {
    if (auto alive = weak.lock()) alive->push_audio(frame.running_time, frame.samples, frame.count);
  });
  auto video = deps.renditions.subscribe(gst::Codec::h264, [weak](const gst::EncodedFrame& frame) {
    if (auto alive = weak.lock()) alive->push_video(frame);
  });
  if (!video) return std::move(video).error();
  {
    const std::lock_guard lock(self->video_->mutex);
    self->video_->subscription = std::move(*video);
  }
  return self;
}

RoomRecording::~RoomRecording() {
  detach();
}

void RoomRecording::stop() {
  detach();
  recorder_->stop();
}

bool RoomRecording::closed() const {
  const auto state = recorder_->state();
  return state == recording::RecorderState::finishing || state == recording::RecorderState::failed;
}

void RoomRecording::detach() {
  std::shared_ptr<media::VideoSubscription> video;
  {
    const std::lock_guard lock(video_->mutex);
    video = std::move(video_->subscription);
  }
  audio_.reset();
}

}  // namespace tessera::room
