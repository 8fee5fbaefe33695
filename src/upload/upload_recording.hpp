#pragma once
// A finished recording goes to the place that is configured. Blocking; run in a process of its own with
// little priority.

#include <string>

#include "upload/target.hpp"

namespace tessera::upload {

/// Copies every file of a finished recording, its manifest last, each verified; says so in the local
/// manifest: `upload: {state: "uploading" | "done" | "failed", url, endpoint?, at, error?, deleting?}`. What
/// was done already is not done again, also after a crash, when the target says that it is there still. With
/// `delete_after` the local media go when everything is verified; manifest, chapters and pictures stay.
/// `deleting` stands there until they have gone (recording/upload_state.hpp), with an `error` beside "done"
/// when that cannot go on. Once the first one has gone, the rest follows, whatever `delete_after` says then.
/// Returns the manifest. Errors: "not-ready" (not finished), "conflict" (somebody is at it), "away" (the
/// media were deleted here after an upload to another place), and Target's.
Result<Json> upload_recording(const std::string& directory, Target& target, bool delete_after,
                              const Progress& progress);

}  // namespace tessera::upload
