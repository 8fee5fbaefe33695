#include "recording/part_files.hpp"

#include <filesystem>
#include <vector>

#include "recording/files.hpp"
#include "recording/names.hpp"

namespace tessera::recording {

PartMap part_files(const std::string& directory) {
  PartMap parts;
  std::error_code failure;
  auto item = std::filesystem::directory_iterator(directory, failure);
  for (; !failure && item != std::filesystem::directory_iterator(); item.increment(failure)) {
    const std::string name = item->path().filename().string();
    if (!regular_file_size(item->path().string())) continue;
    if (const auto part = part_of_live(name)) parts[*part].live = true;
    if (const auto part = part_of_final(name)) parts[part->part].final_name = name;
  }
  return parts;
}

namespace {

namespace fs = std::filesystem;

/// The folders in a folder; what cannot be looked into has none.
std::vector<std::string> folders_in(const std::string& directory) {
  std::vector<std::string> folders;
  std::error_code failure;
  auto item = fs::directory_iterator(directory, failure);
  for (; !failure && item != fs::directory_iterator(); item.increment(failure))
    if (is_real_directory(item->path().string())) folders.push_back(item->path().string());
  return folders;
}

/// What a finisher that is at work has written in a folder: what has no name yet, and what has one while its
/// live file is still there. Few of these live files stay (a part that reads too short, one that cannot be
/// described): until the folder is let go of, the reserve bears them.
std::uint64_t being_finished_in(const std::string& directory) {
  std::uint64_t bytes = 0;
  std::error_code failure;
  auto item = fs::directory_iterator(directory, failure);
  for (; !failure && item != fs::directory_iterator(); item.increment(failure))
    if (item->path().extension() == ".part") bytes += regular_file_size(item->path().string()).value_or(0);
  for (const auto& [part, files] : part_files(directory))
    if (files.live && !files.final_name.empty())
      bytes += regular_file_size(directory + "/" + files.final_name).value_or(0);
  return bytes;
}

}  // namespace

std::uint64_t being_finished_beside(const std::string& directory) {
  // <recordings>/<room>/<start>
  const fs::path own = fs::path(directory + "/.").lexically_normal().parent_path();
  std::uint64_t bytes = 0;
  auto rooms = folders_in(own.parent_path().parent_path().string());
  // A room's process sees its own room's recordings alone (sandbox/policy.hpp).
  if (rooms.empty()) rooms.push_back(own.parent_path().string());
  for (const std::string& room : rooms)
    for (const std::string& folder : folders_in(room))
      if (folder != own.string() && FolderLock::is_held(folder)) bytes += being_finished_in(folder);
  return bytes;
}

}  // namespace tessera::recording
