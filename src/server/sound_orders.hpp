#pragma once
// What REST and `control` may ask of a room's sound, read and checked. Pure.

#include <optional>
#include <string>

#include "base/json.hpp"
#include "base/result.hpp"
#include "server/room_call.hpp"

namespace tessera::server {

/// POST …/announcements: file or builtin, and to, gain, duckDb, attackMs, releaseMs. Error "bad-request"
/// names the field. Whether there is such a sound or participant, the room knows.
Result<Json> checked_announcement(const Json& body);

/// PATCH …/participants: muted, except. Error "bad-request".
Result<Json> checked_mute_all(const Json& body);

/// The `control` actions announce, stop-announcement, announcements, mute-all and set-chimes; nullopt for any
/// other.
std::optional<Result<RoomCall>> sound_call_of(const std::string& action, const Json& fields);

}  // namespace tessera::server
