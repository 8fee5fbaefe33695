#include "recording/quota.hpp"

#include <filesystem>
#include <map>

#include "recording/files.hpp"
#include "recording/names.hpp"

namespace tessera::recording {
namespace {

namespace fs = std::filesystem;
constexpr std::chrono::seconds others_period{10};
constexpr const char* partial_extension = ".part";  // of every file that is being made

}  // namespace

std::uint64_t folder_bytes(const std::string& directory) {
  std::uint64_t bytes = 0;
  std::error_code failure;
  auto item = fs::recursive_directory_iterator(directory, failure);
  for (; !failure && item != fs::recursive_directory_iterator(); item.increment(failure))
    bytes += regular_file_size(item->path().string()).value_or(0);
  return bytes;
}

// One look at each file: finishing takes live files away meanwhile.
std::uint64_t recording_bytes(const std::string& directory) {
  std::uint64_t bytes = 0;
  std::map<int, std::uint64_t> live, finished;  // by part
  std::error_code failure;
  auto item = fs::recursive_directory_iterator(directory, failure);
  for (; !failure && item != fs::recursive_directory_iterator(); item.increment(failure)) {
    if (item->path().extension() == partial_extension) continue;
    const std::uint64_t size = regular_file_size(item->path().string()).value_or(0);
    const std::string name = item->path().filename().string();
    const auto part = part_of_live(name);
    const auto final_part = part_of_final(name);
    if (item.depth() == 0 && part)
      live[*part] = size;
    else if (item.depth() == 0 && final_part)
      finished[final_part->part] = size;
    else
      bytes += size;
  }
  finished.merge(live);  // what is there both ways counts as what it becomes
  for (const auto& [part, size] : finished) bytes += size;
  return bytes;
}

std::uint64_t room_bytes(const std::string& folder, const std::string& except) {
  std::uint64_t bytes = 0;
  std::error_code failure;
  auto item = fs::directory_iterator(folder, failure);
  for (; !failure && item != fs::directory_iterator(); item.increment(failure)) {
    std::error_code ignored;
    if (item->is_directory(ignored) && !item->is_symlink(ignored) && item->path().filename() != except)
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
    const fs::path own(directory_);
    others_ = room_bytes(own.parent_path().string(), own.filename().string());
    next_look_ = now + others_period;
  }
  return others_ + recording_bytes(directory_);
}

}  // namespace tessera::recording
