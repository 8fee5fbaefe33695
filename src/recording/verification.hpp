#pragma once
// Is a recording still what it was? Blocking.

#include <functional>
#include <string>

#include "base/json.hpp"
#include "recording/store.hpp"

namespace tessera::recording {

/// {id, room, state: "ok" | "damaged" | "unfinished" | "away", files: [{file, ok, problem?}]}. Every
/// file that the manifest names (media, tracks, what lies beside them) is hashed and compared with it, media
/// are read to their end. "away": its media were uploaded and deleted here; what is left of it is as it was.
/// "unfinished": nothing to compare with yet.
Json verify_recording(const Entry& entry, const std::function<void(double)>& progress = {});

}  // namespace tessera::recording
