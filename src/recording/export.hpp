#pragma once
// A recording for people elsewhere: a checked copy. Blocking.

#include <functional>
#include <string>

#include "base/result.hpp"
#include "recording/export_place.hpp"

namespace tessera::recording {

struct Exported {
  std::string path;  ///< the folder or file that was made
  std::size_t files = 0;
  std::uint64_t bytes = 0;
};

/// Copies a finished recording's media, manifest and sidecars into the folder of `place`, with SHA256SUMS (as
/// sha256sum -c reads it); or its only file to the file of `place`, with <name>.sha256 beside it. Each copy
/// is read back before it gets its name; what is there already and is the same stays. Errors: "not-ready",
/// "bad-usage" (several parts, one file name), "away" (uploaded and deleted here),
/// "cannot-read", "cannot-write", "disk-full", "verify-failed", "interrupted".
Result<Exported> export_recording(const Entry& entry, const ExportPlace& place,
                                  const std::function<void(double)>& progress = {});

}  // namespace tessera::recording
