#pragma once
// From live files to a finished recording. Blocking; meant for a process of its own (`tessera recording
// finish`), so that even a fault in a demuxer takes nothing else down.

#include <functional>
#include <string>

#include "base/json.hpp"
#include "base/result.hpp"

namespace tessera::recording {

/// The steps, in order; those up to `noted` once for each part. A crash after any of them is repaired by
/// running the finisher again.
enum class FinishStep {
  planned,    ///< the live file has been read
  written,    ///< <file>.part is there
  verified,   ///< … has been read back and is on the disk
  renamed,    ///< … has its name
  noted,      ///< … stands in the manifest with its check sum; now its live file goes
  described,  ///< the manifest says "ready"
  cleaned     ///< chapters, poster and strip are made; nothing is left to do
};

struct FinishSpec {
  std::string directory;
  bool recovered = false;  ///< say so in the manifest; else it is known from an unclosed live file
  std::function<void(double)> progress;   ///< 0…1, rarely
  std::function<bool(FinishStep)> go_on;  ///< for tests: false stops there as a crash would
};

/// Makes the finished file of every part and gives the final manifest, {"state": "ready", …}. Calling it
/// again gives the same. A part that holds nothing usable is noted with its error and its live file kept as
/// <name>.damaged. On failure the manifest says "failed" and why, and the live files of the parts that failed
/// are kept. Errors: "conflict" (somebody else is at it, or it is still being recorded), "no-picture",
/// "unreadable", "disk-full", "cannot-write", "cannot-read", "verify-failed", "abandoned".
Result<Json> finish(const FinishSpec& spec);

}  // namespace tessera::recording
