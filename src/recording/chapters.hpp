#pragma once
// Chapters of a recording: what somebody who looks for a moment remembers. Pure.

#include <cstdint>
#include <string>
#include <vector>

#include "recording/timeline.hpp"

namespace tessera::recording {

struct Chapter {
  std::int64_t ms = 0;  ///< position, over all parts
  std::string title;    ///< UTF-8, one line
  bool operator==(const Chapter&) const = default;
};

/// From the timeline of a recording that lasts `duration_ms`: the start, screens shared, resumptions and
/// interruptions, people who join, another layout, and who speaks for a while. In a long recording the less
/// important ones that lie close to others are left out, so that there are some dozens, not hundreds. The
/// first is at 0. `parts`: where each part begins; usually timeline.parts(), better the measured lengths.
std::vector<Chapter> chapters_of(const Timeline& timeline, const std::vector<PartSpan>& parts,
                                 std::int64_t duration_ms);

/// The chapters that one part's file gets: those that begin in it, by the time in the part, and first the one
/// that is under way as it begins.
std::vector<Chapter> chapters_in(const std::vector<Chapter>& chapters, const PartSpan& part);

}  // namespace tessera::recording
