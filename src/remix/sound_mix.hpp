#pragma once
// The sound of all tracks, mixed by the room's own code: playout buffers, sum, limiter.

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "audio/limiter.hpp"
#include "audio/mix_minus.hpp"
#include "audio/playout_buffer.hpp"
#include "base/result.hpp"
#include "recording/av.hpp"
#include "remix/story.hpp"

namespace tessera::remix {

/// The Opus packets of one track on their way through a playout buffer, which bridges losses and the drift
/// between the sender's clock and recorded time.
class SoundTrack {
 public:
  /// Null when the track has no sound. Errors: "unreadable", "cannot-read".
  static Result<std::unique_ptr<SoundTrack>> open(const std::string& path, std::int64_t shift_ns,
                                                  int channels);

  /// The 20 ms from a position in recorded time, which only goes on. False when it is silence.
  bool pull(audio::Nanoseconds position, std::span<std::int16_t> out);

 private:
  explicit SoundTrack(int channels) : playout_(channels) {}
  bool read_next();

  recording::av::Input input_;
  recording::av::Packet packet_ = recording::av::new_packet();
  int stream_ = -1;
  std::int64_t shift_ = 0;
  bool ended_ = false, held_ = false;  ///< `packet_` is one that is not due yet
  audio::Nanoseconds held_time_{};
  audio::PlayoutBuffer playout_;
};

/// One sound track and whose it is.
struct Voice {
  std::string participant;
  std::unique_ptr<SoundTrack> track;
  bool screen = false;  ///< of a screen that they share
};

/// Leaves out whom the room did not hear, whatever their track holds.
class SoundMix {
 public:
  SoundMix(Story story, std::vector<Voice> voices, int channels);
  /// The next 20 ms, from 0 on: tick_values(channels) values, valid until the next call.
  std::span<const std::int16_t> next();

 private:
  struct Singer {
    Voice voice;
    float gain = 0;  ///< at the end of the tick before: 0 or 1
  };
  Story story_;
  std::vector<Singer> singers_;
  audio::MixMinus sum_;
  audio::Limiter limiter_;
  audio::Nanoseconds position_{0};
  audio::Samples one_, mix_;
  audio::WideSamples wide_;
};

}  // namespace tessera::remix
