#pragma once
// A recording for people elsewhere: a checked copy. Blocking.

#include <functional>
#include <string>

#include "base/result.hpp"
#include "recording/store.hpp"

namespace tessera::recording {

struct Exported {
  std::string path;  ///< the folder or file that was made
  std::size_t files = 0;
  std::uint64_t bytes = 0;
};

/// Copies a finished recording's media, manifest and sidecars into `<destination>/<room>-<start>/`, with
/// SHA256SUMS (as sha256sum -c reads it). When `destination` ends with the extension of the recording's only
/// file, that file is copied to this name, with <name>.sha256 beside it. Each copy is read back before it
/// gets its name; what is there already and is the same stays. Errors: "not-ready", "bad-usage" (several
/// parts, one file name), "cannot-read", "cannot-write", "disk-full", "verify-failed".
Result<Exported> export_recording(const Entry& entry, const std::string& destination,
                                  const std::function<void(double)>& progress = {});

}  // namespace tessera::recording
