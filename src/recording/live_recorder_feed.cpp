// The pushers' side of the recorder: from any thread, without ever waiting for the disk or for the control
// thread.
#include "base/log.hpp"
#include "gst/element.hpp"
#include "recording/live_recorder.hpp"
#include "recording/wall_clock.hpp"

namespace tessera::recording {
namespace {

/// How often a key frame is asked for while one is needed. The encoder coalesces requests of its own accord.
constexpr GstClockTime ask_again = 500 * GST_MSECOND;

gst::Codec codec_of(VideoCodec codec) {
  return codec == VideoCodec::vp8 ? gst::Codec::vp8 : gst::Codec::h264;
}

}  // namespace

void LiveRecorder::push_video(const gst::EncodedFrame& frame) {
  if (!spec_.format.has_video() || frame.codec != codec_of(spec_.format.video)) return;
  if (!frame.buffer || !GST_CLOCK_TIME_IS_VALID(frame.running_time)) return;
  bool ask = false;
  {
    const std::lock_guard lock(feed_mutex_);
    const std::uint64_t dropped = dropped_frames_;
    cutter_->video(frame);
    ask = (cutter_->wants_key() || dropped_frames_ > dropped) && key_frame_due(frame.running_time);
  }
  if (ask && spec_.request_key_frame) spec_.request_key_frame();
}

void LiveRecorder::push_audio(GstClockTime running_time, const std::int16_t* samples, std::size_t count) {
  if (!GST_CLOCK_TIME_IS_VALID(running_time)) return;
  const std::lock_guard lock(feed_mutex_);
  cutter_->sound(running_time, {samples, count * static_cast<std::size_t>(spec_.channels)});
}

bool LiveRecorder::key_frame_due(GstClockTime running_time) {
  if (GST_CLOCK_TIME_IS_VALID(asked_at_) && running_time < asked_at_ + ask_again) return false;
  asked_at_ = running_time;
  return true;
}

LiveRecorder::Moment LiveRecorder::moment(GstClockTime running_time) const {
  return {wall_time_of(running_time, clock(), wall_now()), spec_.clock->nearest(running_time)};
}

/// Posts to the control thread; decisions arrive there in the order they were made.
template <typename Work>
void LiveRecorder::tell(Work work) {
  loop_.post([weak = weak_from_this(), work = std::move(work)] {
    if (const auto self = weak.lock()) work(*self);
  });
}

void LiveRecorder::begin_part(GstClockTime running_time) {
  ++part_;
  spec_.clock->run(part_, running_time, 0);
  if (next_writer_) {
    writer_ = std::move(next_writer_);
  } else {
    writer_ = std::make_shared<PartWriter>(part_, spec_.directory + "/" + live_name(part_));
    tell([writer = writer_](LiveRecorder& self) {
      if (auto opened = self.open_writer(writer); !opened) self.fail(opened.error());
    });
  }
  tell([part = part_, now = moment(running_time)](LiveRecorder& self) { self.on_part(part, now); });
}

bool LiveRecorder::video(const gst::EncodedFrame& frame, GstClockTime time) {
  const bool taken = writer_->video(frame, time);
  if (!taken) ++dropped_frames_;
  return taken;
}

void LiveRecorder::no_video(GstClockTime from, GstClockTime until) {
  writer_->no_video(from, until);
}

void LiveRecorder::sound(const PcmRun& run, GstClockTime time) {
  silent_frames_ += run.silence;
  writer_->sound(run, time);
}

bool LiveRecorder::takes_sound() {
  return !writer_ || writer_->takes_sound();
}

void LiveRecorder::paused(GstClockTime running_time, GstClockTime) {
  spec_.clock->hold(running_time);
  tell([now = moment(running_time)](LiveRecorder& self) { self.on_paused(now); });
}

void LiveRecorder::resumed(GstClockTime running_time, GstClockTime time) {
  if (time > 0) spec_.clock->run(part_, running_time, time);  // else the part has just begun
  tell([now = moment(running_time)](LiveRecorder& self) { self.on_resumed(now); });
}

void LiveRecorder::end_part(GstClockTime running_time, GstClockTime time, bool last) {
  spec_.clock->hold(running_time);
  if (writer_) writer_->end();
  const auto duration = std::chrono::round<std::chrono::milliseconds>(std::chrono::nanoseconds(time));
  tell([part = part_, duration, now = moment(running_time), last](LiveRecorder& self) {
    self.on_part_end(part, duration, now, last);
  });
}

}  // namespace tessera::recording
