#include "room/timeline_feed.hpp"

namespace tessera::room {
namespace {

Json about(const std::string& id) {
  return Json::object({{"id", id}});
}

Json layout_data(const Json& layout) {
  Json data = Json::object();
  for (const char* key : {"name", "width", "height", "placements"})
    if (layout.has(key)) data.set(key, layout[key]);
  if (!layout["pinned"].members().empty()) data.set("pinned", layout["pinned"]);
  return data;
}

}  // namespace

TimelineFeed::Person TimelineFeed::person_of(const Json& participant) {
  return {participant["name"].as_string(),
          participant["role"].as_string(),
          participant["audio"].as_bool() && !participant["muted"].as_bool(),
          participant["video"].as_bool(),
          participant["screen"].as_bool(),
          participant["hand"].as_bool(),
          participant["pinned"].as_bool()};
}

std::vector<TimelineNote> TimelineFeed::joined(const Json& participant) {
  const std::string id = participant["id"].as_string();
  const Person person = person_of(participant);
  people_[id] = person;
  std::vector<TimelineNote> notes{{"participant-joined", Json::object({{"id", id},
                                                                       {"name", person.name},
                                                                       {"role", person.role},
                                                                       {"kind", participant["kind"]},
                                                                       {"audio", person.audio},
                                                                       {"video", person.video}})}};
  if (person.screen) notes.push_back({"screen-started", about(id)});
  if (person.hand) notes.push_back({"hand-raised", about(id)});
  if (person.pinned) notes.push_back({"pinned", about(id)});
  return notes;
}

std::vector<TimelineNote> TimelineFeed::updated(const Json& participant) {
  const std::string id = participant["id"].as_string();
  const auto known = people_.find(id);
  if (known == people_.end()) return {};
  const Person now = person_of(participant), before = std::exchange(known->second, now);
  std::vector<TimelineNote> notes;
  const auto turned = [&](bool was, bool is, const char* on, const char* off, Json data) {
    if (was != is) notes.push_back({is ? on : off, std::move(data)});
  };
  const auto what = [&](const char* kind) { return Json::object({{"id", id}, {"what", kind}}); };
  turned(before.audio, now.audio, "unmuted", "muted", what("audio"));
  turned(before.video, now.video, "unmuted", "muted", what("video"));
  turned(before.screen, now.screen, "screen-started", "screen-stopped", about(id));
  turned(before.hand, now.hand, "hand-raised", "hand-lowered", about(id));
  turned(before.pinned, now.pinned, "pinned", "unpinned", about(id));
  if (before.name != now.name) notes.push_back({"renamed", about(id).set("name", now.name)});
  if (before.role != now.role) notes.push_back({"role", about(id).set("role", now.role)});
  return notes;
}

std::vector<TimelineNote> TimelineFeed::begin(const Json& participants, const Json& layout,
                                              const std::vector<std::string>& speakers) {
  people_.clear();
  losses_.clear();
  std::vector<TimelineNote> notes;
  for (const auto& participant : participants.items())
    for (auto& note : joined(participant)) notes.push_back(std::move(note));
  notes.push_back({"layout", layout_data(layout)});
  Json ids = Json::array();
  for (const auto& id : speakers) ids.push(id);
  if (!speakers.empty()) notes.push_back({"speakers", Json::object({{"ids", ids}})});
  return notes;
}

std::vector<TimelineNote> TimelineFeed::note(const std::string& event, const Json& data) {
  if (event == "participant-joined") return joined(data);
  if (event == "participant-updated") return updated(data);
  if (event == "participant-left") {
    const std::string id = data["id"].as_string();
    people_.erase(id);
    losses_.erase(id);
    return {{"participant-left", about(id).set("reason", data["reason"])}};
  }
  if (event == "speakers") return {{"speakers", Json::object({{"ids", data["speakers"]}})}};
  if (event == "layout") return {{"layout", layout_data(data)}};
  if (event == "chat")
    return {{"chat", Json::object({{"id", data["from"]}, {"name", data["name"]}, {"text", data["text"]}})}};
  if (event == "announcement") return told(data["announcement"]);
  return {};
}

/// That this is recorded, and who was there to hear it.
std::vector<TimelineNote> TimelineFeed::told(const Json& announcement) {
  if (announcement["purpose"].as_string() != "recording" || announcement["state"].as_string() != "playing")
    return {};
  if (announcement.has("to") && announcement["heard"].items().empty()) return {};
  const std::string file = announcement["file"].as_string();
  return {
      {"consent", Json::object({{"text", file.empty() ? "This meeting is being recorded." : "played " + file},
                                {"heard", announcement["heard"]}})}};
}

std::vector<TimelineNote> TimelineFeed::losses(const Json& endpoints) {
  std::vector<TimelineNote> notes;
  for (const auto& seat : endpoints.items()) {
    const std::string id = seat["id"].as_string();
    Loss now{0, seat["audio"]["concealed"].as_int()};
    for (const auto& endpoint : seat["endpoints"].items()) now.packets += endpoint["packetsLost"].as_int();
    const auto known = losses_.find(id);
    const Loss before = known == losses_.end() ? now : known->second;
    losses_[id] = now;
    // A new connection counts from zero again.
    const auto lost = std::max<std::int64_t>(now.packets - before.packets, 0);
    const auto concealed = std::max<std::int64_t>(now.concealed - before.concealed, 0);
    if (lost > 0 || concealed > 0)
      notes.push_back({"loss", about(id).set("packets", lost).set("concealed", concealed)});
  }
  return notes;
}

}  // namespace tessera::room
