#pragma once
// The files of a finished recording, as its manifest has them: what verify, export, upload and mix compare
// with what is on the disk.

#include <functional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"

namespace tessera::recording {

struct NotedFile {
  enum class Kind { medium, track, sidecar };
  Kind kind = Kind::medium;
  std::string file;             ///< below the recording's folder
  std::string sha256;           ///< "" when none was noted (tracks and sidecars of older recordings)
  std::int64_t bytes = -1;      ///< −1 when not noted
  Json about = Json::object();  ///< the part's or the track's entry
};

/// Media first, then tracks, then sidecars. What a manifest names that cannot be a file of a recording (it is
/// text that anybody may have edited) is listed with an empty `file`. Pure.
std::vector<NotedFile> noted_files(const Json& manifest);

/// What is wrong with one; "" when nothing is. Reads it to its end. Blocking.
std::string problem_of(const std::string& directory, const NotedFile& noted,
                       const std::function<void(double)>& progress = {});

/// Whether there is a medium, and all media and tracks are among the files of the folder (files_beneath),
/// whatever is in them: what lies beside them may be missing, a recording is no worse for that. Pure.
/// "verify-failed".
Result<void> check_whole(const std::string& directory, const std::vector<NotedFile>& noted,
                         const std::vector<std::string>& files);

/// Notes the check sums of what lies beside the media and the tracks in the manifest's `sums`: {file:
/// SHA-256}. Blocking.
void note_sums(const std::string& directory, Json& manifest);

}  // namespace tessera::recording
