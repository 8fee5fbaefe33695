#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "recording/files.hpp"

namespace tessera::recording {

/// Opens a regular file for reading, by a path that cannot lead out of `directory`: each step of `relative`
/// is a plain name (no "..", no empty one, no NUL), taken from the folder before it without following a
/// symbolic link. A FIFO or a device planted there is refused and does not hang the caller. Error:
/// "cannot-read".
Result<Descriptor> open_beneath(const std::string& directory, std::string_view relative);

/// Every regular file in a folder and those below it, as names relative to it, sorted. Links are left out. A
/// folder that cannot be read to its end is an error, not a shorter list: "cannot-read".
Result<std::vector<std::string>> files_beneath(const std::string& directory);

/// Deletes everything in a folder and the folder itself, never what a symbolic link in it points to. `last`
/// are the names of files that go after all others, in that order. Error: "cannot-write".
Result<void> remove_folder(const std::string& directory, const std::vector<std::string>& last);

}  // namespace tessera::recording
