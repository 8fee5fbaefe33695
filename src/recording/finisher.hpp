#pragma once
// From a live file to a finished recording. Blocking; meant for a process of its own (`tessera recording
// finish`), so that even a fault in a demuxer takes nothing else down.

#include <functional>
#include <string>

#include "base/json.hpp"
#include "base/result.hpp"

namespace tessera::recording {

/// The steps, in order. A crash after any of them is repaired by running the finisher again.
enum class FinishStep { planned, written, verified, renamed, described, cleaned };

struct FinishSpec {
  std::string directory;
  bool recovered = false;  ///< say so in the manifest; else it is known from an unclosed live file
  std::function<void(double)> progress;   ///< 0…1, rarely
  std::function<bool(FinishStep)> go_on;  ///< for tests: false stops there as a crash would
};

/// Makes recording.mp4 and gives the final manifest, {"state": "ready", …}. Calling it again gives the same.
/// On failure the manifest says "failed" and why, and the live file is kept. Errors: "conflict" (somebody
/// else is at it, or it is still being recorded), "no-picture", "unreadable", "disk-full", "cannot-write",
/// "cannot-read", "verify-failed", "abandoned".
Result<Json> finish(const FinishSpec& spec);

}  // namespace tessera::recording
