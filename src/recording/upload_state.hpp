#pragma once
// What a manifest's `upload` says, for those who upload, who queue uploads and who delete.

#include "base/json.hpp"

namespace tessera::recording {

/// Beside "done": the media here are going, or gone but for what a run that was stopped has left.
inline constexpr const char* deleting_key = "deleting";

/// Whether a recording is finished and its copy not yet verified, or what was to go here after that is not
/// all gone yet.
bool upload_is_due(const Json& manifest);

/// Whether the media are going from here: what is still there may be without a copy until that is through.
bool is_going(const Json& manifest);

}  // namespace tessera::recording
