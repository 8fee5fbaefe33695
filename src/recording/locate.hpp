#pragma once
#include <string>

#include "recording/store.hpp"

namespace tessera::recording {

/// Whether the folder of recordings can be looked into. Errors: "no-folder" (none of that name, or it is no
/// folder), "no-access".
Result<void> check_folder(const std::string& directory);

/// The recording that a person means: by its id, by the path of its folder, or by "<room>/<start>" as
/// recordings without a manifest are shown. Error: "unknown-recording".
Result<Entry> locate(const Store& store, const std::string& id_or_folder);

}  // namespace tessera::recording
