#include "recording/resources.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "recording/names.hpp"

namespace tessera::recording {
namespace {

struct Sidecar {
  std::string_view file;
  std::string_view content_type;
  std::string_view ending;  ///< of the download's name
};

constexpr std::array sidecars = {
    Sidecar{"poster.jpg", "image/jpeg", ".jpg"},
    Sidecar{"strip.jpg", "image/jpeg", " thumbnails.jpg"},
    Sidecar{"strip.vtt", "text/vtt; charset=utf-8", " thumbnails.vtt"},
    Sidecar{"chapters.vtt", "text/vtt; charset=utf-8", " chapters.vtt"},
    Sidecar{"timeline.jsonl", "application/x-ndjson", " timeline.jsonl"},
};

constexpr std::string_view tracks_folder = "tracks/";
constexpr std::string_view track_ending = ".mkv";

bool is_track_name(std::string_view name) {
  if (!name.ends_with(track_ending)) return false;
  name.remove_suffix(track_ending.size());
  return !name.empty() && name.size() <= 150 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

const Format& format_of(const Json& manifest) {
  const Format* format = find_format(manifest["format"].as_string(default_format().name));
  return format ? *format : default_format();
}

/// What the manifest calls the file of a part, when that is what a finished part is called.
std::optional<std::string> file_of_part(const Json& manifest, int part) {
  for (const Json& one : manifest["parts"].items()) {
    if (one["n"].as_int() != part) continue;
    std::string file = one["file"].as_string();
    const auto name = part_of_final(file);
    if (name && name->part == part) return file;
  }
  return {};
}

const Format& format_of_file(std::string_view file, const Format& otherwise) {
  for (const Format& format : all_formats())
    if (file.ends_with(format.extension)) return format;
  return otherwise;
}

}  // namespace

int part_count(const Json& manifest) {
  std::int64_t count = 1;
  for (const Json& part : manifest["parts"].items()) count = std::max(count, part["n"].as_int());
  return static_cast<int>(std::min<std::int64_t>(count, max_parts));
}

std::optional<Resource> media_resource(const Json& manifest, int part) {
  if (part < 1 || part > part_count(manifest)) return {};
  // What could be rescued may be less than what was asked for: a part has the format that its name says.
  const Format& wanted = format_of(manifest);
  const std::string file = file_of_part(manifest, part).value_or(final_name(part, wanted));
  const Format& format = format_of_file(file, wanted);
  const std::string which = part_count(manifest) > 1 ? fmt::format(" part {}", part) : "";
  return Resource{file, std::string(format.mime_type),
                  title_of(manifest) + which + std::string(format.extension)};
}

std::optional<Resource> sidecar_resource(const Json& manifest, std::string_view name) {
  const auto found = std::find_if(sidecars.begin(), sidecars.end(),
                                  [&](const Sidecar& known) { return known.file == name; });
  if (found == sidecars.end()) return {};
  return Resource{std::string(found->file), std::string(found->content_type),
                  title_of(manifest) + std::string(found->ending)};
}

std::optional<Resource> track_resource(const Json& manifest, std::size_t index) {
  const auto& tracks = manifest["tracks"].items();
  if (index >= tracks.size()) return {};
  const Json& track = tracks[index];
  std::string file = track["file"].as_string();
  if (file.starts_with(tracks_folder)) file.erase(0, tracks_folder.size());
  if (!is_track_name(file)) return {};
  const std::string who = track["name"].as_string(track["participant"].as_string());
  const std::string what = track["kind"].as_string() == "screen" ? " screen" : "";
  return Resource{std::string(tracks_folder) + file, "video/x-matroska",
                  fmt::format("{} {}{} {}{}", title_of(manifest), who, what, index + 1, track_ending)};
}

std::string title_of(const Json& manifest) {
  std::string title = manifest["name"].as_string();
  if (title.empty()) title = manifest["room"].as_string();
  // "2026-11-21T07:30:12.345Z": to the minute, with what may be in a file's name.
  const std::string start = manifest["startedAt"].as_string();
  if (parse_timestamp(start))
    title += " " + start.substr(0, 10) + " " + start.substr(11, 2) + "." + start.substr(14, 2);
  return title;
}

}  // namespace tessera::recording
