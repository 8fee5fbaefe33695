#include "recording/manifest_details.hpp"

#include <algorithm>
#include <map>

namespace tessera::recording {
namespace {

using std::chrono::milliseconds;

std::int64_t length_of(int part, const std::vector<PartSpan>& parts) {
  const auto found =
      std::find_if(parts.begin(), parts.end(), [&](const PartSpan& s) { return s.part == part; });
  return found == parts.end() ? 0 : found->duration_ms;
}

/// When a part's last moment was: its last line whose recorded time runs with the clock, carried on to the
/// part's length. After `paused` the clock runs and the recording does not.
std::optional<WallTime> end_of(int part, const Timeline& timeline, const std::vector<PartSpan>& parts) {
  std::optional<WallTime> end;
  bool paused = false;
  for (const TimelineEvent& event : timeline.events) {
    if (event.time.part != part || event.type == "ended") continue;
    if (event.type == "resumed") paused = false;
    if (paused) continue;
    end = event.at + milliseconds(std::max<std::int64_t>(length_of(part, parts) - event.time.ms, 0));
    if (event.type == "paused") paused = true;
    if (event.type == "paused" || event.type == "part-end") end = event.at;
  }
  return end;
}

Json gap(WallTime from, WallTime to, std::int64_t position, const char* reason) {
  return Json::object({{"from", timestamp(from)},
                       {"to", timestamp(std::max(from, to))},
                       {"atMs", position},
                       {"reason", reason}});
}

}  // namespace

std::vector<PartBegin> part_begins(const Timeline& timeline) {
  std::vector<PartBegin> begins;
  for (const TimelineEvent& event : timeline.events)
    if (event.type == "part")
      begins.push_back({.part = event.time.part,
                        .at = event.at,
                        .reason = event.data["reason"].as_string(),
                        .format = event.data["format"].as_string()});
  return begins;
}

Json gaps_of(const Timeline& timeline, const std::vector<PartSpan>& parts) {
  Json gaps = Json::array();
  const TimelineEvent* pause = nullptr;
  for (const TimelineEvent& event : timeline.events) {
    if (event.type == "paused") {
      if (!pause) pause = &event;
    } else if (event.type == "resumed" || event.type == "ended") {
      if (pause) gaps.push(gap(pause->at, event.at, position_of(pause->time, parts), "paused"));
      pause = nullptr;
    } else if (event.type == "part" && event.time.part > 1 && event.data["reason"].as_string() == "crash") {
      if (pause) gaps.push(gap(pause->at, event.at, position_of(pause->time, parts), "paused"));
      const auto from = end_of(event.time.part - 1, timeline, parts);
      if (from && !pause) gaps.push(gap(*from, event.at, position_of(event.time, parts), "crash"));
      pause = nullptr;
    }
  }
  return gaps;
}

Json participants_of(const Timeline& timeline, const std::vector<PartSpan>& parts) {
  struct Person {
    std::string id, name, role, joined;
    std::optional<std::string> left;
  };
  std::vector<Person> people;
  const auto find = [&](const std::string& id) {
    return std::find_if(people.begin(), people.end(), [&](const Person& p) { return p.id == id; });
  };
  for (const TimelineEvent& event : timeline.events) {
    const std::string id = event.data["id"].as_string();
    if (event.type == "participant-joined" && !id.empty()) {
      if (const auto known = find(id); known != people.end())
        known->left.reset();
      else
        people.push_back(
            {id, event.data["name"].as_string(), event.data["role"].as_string(), timestamp(event.at), {}});
    } else if (event.type == "renamed") {
      if (const auto known = find(id); known != people.end()) known->name = event.data["name"].as_string();
    } else if (event.type == "participant-left") {
      if (const auto known = find(id); known != people.end()) known->left = timestamp(event.at);
    } else if (event.type == "part" && event.data["reason"].as_string() == "crash") {
      // Who was there went with the room's process; who is there again is said again.
      const auto crash = end_of(event.time.part - 1, timeline, parts);
      for (Person& person : people)
        if (!person.left && crash) person.left = timestamp(*crash);
    }
  }
  Json result = Json::array();
  for (const Person& person : people) {
    Json one = Json::object(
        {{"id", person.id}, {"name", person.name}, {"role", person.role}, {"joinedAt", person.joined}});
    if (person.left) one.set("leftAt", *person.left);
    result.push(std::move(one));
  }
  return result;
}

Json layouts_of(const Timeline& timeline, const std::vector<PartSpan>& parts) {
  Json layouts = Json::array();
  std::string last;
  for (const TimelineEvent& event : timeline.events) {
    const std::string name = event.data["name"].as_string();
    if (event.type != "layout" || name == last) continue;
    layouts.push(Json::object(
        {{"name", name}, {"at", timestamp(event.at)}, {"atMs", position_of(event.time, parts)}}));
    last = name;
  }
  return layouts;
}

Json tracks_of(const Timeline& timeline) {
  std::map<std::string, Json> names;  // the last by which each joined
  for (const TimelineEvent& event : timeline.events)
    if (event.type == "participant-joined") names[event.data["id"].as_string()] = event.data["name"];
  Json tracks = Json::array();
  for (const TimelineEvent& event : timeline.events) {
    if (event.type != "track") continue;
    Json track = event.data;
    if (const auto name = names.find(track["participant"].as_string()); name != names.end())
      track.set("name", name->second);
    tracks.push(std::move(track));
  }
  return tracks;
}

Json track_limits_of(const Timeline& timeline, const std::vector<PartSpan>& parts) {
  Json limits = Json::array();
  for (const TimelineEvent& event : timeline.events)
    if (event.type == "track-limit")
      limits.push(Json(event.data).set("atMs", position_of(event.time, parts)));
  return limits;
}

std::string end_reason_of(const Timeline& timeline) {
  std::string reason;
  for (const TimelineEvent& event : timeline.events)
    if (event.type == "ended") reason = event.data["reason"].as_string();
  return reason;
}

std::string consent_of(const Timeline& timeline) {
  for (const TimelineEvent& event : timeline.events)
    if (event.type == "consent") return event.data["text"].as_string();
  return {};
}

std::optional<WallTime> ended_at(const Timeline& timeline, const std::vector<PartSpan>& parts) {
  if (parts.empty()) return {};
  return end_of(parts.back().part, timeline, parts);
}

}  // namespace tessera::recording
