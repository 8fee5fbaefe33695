#pragma once
// What a live file holds, however it ends. Blocking.

#include <functional>
#include <string>

#include "base/result.hpp"
#include "recording/remux_plan.hpp"

namespace tessera::recording {

/// Reads codecs and times of every whole packet. `progress` gets fractions. Errors: "unreadable" (not a
/// recording at all), "cannot-read".
Result<LiveTimes> scan_live(const std::string& path, const std::function<void(double)>& progress = {});

/// The format that a live file can be finished as without coding it again: `wanted` when it fits, else the
/// one that does (the manifest may be lost, or wrong). "unreadable" when none does.
Result<const Format*> format_for(const LiveTimes& live, const Format* wanted);

}  // namespace tessera::recording
