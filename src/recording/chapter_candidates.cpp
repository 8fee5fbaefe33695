#include "recording/chapter_candidates.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

namespace tessera::recording {
namespace {

/// Who is there when a part begins is written as joining, just after its start.
constexpr std::int64_t at_the_start_ms = 1000;
/// People who come within this time of the first are one chapter.
constexpr std::int64_t joins_together_ms = 15'000;
/// A word thrown in is no change of speaker.
constexpr std::int64_t floor_ms = 10'000;

std::string list_of(const std::vector<std::string>& names) {
  if (names.size() == 1) return names[0];
  if (names.size() == 2) return names[0] + " and " + names[1];
  if (names.size() == 3) return names[0] + ", " + names[1] + " and " + names[2];
  return fmt::format("{}, {} and {} others", names[0], names[1], names.size() - 2);
}

class Collector {
 public:
  Collector(const std::vector<PartSpan>& parts, std::int64_t duration_ms)
      : parts_(parts), duration_(duration_ms) {}

  std::vector<ChapterCandidate> collect(const Timeline& timeline) {
    for (const TimelineEvent& event : timeline.events) {
      const std::int64_t now = std::clamp<std::int64_t>(position_of(event.time, parts_), 0, duration_);
      if (joined_ && now - joined_->ms > joins_together_ms) end_joins();
      take(event, now);
    }
    end_joins();
    give_floor("", duration_);
    std::stable_sort(found_.begin(), found_.end(), [](const auto& a, const auto& b) { return a.ms < b.ms; });
    return std::move(found_);
  }

 private:
  void take(const TimelineEvent& event, std::int64_t now) {
    const std::string id = event.data["id"].as_string();
    if (event.type == "participant-joined") {
      names_[id] = event.data["name"].as_string("Somebody");
      // Who comes back after a lost connection or a crash has been seen before.
      const bool known = !seen_.insert(names_[id]).second;
      if (!known && event.time.ms > at_the_start_ms && event.data["kind"].as_string() != "viewer")
        join(names_[id], now);
    } else if (event.type == "screen-started") {
      add(now, ChapterWeight::screen, name_of(id) + " shares a screen");
    } else if (event.type == "screen-stopped") {
      add(now, ChapterWeight::joined, "After the shared screen");
    } else if (event.type == "resumed") {
      add(now, ChapterWeight::resumed, "After a pause");
    } else if (event.type == "part" && event.data["reason"].as_string() == "crash") {
      add(now, ChapterWeight::resumed, "After an interruption");
    } else if (event.type == "layout") {
      const std::string name = event.data["name"].as_string();
      if (!layout_.empty() && name != layout_) add(now, ChapterWeight::layout, "Layout: " + name);
      layout_ = name;
    } else if (event.type == "speakers") {
      const auto& ids = event.data["ids"].items();
      if (!ids.empty()) give_floor(ids.front().as_string(), now);
    }
  }

  void add(std::int64_t now, ChapterWeight weight, std::string title) {
    found_.push_back({now, weight, std::move(title)});
  }

  void join(const std::string& name, std::int64_t now) {
    if (!joined_) joined_ = Joined{now, {}};
    if (std::find(joined_->names.begin(), joined_->names.end(), name) == joined_->names.end())
      joined_->names.push_back(name);
  }
  void end_joins() {
    if (!joined_) return;
    add(joined_->ms, ChapterWeight::joined, list_of(joined_->names) + " joined");
    joined_.reset();
  }

  /// The floor is whoever is loudest; it counts for whom has kept it for a while.
  void give_floor(const std::string& id, std::int64_t now) {
    if (id == candidate_) return;
    if (!candidate_.empty() && candidate_ != speaker_ && now - since_ >= floor_ms) {
      // The first one who speaks needs no chapter of their own: the recording's start is close enough.
      if (!speaker_.empty() || since_ > floor_ms)
        add(since_, ChapterWeight::speaker, name_of(candidate_) + " speaks");
      speaker_ = candidate_;
    }
    candidate_ = id;
    since_ = now;
  }

  [[nodiscard]] std::string name_of(const std::string& id) const {
    const auto found = names_.find(id);
    return found == names_.end() ? "Somebody" : found->second;
  }

  struct Joined {
    std::int64_t ms;
    std::vector<std::string> names;
  };
  const std::vector<PartSpan>& parts_;
  const std::int64_t duration_;
  std::vector<ChapterCandidate> found_;
  std::map<std::string, std::string> names_;  ///< by id
  std::set<std::string> seen_;                ///< names
  std::optional<Joined> joined_;
  std::string layout_;
  std::string speaker_, candidate_;
  std::int64_t since_ = 0;
};

}  // namespace

std::vector<ChapterCandidate> chapter_candidates(const Timeline& timeline, const std::vector<PartSpan>& parts,
                                                 std::int64_t duration_ms) {
  return Collector(parts, duration_ms).collect(timeline);
}

}  // namespace tessera::recording
