#include "audio/screen_sound.hpp"

#include <algorithm>
#include <optional>

#include "audio/level.hpp"

namespace tessera::audio {
namespace {

constexpr double audible_db = -75;
constexpr int hold_ticks = 100;

}  // namespace

void ScreenSound::listen(Nanoseconds time, bool silenced) {
  const bool heard = place.audible();
  if (silenced) {
    playout.pull(time, frame_, {.decode = heard, .heard = heard});
    level_db_ = silence_db;
    hold_ = 0;
    return;
  }
  // A page that plays nothing sends silence and says so: that is not decoded.
  const auto said = heard ? std::nullopt : playout.next_level(time);
  const bool decode = !said || *said >= audible_db;
  playout.pull(time, frame_, {.decode = decode, .heard = heard});
  level_db_ = decode ? audio::level_db(frame_) : *said;
  hold_ = level_db_ >= audible_db ? hold_ticks : std::max(hold_ - 1, 0);
}

}  // namespace tessera::audio
