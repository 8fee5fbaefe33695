#pragma once
#include <string>

#include "base/result.hpp"

namespace tessera::room {

/// Builds every description in the folder once, as `tessera check` does. "bad-pipeline" names each file that
/// GStreamer refuses, with its reason, and each one the program needs that is not there; one a line.
Result<void> check_pipelines(const std::string& directory);

}  // namespace tessera::room
