#include "recording/manifest.hpp"

#include <fcntl.h>
#include <unistd.h>

#include "base/log.hpp"
#include "recording/files.hpp"

namespace tessera::recording {
namespace {

/// Much more than any manifest needs, and its temporary neighbour too.
constexpr off_t reserve_bytes = 256 * 1024;

/// One of all parts and as many tracks has less.
constexpr std::size_t most_manifest_bytes = 64 << 20;

}  // namespace

Json new_manifest(std::string_view id, std::string_view room, WallTime start) {
  return Json::object({{"version", 1},
                       {"id", id},
                       {"room", room},
                       {"state", "starting"},
                       {"startedAt", timestamp(start)},
                       {"files", Json::array()},
                       {"closed", false},
                       {"recovered", false}});
}

void set_state(Json& manifest, std::string_view state) {
  manifest.set("state", state);
}

void set_error(Json& manifest, const Error& failure) {
  manifest.set("error", Json::object({{"code", failure.code}, {"message", failure.message}}));
}

bool is_beyond_rescue(const Json& manifest) {
  const std::string code = manifest["error"]["code"].as_string();
  return manifest["state"].as_string() == "failed" && (code == "no-picture" || code == "unreadable");
}

bool is_lost_part(const Json& part) {
  const std::string code = part["error"]["code"].as_string();
  return code == "no-picture" || code == "unreadable";
}

bool sidecars_pending(const Json& manifest) {
  const std::string how_far = manifest[sidecars_key].as_string();
  return how_far == "making" || how_far == "again" || how_far == "waiting";
}

bool needs_finishing(const Json& manifest, FolderContent content, WallTime now) {
  if (is_beyond_rescue(manifest)) return false;
  const std::string state = manifest["state"].as_string();
  // Ready, but its live file was not yet removed, or its chapters and pictures not yet made.
  if (state == "ready") return content.live || sidecars_pending(manifest);
  if (state == "failed")
    return content.live || content.final;  // its parts are there: only the last word is not
  if (content.live || content.final) return true;
  // Nothing was written. A recorder may be about to: its folder exists for a moment before it takes the lock.
  const auto started = parse_timestamp(manifest["startedAt"].as_string());
  return !started || now - *started > std::chrono::minutes(1);
}

bool is_manifest(const Json& json) {
  for (const char* key : {"id", "room", "state"})
    if (!json[key].is_string()) return false;
  // What is changed in place, member by member, must have the shape for it.
  for (const char* key : {"parts", "gaps", "tracks"})
    for (const Json& item : json[key].items())
      if (!item.is_object()) return false;
  for (const char* key : {"error", "sums", "upload", "loudnessGain"})
    if (!json[key].is_null() && !json[key].is_object()) return false;
  return true;
}

Result<Json> load_manifest(const std::string& directory) {
  auto text = read_small_file(directory + "/" + manifest_file, most_manifest_bytes);
  if (!text) return text.error();
  auto manifest = Json::parse(*text);
  if (!manifest) return manifest.error();
  if (!is_manifest(*manifest))
    return error("bad-manifest", "{}/{} is not the manifest of a recording", directory, manifest_file);
  return manifest;
}

Result<void> save_manifest(const std::string& directory, const Json& manifest) {
  const std::string path = directory + "/" + manifest_file, text = manifest.dump(true) + "\n";
  const std::string reserve = directory + "/" + reserve_file;
  auto saved = write_atomically(path, text);
  // The disk is full, and the manifest must say so: this is what the reserve is for.
  if (!saved && ::unlink(reserve.c_str()) == 0) saved = write_atomically(path, text);
  // Not before its last word: that its pictures wait for room must be written, too.
  if (saved && manifest["state"].as_string() == "ready" && !sidecars_pending(manifest))
    ::unlink(reserve.c_str());
  return saved;
}

void reserve_manifest_space(const std::string& directory) {
  const Descriptor file(
      ::open((directory + "/" + reserve_file).c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640));
  if (!file || ::posix_fallocate(file.get(), 0, reserve_bytes) != 0)
    log::warn("{}: no space can be kept for what has to be said on a full disk", directory);
}

}  // namespace tessera::recording
