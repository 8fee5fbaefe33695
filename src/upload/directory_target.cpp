#include "upload/directory_target.hpp"

#include <filesystem>

#include "recording/copy.hpp"

namespace tessera::upload {

Result<void> DirectoryTarget::put(const Source& source, const Item& item, Journal& journal,
                                  const Progress& progress) {
  const std::filesystem::path path = std::filesystem::path(directory_) / item.key;
  std::error_code failure;
  std::filesystem::create_directories(path.parent_path(), failure);
  if (failure)
    return error("cannot-write", "cannot make {}: {}", path.parent_path().string(), failure.message());
  if (auto copied = recording::copy_verified(source, path.string(), item.sha256, progress); !copied)
    return copied;
  return journal.note_done(item.name, item.sha256);
}

}  // namespace tessera::upload
