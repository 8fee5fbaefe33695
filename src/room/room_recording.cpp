#include "room/room_recording.hpp"

#include <vector>

namespace tessera::room {
namespace {

gst::Codec codec_of(recording::VideoCodec codec) {
  return codec == recording::VideoCodec::vp8 ? gst::Codec::vp8 : gst::Codec::h264;
}

/// The mix in as many channels as the recording has: those are chosen when it begins, the room's may change.
std::vector<std::int16_t> in_channels(const media::PcmFrame& frame, int channels) {
  std::vector<std::int16_t> samples(frame.count * static_cast<std::size_t>(channels));
  for (std::size_t i = 0; i < frame.count; ++i) {
    if (channels == 2) {
      samples[2 * i] = samples[2 * i + 1] = frame.samples[i];
    } else {
      samples[i] = static_cast<std::int16_t>((frame.samples[2 * i] + frame.samples[2 * i + 1]) / 2);
    }
  }
  return samples;
}

}  // namespace

Result<std::unique_ptr<RoomRecording>> RoomRecording::start(Deps deps, Request request, Reports reports) {
  std::unique_ptr<RoomRecording> self(new RoomRecording(deps.renditions));
  self->id_ = request.id;
  self->format_ = request.options.format;

  recording::RecorderSpec spec;
  spec.id = request.id;
  spec.room = request.room;
  spec.directory = request.directory;
  spec.width = deps.canvas.spec().width;
  spec.height = deps.canvas.spec().height;
  spec.framerate = deps.canvas.spec().framerate;
  spec.format = request.options.format;
  spec.channels = request.channels;
  spec.resume = request.resume;
  spec.paused = request.paused;
  spec.details = std::move(request.details);
  const Json options = request.options.to_json();
  for (const auto& [key, value] : options.members()) spec.details.set(key, value);
  spec.pipeline = std::move(request.pipeline);
  spec.reserve_bytes = request.reserve_bytes;
  spec.quota_bytes = request.quota_bytes;
  spec.warn_before = request.warn_before;
  spec.split_after = request.options.split_after;
  spec.split_bytes = request.options.split_bytes;
  spec.max_duration = request.options.max_duration;
  spec.clock = std::move(request.clock);
  spec.on_event = std::move(reports.event);
  spec.request_key_frame = [hold = self->video_] {
    const std::lock_guard lock(hold->mutex);
    if (hold->subscription) hold->subscription->request_key_frame();
  };
  spec.begin_anew = [hold = self->video_] {
    const std::lock_guard lock(hold->mutex);
    if (hold->subscription) hold->subscription->begin_anew();
  };
  auto recorder = recording::Recorder::create(
      deps.loop, deps.worker, std::move(spec),
      [report = std::move(reports.state)](recording::RecorderState state, std::string failure) {
        report(std::string(recording::name_of(state)), std::move(failure));
      });
  if (!recorder) return std::move(recorder).error();
  self->recorder_ = std::move(*recorder);

  // Sound first: the recorder trims it to the key frame at which the picture begins.
  self->audio_ = deps.bridge.subscribe_pcm(
      [weak = std::weak_ptr(self->recorder_), channels = request.channels](const media::PcmFrame& frame) {
        const auto alive = weak.lock();
        if (!alive) return;
        if (frame.channels == channels)
          return alive->push_audio(frame.running_time, frame.samples, frame.count);
        const auto samples = in_channels(frame, channels);
        alive->push_audio(frame.running_time, samples.data(), frame.count);
      });
  if (auto subscribed = self->subscribe_video(); !subscribed) return std::move(subscribed).error();
  return self;
}

RoomRecording::~RoomRecording() {
  detach();
}

Result<void> RoomRecording::subscribe_video() {
  if (!format_.has_video()) return {};
  auto video = renditions_.subscribe(codec_of(format_.video),
                                     [weak = std::weak_ptr(recorder_)](const gst::EncodedFrame& frame) {
                                       if (auto alive = weak.lock()) alive->push_video(frame);
                                     });
  if (!video) return std::move(video).error();
  const std::lock_guard lock(video_->mutex);
  video_->subscription = std::move(*video);
  return {};
}

Result<void> RoomRecording::resume() {
  auto resumed = recorder_->resume();
  if (!resumed || !format_.has_video()) return resumed;
  // One who has had no picture yet gets a key frame at once, and not when its turn among all requests comes.
  // The encoder outlives the moment without a consumer.
  std::shared_ptr<media::VideoSubscription> before;
  {
    const std::lock_guard lock(video_->mutex);
    before = std::move(video_->subscription);
  }
  before.reset();
  return subscribe_video();
}

void RoomRecording::stop(const std::string& reason) {
  recorder_->stop(reason);
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
