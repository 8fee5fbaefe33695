#include "recording/locate.hpp"

#include <filesystem>

#include "recording/files.hpp"
#include "recording/manifest.hpp"
#include "recording/printable.hpp"

namespace tessera::recording {

Result<Entry> locate(const Store& store, const std::string& id_or_folder) {
  if (auto entry = store.find(id_or_folder)) return std::move(*entry);
  if (id_or_folder.find('\0') == std::string::npos && is_real_directory(id_or_folder)) {
    auto manifest = load_manifest(id_or_folder);
    if (!manifest) return manifest.error();
    return Entry{.id = (*manifest)["id"].as_string(),
                 .room = (*manifest)["room"].as_string(),
                 .directory = std::filesystem::path(id_or_folder).lexically_normal().string(),
                 .manifest = std::move(*manifest),
                 .file = ""};
  }
  return error("unknown-recording", "\"{}\" is neither the id of a recording in {} nor a recording's folder",
               printable(id_or_folder), store.directory());
}

}  // namespace tessera::recording
