#pragma once
#include <string>

#include "recording/store.hpp"

namespace tessera::recording {

/// The recording that a person means: by its id, or by the path of its folder. Error: "unknown-recording".
Result<Entry> locate(const Store& store, const std::string& id_or_folder);

}  // namespace tessera::recording
