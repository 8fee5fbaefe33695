#include "recording/store.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>

#include "base/log.hpp"
#include "recording/beneath.hpp"
#include "recording/files.hpp"
#include "recording/manifest.hpp"
#include "recording/names.hpp"
#include "recording/part_files.hpp"

namespace tessera::recording {
namespace {

std::vector<std::string> names_in(const std::string& directory) {
  std::vector<std::string> names;
  const std::unique_ptr<DIR, int (*)(DIR*)> open(::opendir(directory.c_str()), &::closedir);
  if (!open) return names;
  while (const dirent* item = ::readdir(open.get())) names.emplace_back(item->d_name);
  std::sort(names.begin(), names.end());
  return names;
}

/// The recording in a folder. A folder with something recorded but without a usable manifest is still one:
/// its manifest is made up, with an empty id (the finisher gives it one).
std::optional<Entry> read_entry(const std::string& room, const std::string& folder,
                                const std::string& directory) {
  const PartMap parts = part_files(directory);
  Entry entry{.id = "", .room = room, .directory = directory, .manifest = Json::object(), .file = ""};
  auto manifest = load_manifest(directory);
  if (manifest && (*manifest)["room"].as_string() == room &&
      folder_of((*manifest)["id"].as_string()) == std::optional(folder)) {
    entry.id = (*manifest)["id"].as_string();
    entry.manifest = std::move(*manifest);
  } else if (!parts.empty()) {
    entry.manifest = Json::object({{"id", ""}, {"room", room}, {"state", "recording"}});
  } else {
    return {};
  }
  if (entry.manifest["state"].as_string() == "ready")
    for (const auto& [part, files] : parts)
      if (entry.file.empty() && !files.final_name.empty()) entry.file = directory + "/" + files.final_name;
  return entry;
}

constexpr int to_look_into = R_OK | X_OK;

}  // namespace

FolderContent content_of(const std::string& directory) {
  const PartMap parts = part_files(directory);
  const auto any = [&](auto predicate) { return std::any_of(parts.begin(), parts.end(), predicate); };
  return {.live = any([](const auto& part) { return part.second.live; }),
          .final = any([](const auto& part) { return !part.second.final_name.empty(); })};
}

/// Only for somebody who listens: others see what they can.
std::optional<Error> Store::unreadable(const std::string& path, int how) const {
  if (!on_unreadable_ || ::faccessat(AT_FDCWD, path.c_str(), how, AT_EACCESS) == 0) return {};
  if (errno == ENOENT) return {};  // deleted meanwhile
  return error("cannot-read", "cannot read {}: {}; run this as the user that the server runs as", path,
               std::strerror(errno));
}

Result<Created> Store::create(const std::string& room) const {
  if (!valid_room_name(room))
    return error("bad-room-name", "a room's name has 1 to 64 letters, digits, - and _, and no others");
  std::error_code failure;
  std::filesystem::create_directories(directory_, failure);
  if (failure) return error("cannot-write", "cannot make {}: {}", directory_, failure.message());
  const std::string room_directory = directory_ + "/" + room;
  if (::mkdir(room_directory.c_str(), 0750) != 0 && errno != EEXIST)
    return error("cannot-write", "cannot make {}: {}", room_directory, std::strerror(errno));
  if (!is_real_directory(room_directory))
    return error("cannot-write", "{} is not a directory; move it away", room_directory);
  // Two recordings of a room in the same millisecond: the later takes the next one.
  WallTime start = wall_now();
  for (int attempt = 0; attempt < 100; ++attempt, start += std::chrono::milliseconds(1)) {
    const std::string folder = folder_name(start);
    const std::string directory = room_directory + "/" + folder;
    if (::mkdir(directory.c_str(), 0750) != 0) {
      if (errno == EEXIST) continue;
      if (errno == ENOENT && ::mkdir(room_directory.c_str(), 0750) == 0)
        continue;  // its last recording was just removed
      return error("cannot-write", "cannot make {}: {}", directory, std::strerror(errno));
    }
    Created created{new_id(folder), directory};
    if (auto saved = save_manifest(directory, new_manifest(created.id, room, start)); !saved) {
      ::unlink((directory + "/" + manifest_file + ".tmp").c_str());
      ::rmdir(directory.c_str());
      return saved.error();
    }
    if (auto synced = sync_path(room_directory); !synced) return synced.error();
    return created;
  }
  return error("cannot-write", "{} has a folder for every millisecond tried", room_directory);
}

std::vector<Entry> Store::entries(const std::optional<std::string>& room) const {
  std::vector<Entry> found;
  for (const std::string& name : room ? std::vector{*room} : names_in(directory_)) {
    const std::string room_directory = directory_ + "/" + name;
    if (!valid_room_name(name) || !is_real_directory(room_directory)) continue;
    if (const auto failure = unreadable(room_directory, to_look_into)) on_unreadable_(*failure);
    for (const std::string& folder : names_in(room_directory)) {
      const std::string directory = room_directory + "/" + folder;
      if (!valid_folder_name(folder) || !is_real_directory(directory)) continue;
      auto failure = unreadable(directory, to_look_into);
      if (!failure) failure = unreadable(directory + "/" + manifest_file, R_OK);
      if (failure)
        on_unreadable_(*failure);
      else if (auto entry = read_entry(name, folder, directory))
        found.push_back(std::move(*entry));
    }
  }
  const auto start_of = [](const Entry& entry) { return entry.directory.substr(entry.directory.rfind('/')); };
  std::stable_sort(found.begin(), found.end(),
                   [&](const Entry& a, const Entry& b) { return start_of(a) > start_of(b); });
  return found;
}

std::vector<Json> Store::list(const std::optional<std::string>& room) const {
  std::vector<Json> manifests;
  for (Entry& entry : entries(room))
    if (!entry.id.empty()) manifests.push_back(std::move(entry.manifest));
  return manifests;
}

std::optional<Entry> Store::find(std::string_view id) const {
  const auto folder = folder_of(id);
  if (!folder) return {};
  std::vector<Error> failures;  // of no interest when it is found
  for (const std::string& room : names_in(directory_)) {
    const std::string directory = directory_ + "/" + room + "/" + *folder;
    if (!valid_room_name(room) || !is_real_directory(directory_ + "/" + room)) continue;
    if (auto failure = unreadable(directory_ + "/" + room, to_look_into)) failures.push_back(*failure);
    if (!is_real_directory(directory)) continue;
    if (auto failure = unreadable(directory, to_look_into)) failures.push_back(*failure);
    auto entry = read_entry(room, *folder, directory);
    if (entry && entry->id == id) return entry;
  }
  for (const Error& failure : failures) on_unreadable_(failure);
  return {};
}

Result<void> Store::remove(std::string_view id) const {
  const auto entry = find(id);
  if (!entry) return error("unknown-recording", "there is no recording with this id");
  auto lock = FolderLock::try_take(entry->directory);
  if (!lock) return lock.error();
  if (!lock->has_value())
    return error("conflict", "recording {} is still being made; stop it first", entry->id);
  // The manifest goes last, so that a crash in between leaves something that can be found and removed again;
  // the lock just before it, so that nobody begins to work on what is going while that takes long.
  if (auto removed = remove_folder(entry->directory, {lock_file, manifest_file}); !removed) return removed;
  held_->remove_if_free(folder_of_room(entry->room));  // stays when other recordings are in it
  return {};
}

Store::Unfinished Store::survey() const {
  Unfinished found;
  for (Entry& entry : entries({})) {
    // Before what is in the folder: whoever lets go in between has left what is seen then.
    const bool held = FolderLock::is_held(entry.directory);
    if (!held && entry.manifest["state"].as_string() != "ready")
      if (auto manifest = load_manifest(entry.directory)) entry.manifest = std::move(*manifest);
    const std::string state = entry.manifest["state"].as_string();
    const bool under_way = held && state != "ready" && state != "failed";
    if (under_way || needs_finishing(entry.manifest, content_of(entry.directory), wall_now()))
      (held ? found.held : found.left).push_back(std::move(entry));
  }
  std::reverse(found.left.begin(), found.left.end());
  std::reverse(found.held.begin(), found.held.end());
  return found;
}

}  // namespace tessera::recording
