#pragma once
// A finished recording goes to the place that is configured. Blocking; run in a process of its own with
// little priority.

#include <string>

#include "upload/target.hpp"

namespace tessera::upload {

/// Copies every file of a finished recording, its manifest last, each verified; says so in the local
/// manifest: `upload: {state: "uploading" | "done" | "failed", url, at, error?}`. What was done already is
/// not done again, also after a crash; with `delete_after` the target is asked whether it is there still.
/// With `delete_after` the local media go when everything is verified; manifest, chapters and pictures stay.
/// Returns the manifest. Errors: "not-ready" (not finished), "conflict" (somebody is at it), "away" (the
/// media were deleted here after an upload to another place), and Target's.
Result<Json> upload_recording(const std::string& directory, Target& target, bool delete_after,
                              const Progress& progress);

/// Whether a recording is finished and its copy not yet verified.
bool needs_upload(const Json& manifest);

}  // namespace tessera::upload
