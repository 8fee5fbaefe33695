#include "recording/timeline_document.hpp"

#include <queue>
#include <vector>

#include "recording/line_reader.hpp"

namespace tessera::recording {
namespace {

// Lines are written as they become known; one about a frame that is on its way may follow a later one.
constexpr std::size_t reorder_window = 4096;
constexpr std::size_t reorder_bytes = 4 * 1024 * 1024;

bool is_wanted(const std::string& type, std::string_view types) {
  return types.empty() || ("," + std::string(types) + ",").find("," + type + ",") != std::string::npos;
}

// Events on their way out, put in order.
class Reordering {
 public:
  explicit Reordering(const TextSink& out) : out_(out) {}

  Result<void> take(PartTime time, std::string text) {
    bytes_ += text.size();
    waiting_.push({time, next_++, std::move(text)});
    while (waiting_.size() > reorder_window || bytes_ > reorder_bytes)
      if (auto written = write_first(); !written) return written;
    return {};
  }
  Result<void> finish() {
    while (!waiting_.empty())
      if (auto written = write_first(); !written) return written;
    return {};
  }

 private:
  struct Item {
    PartTime time;
    std::uint64_t number = 0;  ///< equal times stay in the order of their lines
    std::string text;
    bool operator<(const Item& other) const {  // the queue gives the greatest first
      return time == other.time ? number > other.number : time > other.time;
    }
  };

  Result<void> write_first() {
    bytes_ -= waiting_.top().text.size();
    auto written = out_((first_ ? "" : ",") + waiting_.top().text);
    first_ = false;
    waiting_.pop();
    return written;
  }

  const TextSink& out_;
  std::priority_queue<Item> waiting_;
  std::size_t bytes_ = 0;
  std::uint64_t next_ = 0;
  bool first_ = true;
};

// Calls `visit` with each event of the file.
template <typename Visit>
Result<void> each_event(int fd, Visit&& visit) {
  LineReader lines(fd);
  for (;;) {
    const auto line = lines.next();
    if (!line) return line.error();
    if (!*line) return {};
    if (auto event = parse_timeline_line(**line))
      if (Result<void> visited = visit(std::move(*event)); !visited) return visited;
  }
}

std::string event_text(const TimelineEvent& event, const std::vector<PartSpan>& spans) {
  Json::Object members{{"at", timestamp(event.at)},
                       {"part", event.time.part},
                       {"ms", event.time.ms},
                       {"position", position_of(event.time, spans)},
                       {"type", event.type}};
  for (const auto& member : event.data.members())
    if (member.first != "position") members.push_back(member);
  return Json::from_members(std::move(members)).dump();
}

}  // namespace

Result<void> write_timeline_document(int lines, const Json& manifest, std::string_view types,
                                     const TextSink& out) {
  // Positions need the length of every part, so the lines are read twice.
  NotedParts noted;
  const auto measured = each_event(lines, [&](const TimelineEvent& event) -> Result<void> {
    noted.note(event);
    return {};
  });
  if (!measured) return measured;
  const auto spans = measured_parts(noted.spans(), manifest);
  Json::Array parts;
  for (const PartSpan& span : spans)
    parts.push_back(
        Json::object({{"n", span.part}, {"startMs", span.start_ms}, {"durationMs", span.duration_ms}}));
  if (auto begun = out("{\"parts\":" + Json(std::move(parts)).dump() + ",\"events\":["); !begun) return begun;

  Reordering events(out);
  const auto written = each_event(lines, [&](const TimelineEvent& event) -> Result<void> {
    if (!is_wanted(event.type, types)) return {};
    return events.take(event.time, event_text(event, spans));
  });
  if (!written) return written;
  if (auto rest = events.finish(); !rest) return rest;
  return out("]}");
}

}  // namespace tessera::recording
