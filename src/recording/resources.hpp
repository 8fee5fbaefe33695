#pragma once
// Which file of a recording's folder a client asks for, and what it is. Pure. A manifest is a file on a disk
// that others may have written to: names are made from what it says, never taken from it as they stand.

#include <optional>
#include <string>
#include <string_view>

#include "base/json.hpp"

namespace tessera::recording {

struct Resource {
  std::string file;  ///< relative to the recording's folder: "recording-002.mp4", "tracks/p1-main-001.mkv"
  std::string content_type;
  std::string name;  ///< what a download is called, UTF-8: "Stand-up 2026-11-21 07.30 part 2.mp4"
};

/// The finished file of a part. Nothing when the recording has no such part.
std::optional<Resource> media_resource(const Json& manifest, int part);
/// How many parts the manifest knows of; 1 when it does not say.
int part_count(const Json& manifest);

/// "poster.jpg", "strip.jpg", "strip.vtt", "chapters.vtt" or "timeline.jsonl"; nothing for any other name.
std::optional<Resource> sidecar_resource(const Json& manifest, std::string_view name);

/// The nth track of the manifest, from 0. Nothing when there is none, or its name is no track's.
std::optional<Resource> track_resource(const Json& manifest, std::size_t index);

/// What people call the recording: its name, else its room; with the time of its start.
std::string title_of(const Json& manifest);

}  // namespace tessera::recording
