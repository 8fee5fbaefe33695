#include "layout/presence.hpp"

namespace tessera::layout {

Presence presence_of(const Conditions& conditions) {
  const bool shown = !conditions.viewer && !conditions.held;
  return {.shown = shown,
          .heard = shown && conditions.audio && !conditions.muted,
          .camera = shown && conditions.video,
          .screen = shown,
          // The person's own switch is the microphone's: who silences it may go on showing a film.
          .screen_sound = shown && !conditions.muted};
}

bool is_viewer(std::string_view kind, std::string_view role) {
  return kind == "viewer" || role == "viewer";
}

}  // namespace tessera::layout
