#pragma once
// Is a recording still what it was? Blocking.

#include <functional>
#include <string>

#include "base/json.hpp"
#include "recording/store.hpp"

namespace tessera::recording {

/// {id, room, state: "ok" | "damaged" | "unfinished" | "away", files: [{file, ok, problem?}]}. Every finished
/// file is hashed and read to its end, and compared with the manifest. "away": uploaded, and deleted here.
/// "unfinished": nothing to compare with yet.
Json verify_recording(const Entry& entry, const std::function<void(double)>& progress = {});

}  // namespace tessera::recording
