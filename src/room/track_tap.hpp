#pragma once
// Where an endpoint's packets leave for a recording's track.

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>

#include "gst/element.hpp"
#include "recording/track_recorder.hpp"

namespace tessera::room {

/// How a seat gets a track for one of its endpoints.
using TrackSource = std::function<std::shared_ptr<recording::TrackInput>(
    recording::TrackOwner, std::function<void()> request_key_frame)>;

/// Shared by a seat, which opens and closes it on the control thread, and the endpoint's streaming threads.
/// What the room does not hear or see (layout/presence.hpp) is not recorded either, whatever the client goes
/// on sending: neither what comes while it is so, nor what came before and would be mixed then.
class TrackTap {
 public:
  TrackTap(bool audio, bool video) : audio_(audio), video_(video) {}

  void open(std::shared_ptr<recording::TrackInput> input) {
    if (input) input->set_switches(0, audio_, video_);
    const std::lock_guard lock(mutex_);
    input_.swap(input);  // the one before ends after the lock
  }
  void close() {
    // What is on its way would be mixed after the person or the connection is gone.
    if (const auto input = current()) input->set_switches(gst::now(), false, false);
    open(nullptr);
  }
  void set_switches(bool audio, bool video) {
    if (audio == audio_ && video == video_) return;
    audio_ = audio;
    video_ = video;
    if (const auto input = current()) input->set_switches(gst::now(), audio, video);
  }

  void push_audio(GstBuffer* packet, GstClockTime running_time) const {
    if (!audio_) return;
    if (const auto input = current()) input->audio(packet, running_time);
  }
  void push_video(gst::Codec codec, GstBuffer* frame, GstClockTime running_time, bool key,
                  const std::shared_ptr<GstBuffer>& avcc) {
    if (!video_) {
      left_out_ = true;
      return;
    }
    const auto input = current();
    if (!input) return;
    if (left_out_.exchange(false)) input->video_left_out();
    input->video(codec, frame, running_time, key, avcc);
  }

 private:
  [[nodiscard]] std::shared_ptr<recording::TrackInput> current() const {
    const std::lock_guard lock(mutex_);
    return input_;
  }

  mutable std::mutex mutex_;
  std::shared_ptr<recording::TrackInput> input_;
  std::atomic<bool> audio_, video_, left_out_{false};
};

}  // namespace tessera::room
