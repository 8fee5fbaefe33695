#pragma once
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "recording/files.hpp"

namespace tessera::recording {

/// Opens a regular file for reading, by a path that cannot lead out of `directory`: each step of `relative`
/// is a plain name (no "..", no empty one, no NUL), taken from the folder before it without following a
/// symbolic link. A FIFO or a device planted there is refused and does not hang the caller. Error:
/// "cannot-read".
Result<Descriptor> open_beneath(const std::string& directory, std::string_view relative);

/// Deletes everything in a folder and the folder itself, never what a symbolic link in it points to. `last`
/// is the name of a file that goes after all others. Error: "cannot-write".
Result<void> remove_folder(const std::string& directory, std::string_view last);

}  // namespace tessera::recording
