#pragma once
#include <string>

#include "base/json.hpp"

namespace tessera::recording {

/// Makes what accompanies a ready recording (chapters, poster, thumbnails) and names it in the manifest. What
/// can not be made is left out and logged: the recording counts. Blocking.
void make_sidecars(const std::string& directory, Json& manifest);

}  // namespace tessera::recording
