#pragma once
// timeline.jsonl: what happened while a recording ran, one JSON object a line. Pure, but for read_timeline().
//
//   {"at": <wall, RFC 3339 ms>, "part": n, "ms": <position inside part n>, "type": T, …members of T}
//
//   part {file, width, height, framerate, format, reason: "start"|"split"|"crash"|"resize", recording: <id>,
//   name?} (a part's first; id and name for a manifest that is lost) part-end {durationMs}   paused   resumed
//   (the same ms: recorded time stands still)   ended {reason} participant-joined {id, name, role, kind}
//   (also for all who are there at the start) participant-left {id, reason}   speakers {ids}   muted |
//   unmuted {id, what: "audio"|"video"} renamed {id, name} layout {name, width, height, placements:
//   [{participant, kind, region, x, y, w, h}], pinned?: {<region>: <participant>}} screen-started |
//   screen-stopped {id}   held | unheld {id}   chat {id, name, text} (only where chat is kept)
//   chat-truncated {bytes} (no chat after it)   consent {text, heard: [ids], chat?} loss {id, …} track {file,
//   participant, kind, codecs, startMs}   track-limit {participant, kind, files} (no file of theirs after it)
//   dropped {frames}   warning {code, text}

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "recording/names.hpp"

namespace tessera::recording {

inline constexpr const char* timeline_file = "timeline.jsonl";

/// Where something is in recorded time: which file, and how far into it.
struct PartTime {
  int part = 1;
  std::int64_t ms = 0;
  auto operator<=>(const PartTime&) const = default;
};

struct TimelineEvent {
  WallTime at{};
  PartTime time;
  std::string type;
  Json data = Json::object();  ///< the members that belong to the type, without at, part, ms and type
};

/// One line with its line feed. What `data` says of at, part, ms or type is left out.
std::string timeline_line(const TimelineEvent& event);
/// Nothing when it is not a line of a timeline. Unknown types are taken: a later version may have written
/// them.
std::optional<TimelineEvent> parse_timeline_line(std::string_view line);

/// The part of a recording as a stretch of recorded time.
struct PartSpan {
  int part = 1;
  std::int64_t start_ms = 0;     ///< position: recorded time before it, over all parts
  std::int64_t duration_ms = 0;  ///< by its part-end; else (a crash) as far as anything is noted in it
  bool closed = false;           ///< has a part-end
};

/// The parts that the lines of a timeline name, told one after the other in any order.
class NotedParts {
 public:
  void note(const TimelineEvent& event);
  /// In order, one after the other in recorded time.
  [[nodiscard]] std::vector<PartSpan> spans() const;

 private:
  std::map<int, PartSpan> spans_;
};

struct Timeline {
  std::vector<TimelineEvent> events;  ///< in recorded order
  std::size_t bad_lines = 0;          ///< whole lines that are none; left out
  bool torn = false;                  ///< the last line was cut off by a crash; left out

  /// Every part that a line names, in order.
  [[nodiscard]] std::vector<PartSpan> parts() const;
};

/// Position in recorded time over all parts, in milliseconds. A part that `parts` does not name begins where
/// the last one before it ends.
std::int64_t position_of(PartTime time, const std::vector<PartSpan>& parts);

/// The timeline's parts, with the lengths that the manifest has for them: of a part that a crash ended the
/// timeline knows only when something was noted last. Parts that the manifest alone names are among them; one
/// that came to nothing lasts no time.
std::vector<PartSpan> measured_parts(const std::vector<PartSpan>& noted, const Json& manifest);
std::vector<PartSpan> measured_parts(const Timeline& timeline, const Json& manifest);

Timeline parse_timeline(std::string_view text);
/// The timeline of a recording's folder. "cannot-read" (no such file: an older recording has none).
Result<Timeline> read_timeline(const std::string& directory);

/// What of a folder's timeline is chat. Reads line by line and blocks for as long as the disk does.
struct KeptChat {
  std::uint64_t bytes = 0;
  bool truncated = false;
};
KeptChat kept_chat(const std::string& directory);

}  // namespace tessera::recording
