#include "room/timeline_feed.hpp"

#include <utility>

namespace tessera::room {
namespace {

/// The members that every line has: at, part, ms.
constexpr std::size_t common_bytes = 80;

std::size_t size_of(const TimelineNote& note) {
  return note.type.size() + note.data.dump().size() + common_bytes;
}

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

TimelineFeed::TimelineFeed(Spec spec)
    : spec_(spec), visits_(spec.visits), layout_(spec.layout), speakers_(spec.speakers) {}

TimelineFeed::Person TimelineFeed::person_of(const Json& participant) {
  // Who is turned down to nothing is as good as muted.
  const bool audible = !participant["muted"].as_bool() && participant["gain"].as_double(1) > 0;
  return {.name = participant["name"].as_string(),
          .role = participant["role"].as_string(),
          .kind = participant["kind"].as_string(),
          .audio = participant["audio"].as_bool() && audible,
          .video = participant["video"].as_bool(),
          .screen = participant["screen"].as_bool(),
          .hand = participant["hand"].as_bool(),
          .pinned = participant["pinned"].as_bool(),
          .held = participant["held"].as_bool()};
}

/// `at_once`: whatever the budget says.
void TimelineFeed::tell(const std::string& id, Entry& entry, bool at_once, Time now, TimelineNotes& notes) {
  if (entry.told) return tell_changes(id, entry, now, notes);
  if (!visits_.has_room(now) && !at_once) return;
  const Person& person = entry.now;
  TimelineNotes coming{{"participant-joined", Json::object({{"id", id},
                                                            {"name", person.name},
                                                            {"role", person.role},
                                                            {"kind", person.kind},
                                                            {"audio", person.audio},
                                                            {"video", person.video}})}};
  if (person.held) coming.push_back({"held", about(id)});
  if (person.screen) coming.push_back({"screen-started", about(id)});
  if (person.hand) coming.push_back({"hand-raised", about(id)});
  if (person.pinned) coming.push_back({"pinned", about(id)});
  entry.told = person;
  for (auto& note : coming) {
    visits_.spend(2 * size_of(note));  // as much again for the leaving
    notes.push_back(std::move(note));
  }
}

void TimelineFeed::tell_changes(const std::string& id, Entry& entry, Time now, TimelineNotes& notes) {
  const Person& is = entry.now;
  Person& was = *entry.told;
  // An operator's doing, and who hears or sees it later depends on it.
  const auto turned = [&](bool Person::*what, const char* on, const char* off) {
    if (was.*what != is.*what) notes.push_back({is.*what ? on : off, about(id)});
    was.*what = is.*what;
  };
  turned(&Person::held, "held", "unheld");
  if (was.role != is.role) notes.push_back({"role", about(id).set("role", is.role)});
  was.role = is.role;

  const auto own = [&](bool Person::*what, const char* on, const char* off, Json data) {
    if (was.*what == is.*what || !entry.budget.has_room(now)) return;
    was.*what = is.*what;
    notes.push_back({is.*what ? on : off, std::move(data)});
    entry.budget.spend(size_of(notes.back()));
  };
  own(&Person::audio, "unmuted", "muted", about(id).set("what", "audio"));
  own(&Person::video, "unmuted", "muted", about(id).set("what", "video"));
  own(&Person::screen, "screen-started", "screen-stopped", about(id));
  own(&Person::hand, "hand-raised", "hand-lowered", about(id));
  turned(&Person::pinned, "pinned", "unpinned");
  if (was.name != is.name) notes.push_back({"renamed", about(id).set("name", is.name)});
  was.name = is.name;
}

void TimelineFeed::tell_latest(std::optional<TimelineNote>& waiting, LineBudget& budget, Time now,
                               TimelineNotes& notes) {
  if (!waiting || !budget.has_room(now)) return;
  budget.spend(size_of(*waiting));
  notes.push_back(std::move(*waiting));
  waiting.reset();
}

TimelineNotes TimelineFeed::begin(const Json& participants, const Json& layout,
                                  const std::vector<std::string>& speakers, Time now) {
  people_.clear();
  losses_.clear();
  TimelineNotes notes;
  for (const auto& participant : participants.items()) {
    const std::string id = participant["id"].as_string();
    Entry& entry = people_.insert_or_assign(id, Entry{person_of(participant), {}, LineBudget(spec_.person)})
                       .first->second;
    tell(id, entry, true, now, notes);
  }
  notes.push_back({"layout", layout_data(layout)});
  Json ids = Json::array();
  for (const auto& id : speakers) ids.push(id);
  if (!speakers.empty()) notes.push_back({"speakers", Json::object({{"ids", ids}})});
  return notes;
}

TimelineNotes TimelineFeed::note(const std::string& event, const Json& data, Time now) {
  TimelineNotes notes;
  const std::string id = data["id"].as_string();
  if (event == "participant-joined") {
    Entry& entry =
        people_.insert_or_assign(id, Entry{person_of(data), {}, LineBudget(spec_.person)}).first->second;
    tell(id, entry, false, now, notes);
  } else if (event == "participant-updated") {
    const auto known = people_.find(id);
    if (known == people_.end()) return notes;
    known->second.now = person_of(data);
    tell(id, known->second, false, now, notes);
  } else if (event == "participant-left") {
    return left(id, data["reason"]);
  } else if (event == "speakers") {
    next_speakers_ = TimelineNote{"speakers", Json::object({{"ids", data["speakers"]}})};
    tell_latest(next_speakers_, speakers_, now, notes);
  } else if (event == "layout") {
    next_layout_ = TimelineNote{"layout", layout_data(data)};
    tell_latest(next_layout_, layout_, now, notes);
  } else if (event == "chat") {
    return chat(data);
  } else if (event == "announcement") {
    return told(data["announcement"]);
  }
  return notes;
}

TimelineNotes TimelineFeed::due(Time now) {
  TimelineNotes notes;
  for (auto& [id, entry] : people_) tell(id, entry, false, now, notes);
  tell_latest(next_layout_, layout_, now, notes);
  tell_latest(next_speakers_, speakers_, now, notes);
  return notes;
}

TimelineNotes TimelineFeed::introduce(const std::string& participant, Time now) {
  TimelineNotes notes;
  const auto known = people_.find(participant);
  if (known != people_.end() && !known->second.told) tell(participant, known->second, true, now, notes);
  return notes;
}

TimelineNotes TimelineFeed::left(const std::string& id, const Json& reason) {
  losses_.erase(id);
  const auto known = people_.find(id);
  // Whose coming was never told has come and gone unseen.
  const bool was_told = known != people_.end() && known->second.told;
  if (known != people_.end()) people_.erase(known);
  if (!was_told) return {};
  return {{"participant-left", about(id).set("reason", reason)}};
}

TimelineNotes TimelineFeed::chat(const Json& data) {
  if (!spec_.chat || paused_ || chat_full_) return {};
  TimelineNote note{"chat",
                    Json::object({{"id", data["from"]}, {"name", data["name"]}, {"text", data["text"]}})};
  chat_bytes_ += size_of(note);
  if (chat_bytes_ <= spec_.most_chat_bytes) return {note};
  chat_full_ = true;
  return {{"chat-truncated", Json::object({{"bytes", static_cast<std::int64_t>(spec_.most_chat_bytes)}})}};
}

/// That this is recorded, and who was there to hear it.
TimelineNotes TimelineFeed::told(const Json& announcement) const {
  if (announcement["purpose"].as_string() != "recording" || announcement["state"].as_string() != "playing")
    return {};
  if (announcement.has("to") && announcement["heard"].items().empty()) return {};
  const std::string file = announcement["file"].as_string();
  Json data = Json::object({{"text", file.empty() ? "This meeting is being recorded." : "played " + file},
                            {"heard", announcement["heard"]}});
  if (spec_.chat) data.set("chat", true);
  return {{"consent", std::move(data)}};
}

TimelineNotes TimelineFeed::losses(const Json& endpoints) {
  TimelineNotes notes;
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
