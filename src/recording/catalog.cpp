#include "recording/catalog.hpp"

#include <dirent.h>

#include <chrono>
#include <cstring>
#include <set>

#include "recording/files.hpp"
#include "recording/manifest.hpp"
#include "recording/names.hpp"

namespace tessera::recording {
namespace {

/// Coarser than the clock that any file system dates files by.
constexpr std::int64_t date_grain_ns = 2'000'000'000;

std::int64_t now_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

/// The real directories (no links) in a directory.
std::vector<std::string> folders_in(const std::string& directory) {
  std::vector<std::string> names;
  const std::unique_ptr<DIR, int (*)(DIR*)> open(::opendir(directory.c_str()), &::closedir);
  if (!open) return names;
  while (const dirent* item = ::readdir(open.get()))
    if (item->d_type == DT_DIR ||
        (item->d_type == DT_UNKNOWN && is_real_directory(directory + "/" + item->d_name)))
      names.emplace_back(item->d_name);
  return names;
}

Catalog::Manifest read(const std::string& directory, const std::string& room, const std::string& folder) {
  auto manifest = load_manifest(directory);
  if (!manifest || (*manifest)["room"].as_string() != room ||
      folder_of((*manifest)["id"].as_string()) != std::optional(folder))
    return nullptr;
  return std::make_shared<const Json>(std::move(*manifest));
}

}  // namespace

std::vector<std::string> Catalog::rooms() const {
  std::vector<std::string> names = folders_in(store_.directory());
  std::erase_if(names, [](const std::string& name) { return !valid_room_name(name); });
  return names;
}

std::size_t Catalog::refresh(const std::string& room, std::size_t limit) {
  const std::string room_directory = store_.directory() + "/" + room;
  Room& known = rooms_[room];
  std::set<std::string> present;
  std::size_t read_files = 0;
  for (const std::string& folder : folders_in(room_directory)) {
    if (!valid_folder_name(folder)) continue;
    const std::string directory = room_directory + "/" + folder;
    struct stat about {};
    if (::lstat((directory + "/" + manifest_file).c_str(), &about) != 0) continue;
    present.insert(folder);
    const std::int64_t changed = about.st_mtim.tv_sec * 1'000'000'000LL + about.st_mtim.tv_nsec;
    Known& entry = known[folder];
    if (entry.inode == about.st_ino && entry.changed_ns == changed && entry.size == about.st_size &&
        !entry.fresh)
      continue;
    if (read_files >= limit) continue;
    ++read_files;
    entry = {about.st_ino, changed, about.st_size, now_ns() - changed < date_grain_ns,
             read(directory, room, folder)};
  }
  std::erase_if(known, [&](const auto& item) { return !present.contains(item.first); });
  return read_files;
}

std::vector<Catalog::Manifest> Catalog::manifests(const std::optional<std::string>& room) {
  std::vector<std::string> wanted;
  if (!room) {
    wanted = rooms();
    const std::set<std::string> present(wanted.begin(), wanted.end());
    std::erase_if(rooms_, [&](const auto& item) { return !present.contains(item.first); });
  } else if (valid_room_name(*room) && is_real_directory(store_.directory() + "/" + *room)) {
    wanted = {*room};
  }
  std::vector<Manifest> found;
  for (const std::string& name : wanted) {
    refresh(name, SIZE_MAX);
    for (const auto& [folder, entry] : rooms_[name])
      if (entry.manifest) found.push_back(entry.manifest);
  }
  return found;
}

bool Catalog::warm(std::size_t limit) {
  std::size_t read_files = 0;
  for (const std::string& name : rooms()) {
    read_files += refresh(name, limit - read_files);
    if (read_files >= limit) return false;
  }
  return true;
}

}  // namespace tessera::recording
