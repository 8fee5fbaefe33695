#include "upload/directory_target.hpp"

#include <filesystem>

#include "recording/copy.hpp"
#include "recording/digest.hpp"
#include "recording/files.hpp"

namespace tessera::upload {

DirectoryTarget::DirectoryTarget(const std::string& directory)
    : directory_(std::filesystem::absolute(directory + "/.").lexically_normal().parent_path().string()) {}

Result<void> DirectoryTarget::check_there() const {
  std::error_code failure;
  if (std::filesystem::is_directory(directory_, failure)) return {};
  return error("upload-failed", "there is no folder {}; make it, or mount what it is in", directory_);
}

Result<void> DirectoryTarget::put(const Source& source, const Item& item, Journal& journal,
                                  const Progress& progress) {
  if (auto there = check_there(); !there) return there;
  const std::filesystem::path path = std::filesystem::path(directory_) / item.key;
  std::error_code failure;
  std::filesystem::create_directories(path.parent_path(), failure);
  if (failure)
    return error("cannot-write", "cannot make {}: {}", path.parent_path().string(), failure.message());
  if (auto copied = recording::copy_verified(source, path.string(), item.sha256, progress); !copied)
    return copied;
  return journal.note_done(item.name, item.sha256);
}

Result<bool> DirectoryTarget::holds(const Item& item, std::uint64_t bytes) {
  if (auto there = check_there(); !there) return there.error();
  const std::string path = directory_ + "/" + item.key;
  if (recording::regular_file_size(path) != bytes) return false;
  const auto sum = recording::sha256_of(path);
  return sum && *sum == item.sha256;  // one that cannot be read is none
}

}  // namespace tessera::upload
