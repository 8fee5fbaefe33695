#include "recording/chapters.hpp"

#include <algorithm>
#include <array>

#include "recording/chapter_candidates.hpp"

namespace tessera::recording {
namespace {

/// An even spread over a long recording gives this many.
constexpr std::int64_t wanted_chapters = 40;
constexpr std::int64_t min_distance_ms = 10'000;
constexpr std::int64_t max_distance_ms = 180'000;
/// No chapter begins this close to the end: there is nothing left to see.
constexpr std::int64_t tail_ms = 1000;

/// How far a candidate must be from every chapter already chosen. What matters more may come closer.
std::int64_t distance_for(ChapterWeight weight, std::int64_t duration_ms) {
  const std::int64_t base = std::clamp(duration_ms / wanted_chapters, min_distance_ms, max_distance_ms);
  switch (weight) {
    case ChapterWeight::screen:
      return base / 5;
    case ChapterWeight::resumed:
      return base / 4;
    case ChapterWeight::joined:
      return base / 2;
    case ChapterWeight::speaker:
    case ChapterWeight::layout:
      return base;
  }
  return base;
}

std::string one_line(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }, ' ');
  return text;
}

}  // namespace

std::vector<Chapter> chapters_of(const Timeline& timeline, const std::vector<PartSpan>& parts,
                                 std::int64_t duration_ms) {
  std::vector<Chapter> chapters{{0, "Start"}};
  auto candidates = chapter_candidates(timeline, parts, duration_ms);
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const auto& a, const auto& b) { return a.weight > b.weight; });
  for (ChapterCandidate& candidate : candidates) {
    const std::int64_t distance = distance_for(candidate.weight, duration_ms);
    const bool close = std::any_of(chapters.begin(), chapters.end(), [&](const Chapter& chapter) {
      return std::abs(chapter.ms - candidate.ms) < distance;
    });
    if (close || candidate.ms > duration_ms - tail_ms) continue;
    chapters.push_back({candidate.ms, one_line(std::move(candidate.title))});
  }
  std::sort(chapters.begin(), chapters.end(), [](const auto& a, const auto& b) { return a.ms < b.ms; });
  return chapters;
}

std::vector<Chapter> chapters_in(const std::vector<Chapter>& chapters, const PartSpan& part) {
  std::vector<Chapter> inside;
  const std::int64_t end = part.start_ms + part.duration_ms;
  for (const Chapter& chapter : chapters) {
    if (chapter.ms >= end) continue;
    // A later one that also lies before the part takes the place of the one under way.
    if (chapter.ms <= part.start_ms) inside.clear();
    inside.push_back({std::max<std::int64_t>(chapter.ms - part.start_ms, 0), chapter.title});
  }
  return inside;
}

}  // namespace tessera::recording
