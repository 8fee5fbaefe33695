#include "server/moderation.hpp"

#include <fmt/chrono.h>

#include "base/log.hpp"

namespace tessera::server {
namespace {

std::string utc_of(KeepOut::Clock::time_point time, KeepOut::Clock::time_point now) {
  const auto then = std::chrono::system_clock::now() +
                    std::chrono::duration_cast<std::chrono::system_clock::duration>(time - now);
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::chrono::system_clock::to_time_t(then)));
}

// No address and no token: operators need to know whom they let in, not where they live.
Json shown(const KeepOut::Entry& entry, KeepOut::Clock::time_point now) {
  Json result = Json::object({{"id", entry.id},
                              {"name", entry.who.name},
                              {"reason", name_of(entry.reason)},
                              {"by", entry.who.has_personal_subject() ? "subject" : "address"},
                              {"everywhere", entry.room.empty()},
                              {"since", utc_of(entry.since, now)}});
  if (entry.until) result.set("until", utc_of(*entry.until, now));
  return result;
}

Error kept_out(const KeepOut::Entry& entry, KeepOut::Clock::time_point now) {
  const Problem problem = refusal(entry, now);
  return error(problem.code, "{}", problem.detail);
}

void tell_operators(LiveRoom& room, const std::string& event, Json data) {
  room.broadcast({event, "", std::move(data.set("for", "operator"))});
}

}  // namespace

Result<Decisions> Moderation::admit(const std::string& room, const Person& who, Clock::time_point now) const {
  Person comer = who;
  comer.shared_subject = people_.is_shared(room, who.subject);
  if (const auto entry = out_.find(room, comer, now)) return kept_out(*entry, now);
  return people_.decisions_on(room, comer);
}

Result<void> Moderation::may_act(std::string_view room, const Identity& identity,
                                 Clock::time_point now) const {
  if (identity.role == Role::admin) return {};
  if (const auto entry = out_.find_subject(room, identity.subject, now)) return kept_out(*entry, now);
  return {};
}

void Moderation::joined(const std::string& room, const std::string& participant, Person who, Role allowed,
                        Role role) {
  people_.joined(room, participant, std::move(who), allowed, role);
}

void Moderation::on_room_event(LiveRoom& room, const messages::Event& event) {
  if (!room.is_open()) return;  // its name and its ids may be another room's already
  const Json& data = event.data;
  const std::string participant = data["id"].as_string();
  if (event.name == "participant-updated") {
    if (const auto role = role_from(data["role"].as_string()))
      people_.updated(
          room.name(), participant,
          {data["muted"].as_bool(), data["held"].as_bool(), *role, data["state"].as_string() != "detached"});
  } else if (event.name == "participant-left") {
    // Before the client hears of it: an answer to "bye" is a join.
    if (data["reason"].as_string() == "kicked" &&
        keep_out(room.name(), participant, room.name(), KeepOut::Reason::kicked, {}))
      tell_operators(room, "kept-out", list(room.name(), false));
    people_.left(room.name(), participant);
  }
}

void Moderation::on_room_closing(const LiveRoom& room, const std::string& reason) {
  // A room that could not open again after a crash has not lived anew.
  const bool crashed = reason == "room-crashed" || reason == "room-unavailable";
  people_.room_ended(room.name(), crashed);
  if (!crashed) out_.forget_room(room.name());
}

bool Moderation::keep_out(const std::string& room, const std::string& participant, const std::string& out_of,
                          KeepOut::Reason reason, std::optional<Clock::duration> time,
                          Clock::time_point now) {
  auto who = people_.person(room, participant);
  if (!who) return false;
  const auto entry = out_.add(out_of, std::move(*who), reason, time, now);
  log::info("\"{}\" stays out of {}: {} (entry {})", entry.who.name,
            out_of.empty() ? "every room" : "room " + out_of, name_of(reason), entry.id);
  return true;
}

void Moderation::died_of(const std::string& room, const std::string& participant, Clock::time_point now) {
  const auto who = people_.person(room, participant);
  if (!who) return;
  if (culprits_.add(*who, now))
    keep_out(room, participant, "", KeepOut::Reason::packets, out_for, now);
  else
    log::warn("\"{}\" stays out of every room for an hour if this happens again within an hour", who->name);
}

Json Moderation::list(std::string_view room, bool everywhere, Clock::time_point now) const {
  Json entries = Json::array();
  for (const auto& entry : out_.list(room, everywhere, now)) entries.push(shown(entry, now));
  return Json::object({{"keptOut", std::move(entries)}});
}

Result<void> Moderation::readmit(const std::string& room_name, const std::string& id, bool everywhere,
                                 LiveRoom* room) {
  const bool done = out_.readmit(room_name, id) || (everywhere && out_.readmit("", id));
  if (!done) return error("unknown-entry", "nobody is kept out of this room under the id \"{}\"", id);
  log::info("entry {} of room {} may come in again", id, room_name);
  if (room) tell_operators(*room, "kept-out", list(room_name, false));
  return {};
}

}  // namespace tessera::server
