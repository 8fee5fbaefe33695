#pragma once
// The media files in a recording's folder, part by part.

#include <map>
#include <optional>
#include <string>

#include "recording/format.hpp"

namespace tessera::recording {

struct PartFiles {
  bool live = false;       ///< <live_name(n)> is there
  std::string final_name;  ///< of the finished file; empty when there is none
};
/// By part. Regular files only; links, folders and strangers are not seen.
using PartMap = std::map<int, PartFiles>;
PartMap part_files(const std::string& directory);

/// Bytes that finishers at work have written in the folders of other recordings, beside that of this one: as
/// many go when they are done with the part. Looks into every folder: not for every second.
std::uint64_t being_finished_beside(const std::string& directory);

}  // namespace tessera::recording
