#include "recording/quota.hpp"

#include <filesystem>

#include "recording/files.hpp"
#include "recording/part_files.hpp"

namespace tessera::recording {
namespace {

namespace fs = std::filesystem;
constexpr std::chrono::seconds others_period{10};

}  // namespace

std::uint64_t folder_bytes(const std::string& directory) {
  std::uint64_t bytes = 0;
  std::error_code failure;
  auto item = fs::recursive_directory_iterator(directory, failure);
  for (; !failure && item != fs::recursive_directory_iterator(); item.increment(failure))
    bytes += regular_file_size(item->path().string()).value_or(0);
  return bytes;
}

std::uint64_t recording_bytes(const std::string& directory) {
  std::uint64_t twice = 0;
  bool live = false;
  for (const auto& [part, files] : part_files(directory)) {
    live |= files.live;
    if (files.live && !files.final_name.empty())
      twice += regular_file_size(directory + "/" + files.final_name).value_or(0);
  }
  std::error_code failure;
  auto item = fs::directory_iterator(directory, failure);
  for (; live && !failure && item != fs::directory_iterator(); item.increment(failure))
    if (item->path().extension() == ".part") twice += regular_file_size(item->path().string()).value_or(0);
  const std::uint64_t all = folder_bytes(directory);
  return all > twice ? all - twice : 0;
}

std::uint64_t room_bytes(const std::string& folder, const std::string& except) {
  std::uint64_t bytes = 0;
  std::error_code failure;
  auto item = fs::directory_iterator(folder, failure);
  for (; !failure && item != fs::directory_iterator(); item.increment(failure)) {
    std::error_code ignored;
    if (item->is_directory(ignored) && !item->is_symlink(ignored) &&
        item->path() != fs::path(except).lexically_normal())
      bytes += recording_bytes(item->path().string());
  }
  return bytes;
}

Result<void> check_quota(const Store& store, const std::string& room, std::uint64_t quota_bytes) {
  if (quota_bytes == 0) return {};
  const std::uint64_t used = room_bytes(store.directory() + "/" + room);
  if (used < quota_bytes) return {};
  return error(
      "quota-exceeded",
      "the recordings of this room hold {} MB and may hold {}; delete some, or raise recording.quotaMb",
      used / 1'000'000, quota_bytes / 1'000'000);
}

std::uint64_t QuotaMeter::held(std::chrono::steady_clock::time_point now) {
  if (now >= next_look_) {
    others_ = room_bytes(fs::path(directory_).parent_path().string(), directory_);
    next_look_ = now + others_period;
  }
  return others_ + recording_bytes(directory_);
}

}  // namespace tessera::recording
