#pragma once
// What a shared screen sounds like: a film, a game, a slide with a video.

#include <span>

#include "audio/mix_place.hpp"
#include "audio/playout_buffer.hpp"

namespace tessera::audio {

/// Belongs to the seat that shares. It is no voice: the seat's gain, processing and talk detection leave it
/// alone. It is mixed as long as it sounds, and for two seconds of silence more, so that nothing of a quiet
/// passage is cut.
class ScreenSound {
 public:
  explicit ScreenSound(int channels = 1) : playout(channels), frame_(tick_values(channels)) {}

  bool muted = false;  ///< set before each tick
  PlayoutBuffer playout;
  MixPlace place;

  /// Takes the next tick. `silenced`: not to be heard.
  void listen(Nanoseconds time, bool silenced);
  /// Whether this tick belongs into the mix.
  [[nodiscard]] bool sounds() const { return hold_ > 0; }
  [[nodiscard]] double level_db() const { return level_db_; }
  [[nodiscard]] std::span<const std::int16_t> frame() const { return frame_; }

 private:
  Samples frame_;
  double level_db_ = silence_db;
  int hold_ = 0;  // ticks left
};

}  // namespace tessera::audio
