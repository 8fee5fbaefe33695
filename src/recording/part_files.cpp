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

}  // namespace tessera::recording
