#include "recording/timeline.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <map>

#include "recording/bounded_ms.hpp"
#include "recording/files.hpp"
#include "recording/manifest.hpp"

namespace tessera::recording {
namespace {

constexpr std::array<std::string_view, 4> common = {"at", "part", "ms", "type"};
/// Days of a busy meeting are some tens of megabytes.
constexpr std::size_t most_bytes = std::size_t{512} << 20;
constexpr int most_nesting = 16;

std::vector<PartSpan> in_a_row(std::vector<PartSpan> spans) {
  std::int64_t start = 0;
  for (auto& span : spans) {
    span.start_ms = start;
    start += span.duration_ms;
  }
  return spans;
}

bool is_common(std::string_view key) {
  return std::find(common.begin(), common.end(), key) != common.end();
}

}  // namespace

std::string timeline_line(const TimelineEvent& event) {
  Json::Object members{
      {"at", timestamp(event.at)}, {"part", event.time.part}, {"ms", event.time.ms}, {"type", event.type}};
  for (const auto& member : event.data.members())
    if (!is_common(member.first)) members.push_back(member);
  return Json::from_members(std::move(members)).dump() + "\n";
}

std::optional<TimelineEvent> parse_timeline_line(std::string_view line) {
  auto parsed = Json::parse(line, {.max_depth = most_nesting});
  if (!parsed || !parsed->is_object()) return {};
  const Json& json = *parsed;
  const auto at = parse_timestamp(json["at"].as_string());
  const std::int64_t part = json["part"].as_int(-1);
  const bool whole = at && part >= 1 && part <= 1'000'000 && json["ms"].is_integer() &&
                     json["ms"].as_int() >= 0 && json["ms"].as_int() <= longest_recorded_ms &&
                     json["type"].is_string();
  if (!whole) return {};
  TimelineEvent event{*at, {static_cast<int>(part), json["ms"].as_int()}, json["type"].as_string(), {}};
  Json::Object data;
  for (const auto& member : json.members())
    if (!is_common(member.first)) data.push_back(member);
  event.data = Json::from_members(std::move(data));
  return event;
}

Timeline parse_timeline(std::string_view text) {
  Timeline timeline;
  while (!text.empty()) {
    const auto end = text.find('\n');
    if (end == std::string_view::npos) {
      timeline.torn = true;
      break;
    }
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    if (line.empty()) continue;
    if (auto event = parse_timeline_line(line))
      timeline.events.push_back(std::move(*event));
    else
      ++timeline.bad_lines;
  }
  // Lines are written as they become known; one about a frame that is on its way may follow a later one.
  std::stable_sort(timeline.events.begin(), timeline.events.end(),
                   [](const TimelineEvent& a, const TimelineEvent& b) { return a.time < b.time; });
  return timeline;
}

void NotedParts::note(const TimelineEvent& event) {
  PartSpan& span = spans_[event.time.part];
  span.part = event.time.part;
  if (event.type == "part-end") {
    span.duration_ms = bounded_ms(event.data["durationMs"], event.time.ms);
    span.closed = true;
  } else if (!span.closed) {
    span.duration_ms = std::max(span.duration_ms, event.time.ms);
  }
}

std::vector<PartSpan> NotedParts::spans() const {
  std::vector<PartSpan> all;
  for (const auto& [part, span] : spans_) all.push_back(span);
  return in_a_row(std::move(all));
}

std::vector<PartSpan> Timeline::parts() const {
  NotedParts noted;
  for (const auto& event : events) noted.note(event);
  return noted.spans();
}

std::vector<PartSpan> measured_parts(const Timeline& timeline, const Json& manifest) {
  return measured_parts(timeline.parts(), manifest);
}

std::vector<PartSpan> measured_parts(const std::vector<PartSpan>& noted, const Json& manifest) {
  std::map<int, PartSpan> spans;
  for (const PartSpan& span : noted) spans[span.part] = span;
  for (const Json& part : manifest["parts"].items()) {
    const std::int64_t number = part["n"].as_int(), length = bounded_ms(part["durationMs"]);
    if (number < 1 || number > max_parts || (length <= 0 && !is_lost_part(part))) continue;
    PartSpan& span = spans[static_cast<int>(number)];
    span.part = static_cast<int>(number);
    span.duration_ms = is_lost_part(part) ? 0 : length;
  }
  std::vector<PartSpan> all;
  for (const auto& [number, span] : spans) all.push_back(span);
  return in_a_row(std::move(all));
}

std::int64_t position_of(PartTime time, const std::vector<PartSpan>& parts) {
  std::int64_t start = 0;
  for (const auto& span : parts) {
    if (span.part > time.part) break;
    start = span.part == time.part ? span.start_ms : span.start_ms + span.duration_ms;
  }
  return start + time.ms;
}

Result<Timeline> read_timeline(const std::string& directory) {
  auto text = read_small_file(directory + "/" + timeline_file, most_bytes);
  if (!text) return text.error();
  return parse_timeline(*text);
}

KeptChat kept_chat(const std::string& directory) {
  KeptChat kept;
  std::ifstream file(directory + "/" + timeline_file);
  for (std::string line; std::getline(file, line);) {
    // The type stands before everything that somebody else may have written into the line.
    const auto type = line.find("\"type\":");
    if (type == std::string::npos) continue;
    const std::string_view rest = std::string_view(line).substr(type);
    if (rest.starts_with("\"type\":\"chat\"")) kept.bytes += line.size();
    if (rest.starts_with("\"type\":\"chat-truncated\"")) kept.truncated = true;
  }
  return kept;
}

}  // namespace tessera::recording
