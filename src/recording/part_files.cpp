#include "recording/part_files.hpp"

#include <filesystem>

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

std::uint64_t being_finished_beside(const std::string& directory) {
  namespace fs = std::filesystem;
  std::error_code failure;
  std::uint64_t bytes = 0;
  // <recordings>/<room>/<start>/recording.mp4.part
  const fs::path own = fs::path(directory + "/.").lexically_normal().parent_path();
  const int folder_depth = 2;
  auto item = fs::recursive_directory_iterator(own.parent_path().parent_path(), failure);
  for (; !failure && item != fs::recursive_directory_iterator(); item.increment(failure)) {
    if (item.depth() == folder_depth) item.disable_recursion_pending();
    const std::string name = item->path().filename().string();
    if (item.depth() != folder_depth || item->path().parent_path() == own) continue;
    if (name.starts_with("recording") && name.ends_with(".part"))
      bytes += regular_file_size(item->path().string()).value_or(0);
  }
  return bytes;
}

}  // namespace tessera::recording
