#pragma once
// What the manifest says about a meeting, gathered from the recording's timeline. Pure.

#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "recording/timeline.hpp"

namespace tessera::recording {

/// A line of the timeline that begins a part.
struct PartBegin {
  int part = 1;
  WallTime at{};
  std::string reason;  ///< "start", "split", "crash", "resize"
  std::string format;
};
std::vector<PartBegin> part_begins(const Timeline& timeline);

/// [{from, to, atMs, reason: "paused" | "crash"}]: what the clock saw and the recording did not. `parts` are
/// the finished files' lengths.
Json gaps_of(const Timeline& timeline, const std::vector<PartSpan>& parts);
/// [{id, name, role, joinedAt, leftAt?}]; without leftAt: stayed to the end.
Json participants_of(const Timeline& timeline, const std::vector<PartSpan>& parts);
/// [{name, at, atMs}], one for each change.
Json layouts_of(const Timeline& timeline, const std::vector<PartSpan>& parts);
/// [{file, participant, name, kind, codecs, startMs}].
Json tracks_of(const Timeline& timeline);
/// [{participant, kind, files, atMs}]: whose tracks ended before the recording, because their files were used
/// up.
Json track_limits_of(const Timeline& timeline, const std::vector<PartSpan>& parts);
/// Why it ended: of its last `ended` line; empty when it just stopped.
std::string end_reason_of(const Timeline& timeline);
/// What was said before recording: of the first `consent` line.
std::string consent_of(const Timeline& timeline);
/// When the last part ended, by the clock.
std::optional<WallTime> ended_at(const Timeline& timeline, const std::vector<PartSpan>& parts);

}  // namespace tessera::recording
