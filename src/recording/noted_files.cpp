#include "recording/noted_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/log.hpp"
#include "recording/files.hpp"
#include "recording/names.hpp"
#include "recording/resources.hpp"
#include "recording/sidecars.hpp"

namespace tessera::recording {
namespace {

constexpr std::array summed = {timeline_file, chapters_file, poster_file, strip_file, strip_index_file};

NotedFile medium(const Json& part) {
  std::string file = part["file"].as_string();
  if (!part_of_final(file)) file.clear();
  return {NotedFile::Kind::medium, std::move(file), part["sha256"].as_string(), part["bytes"].as_int(-1),
          part};
}

}  // namespace

std::vector<NotedFile> noted_files(const Json& manifest) {
  std::vector<NotedFile> files;
  for (const Json& part : manifest["parts"].items())
    if (part["sha256"].is_string()) files.push_back(medium(part));
  if (files.empty() && manifest["sha256"].is_string() && !manifest["files"].items().empty()) {
    // From before there were parts.
    Json whole = Json::object({{"file", manifest["files"].items().front()}});
    for (const char* key : {"bytes", "sha256", "durationMs", "codecs"}) whole.set(key, manifest[key]);
    files.push_back(medium(whole));
  }
  const auto& tracks = manifest["tracks"].items();
  for (std::size_t i = 0; i < tracks.size(); ++i) {
    const auto resource = track_resource(manifest, i);
    // Until the finisher has indexed it, its size is what it was before.
    const std::int64_t bytes = tracks[i].has("indexed") ? tracks[i]["bytes"].as_int(-1) : -1;
    files.push_back({NotedFile::Kind::track, resource ? resource->file : "", tracks[i]["sha256"].as_string(),
                     bytes, tracks[i]});
  }
  for (const auto& [file, sum] : manifest["sums"].members())
    files.push_back(
        {NotedFile::Kind::sidecar, sidecar_resource(manifest, file) ? file : "", sum.as_string(), -1, {}});
  return files;
}

std::string problem_of(const std::string& directory, const NotedFile& noted,
                       const std::function<void(double)>& progress) {
  if (noted.file.empty()) return "the manifest names a file that can not be one";
  const std::string path = directory + "/" + noted.file;
  const auto size = regular_file_size(path);
  if (!size) return "is missing";
  if (noted.bytes >= 0 && static_cast<std::int64_t>(*size) != noted.bytes)
    return fmt::format("has {} bytes; {} were recorded", *size, noted.bytes);
  if (noted.sha256.empty()) return {};
  const auto sum = sha256_of(path, progress);
  if (!sum) return sum.error().message;
  return *sum == noted.sha256 ? "" : "has another check sum than was recorded";
}

Result<void> check_whole(const std::string& directory, const std::vector<NotedFile>& noted,
                         const std::vector<std::string>& files) {
  bool any_medium = false;
  for (const NotedFile& one : noted) {
    any_medium = any_medium || one.kind == NotedFile::Kind::medium;
    if (one.kind == NotedFile::Kind::sidecar) continue;
    if (one.file.empty() || std::find(files.begin(), files.end(), one.file) == files.end())
      return error("verify-failed", "{}/{} is missing; the recording is not whole", directory,
                   one.file.empty() ? "a file that the manifest names" : one.file);
  }
  if (!any_medium) return error("verify-failed", "{}: the manifest names no file of it", directory);
  return {};
}

void note_sums(const std::string& directory, Json& manifest) {
  Json sums = Json::object();
  for (const char* file : summed) {
    const std::string path = directory + "/" + file;
    if (!regular_file_size(path)) continue;
    if (auto sum = sha256_of(path))
      sums.set(file, std::move(*sum));
    else
      log::warn("{}", sum.error().message);
  }
  manifest.set("sums", std::move(sums));
}

}  // namespace tessera::recording
