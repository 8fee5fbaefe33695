#pragma once
// What in a timeline could begin a chapter, before chapters_of() chooses. Pure.

#include <cstdint>
#include <string>
#include <vector>

#include "recording/timeline.hpp"

namespace tessera::recording {

/// In rising order of what a viewer loses when there is no chapter.
enum class ChapterWeight { layout, speaker, joined, resumed, screen };

struct ChapterCandidate {
  std::int64_t ms = 0;
  ChapterWeight weight = ChapterWeight::layout;
  std::string title;
};

/// In order of time.
std::vector<ChapterCandidate> chapter_candidates(const Timeline& timeline, const std::vector<PartSpan>& parts,
                                                 std::int64_t duration_ms);

}  // namespace tessera::recording
