#pragma once
// live.mkv → MP4 without re-encoding, by libavformat. Blocking.

#include <functional>
#include <string>

#include "base/json.hpp"
#include "base/result.hpp"
#include "recording/remux_plan.hpp"

namespace tessera::recording {

using Progress = std::function<void(double)>;  ///< 0…1

/// Reads the times of every whole packet of a live file, however it ends. Errors: "unreadable" (not a
/// recording at all), "cannot-read".
Result<LiveTimes> scan_live(const std::string& path, const Progress& progress);

struct Tags {
  std::string title;
  std::string created;  ///< RFC 3339
};

/// Writes the planned packets to `output` as MP4 with the index in front. Errors: "disk-full",
/// "cannot-write", "unreadable".
Result<void> write_mp4(const std::string& input, const std::string& output, const RemuxPlan& plan,
                       const Tags& tags, const Progress& progress);

/// Reads `output` back and compares it with the plan. Error: "verify-failed".
Result<void> verify_mp4(const std::string& output, const RemuxPlan& plan, const Progress& progress);

}  // namespace tessera::recording
