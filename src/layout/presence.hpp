#pragma once
// Who is heard and who is seen. The one rule for the sound mixer, the picture, the tracks of a recording and
// what is mixed from them afterwards. Pure.

#include <string_view>

namespace tessera::layout {

/// What a room, or the timeline of a recording, knows of one person.
struct Conditions {
  bool viewer = false;  ///< by the kind of the seat or by the role
  bool held = false;    ///< put on hold by an operator
  bool muted = false;   ///< muted by an operator, or turned down to nothing
  bool audio = true;    ///< what the person has switched on
  bool video = true;
};

struct Presence {
  bool shown = false;         ///< has a tile in the picture
  bool heard = false;         ///< the microphone
  bool camera = false;        ///< the camera
  bool screen = false;        ///< the shared screen, and whatever else the person sends
  bool screen_sound = false;  ///< what the shared screen sounds like
  bool operator==(const Presence&) const = default;
};

Presence presence_of(const Conditions& conditions);

/// Viewers have no place in the picture. `kind` and `role` are words of messages.hpp.
bool is_viewer(std::string_view kind, std::string_view role);

}  // namespace tessera::layout
