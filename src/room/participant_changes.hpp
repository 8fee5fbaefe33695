#pragma once
#include <optional>
#include <string>

#include "base/json.hpp"
#include "base/result.hpp"

namespace tessera::room {

/// What `update-participant` asks for, checked as a whole before anything is done.
struct ParticipantChanges {
  std::optional<bool> muted, held, pinned, noise_suppression, auto_gain;
  std::optional<double> gain;  ///< 0…4
  std::optional<std::string> name, role;

  /// Fields that are null or missing ask for nothing; fields of another name are not looked at. `music`: the
  /// room is for music, where voices are not processed. Errors: "bad-request", "conflict".
  static Result<ParticipantChanges> read(const Json& changes, bool music);

  /// Nothing but the place in the picture, which is no decision about the person.
  [[nodiscard]] bool only_pins() const {
    return !muted && !held && !noise_suppression && !auto_gain && !gain && !name && !role;
  }
};

}  // namespace tessera::room
