#include "recording/locate.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "recording/files.hpp"
#include "recording/manifest.hpp"
#include "recording/names.hpp"
#include "recording/printable.hpp"

namespace tessera::recording {

namespace {

/// The folder that is meant; empty when it is none.
std::string folder_meant(const Store& store, const std::string& text) {
  if (text.find('\0') != std::string::npos) return {};
  const auto slash = text.find('/');
  if (slash != std::string::npos && valid_room_name(text.substr(0, slash)) &&
      valid_folder_name(text.substr(slash + 1)) && is_real_directory(store.directory() + "/" + text))
    return store.directory() + "/" + text;
  return is_real_directory(text) ? text : "";
}

}  // namespace

Result<void> check_folder(const std::string& directory) {
  struct stat info {};
  const bool there = ::stat(directory.c_str(), &info) == 0;
  if (!there && (errno == ENOENT || errno == ENOTDIR))
    return error(
        "no-folder",
        "{}: no such folder; nothing was recorded there yet, or recordings lie elsewhere: name their "
        "folder with --recordings",
        directory);
  if (there && !S_ISDIR(info.st_mode))
    return error("no-folder", "{} is not a folder; name the folder of the recordings with --recordings",
                 directory);
  if (!there || ::faccessat(AT_FDCWD, directory.c_str(), R_OK | X_OK, AT_EACCESS) != 0)
    return error("no-access", "cannot look into {}: {}; run this as the user that the server runs as",
                 directory, std::strerror(errno));
  return {};
}

Result<Entry> locate(const Store& store, const std::string& id_or_folder) {
  if (auto entry = store.find(id_or_folder)) return std::move(*entry);
  const std::string folder = folder_meant(store, id_or_folder);
  if (folder.empty())
    return error("unknown-recording",
                 "\"{}\" is neither the id of a recording in {} nor a recording's folder",
                 printable(id_or_folder), store.directory());
  const auto path = std::filesystem::path(folder + "/.").lexically_normal().parent_path();
  auto manifest = load_manifest(folder);
  if (manifest)
    return Entry{.id = (*manifest)["id"].as_string(),
                 .room = (*manifest)["room"].as_string(),
                 .directory = std::filesystem::path(folder).lexically_normal().string(),
                 .manifest = std::move(*manifest),
                 .file = ""};
  const FolderContent content = content_of(folder);
  const bool kept_from_us =
      manifest.error().code == "cannot-read" && regular_file_size(folder + "/" + manifest_file);
  if (kept_from_us || (!content.live && !content.final)) return manifest.error();
  const std::string room = path.parent_path().filename().string();
  return Entry{.id = "",
               .room = room,
               .directory = path.string(),
               .manifest = Json::object({{"id", ""}, {"room", room}, {"state", "recording"}}),
               .file = ""};
}

}  // namespace tessera::recording
