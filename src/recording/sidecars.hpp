#pragma once
// What lies beside a finished recording for people who look for something in it. Blocking; run in the
// finisher's process, after the media files are safe.

#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "recording/timeline.hpp"

namespace tessera::recording {

inline constexpr const char* chapters_file = "chapters.vtt";
inline constexpr const char* poster_file = "poster.jpg";
inline constexpr const char* strip_file = "strip.jpg";
inline constexpr const char* strip_index_file = "strip.vtt";

/// The parts as a manifest has them; one part of the manifest's whole duration when it lists none.
std::vector<PartSpan> spans_of(const Json& manifest);

/// Makes chapters.vtt, and for a format with video poster.jpg, strip.jpg and strip.vtt, over all parts, from
/// timeline.jsonl and the finished files; sets `chapters`, `poster` and `strip` in the manifest to the names
/// of those that were made. A recording is no worse for lacking them: what fails is logged and left out.
/// Making them again gives the same. "disk-full" when that is what something is left out for.
Result<void> make_sidecars(const std::string& directory, Json& manifest);

/// Removes what a process that died while making them has left half written.
void remove_half_made_sidecars(const std::string& directory);

}  // namespace tessera::recording
