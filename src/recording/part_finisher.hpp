#pragma once
// One part of a recording: its live file becomes a finished one. Blocking.

#include <functional>
#include <string>

#include "base/json.hpp"
#include "recording/finisher.hpp"
#include "recording/remux.hpp"

namespace tessera::recording {

struct PartSpec {
  std::string directory;
  int part = 1;
  const Format* wanted = nullptr;  ///< the recording's; null when it is not known
  Tags tags;
  std::string sound;  ///< a file whose sound replaces the live one's, coded alike; empty: none
  std::function<Result<void>(FinishStep)> reached;
  Progress progress;
};

/// Writes <final>.part, reads it back, syncs it, and gives it its name. The live file is still there
/// afterwards. Returns the finished file's name. Errors: "no-picture", "unreadable", "disk-full",
/// "cannot-write", "cannot-read", "verify-failed", and those of `reached`.
Result<std::string> make_part(const PartSpec& spec);

/// Whether there is room for a part's file, and for that of its changed sound where the manifest asks for
/// one. "disk-full".
Result<void> check_space(const std::string& directory, int part, const Json& manifest);
/// Bytes that must be free so that every part that is not finished passes check_space().
std::uint64_t space_to_finish(const std::string& directory);

/// Whether a finished file is whole as far as reading it tells. It got its name only after it was verified
/// and synced, so this is caution, not need.
bool is_sound_file(const std::string& path);

/// {file, durationMs, bytes, sha256, codecs, width?, height?, avOffsetMs?: {start, end}} of a finished file;
/// the offsets say how much later than the picture the sound begins and ends. Errors: "unreadable",
/// "cannot-read".
Result<Json> describe_part(const std::string& directory, const std::string& file, const Progress& progress);

}  // namespace tessera::recording
