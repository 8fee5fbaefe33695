#include "server/keep_out.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tessera::server {
namespace {

bool is_out(const KeepOut::Entry& entry, const Person& comer) {
  if (entry.reason == KeepOut::Reason::packets) {
    Person by_address = comer;
    by_address.name = entry.who.name;
    return recognise(entry.who, by_address) != Recognition::no;
  }
  return recognise(entry.who, comer) != Recognition::no;
}

bool concerns(const KeepOut::Entry& entry, std::string_view room) {
  return entry.room.empty() || entry.room == room;
}

bool over(const KeepOut::Entry& entry, KeepOut::Clock::time_point now) {
  return entry.until && *entry.until <= now;
}

std::string in_words(KeepOut::Clock::duration left) {
  const auto minutes = std::chrono::ceil<std::chrono::minutes>(left).count();
  return minutes <= 1 ? std::string("a minute") : fmt::format("{} minutes", minutes);
}

}  // namespace

KeepOut::Entry KeepOut::add(const std::string& room, Person who, Reason reason,
                            std::optional<Clock::duration> time, Clock::time_point now) {
  drop_ended(now);
  Entry entry{{}, room, std::move(who), reason, now, {}};
  if (time)
    entry.until = now + *time;
  else if (reason == Reason::kicked && !entry.who.has_personal_subject() && entry.who.name.empty())
    entry.until = now + for_nameless;
  const auto known = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& other) {
    return other.room == room && other.reason == reason && other.who.has_personal_subject() &&
           entry.who.has_personal_subject() && other.who.subject == entry.who.subject;
  });
  if (known != entries_.end()) {
    entry.id = known->id;
    entries_.erase(known);
  } else {
    entry.id = fmt::format("k{}", next_++);
    make_place(room);
  }
  return entries_.emplace_back(std::move(entry));
}

void KeepOut::make_place(const std::string& room) {
  const auto same = [&](const Entry& entry) { return entry.room == room; };
  if (static_cast<std::size_t>(std::count_if(entries_.begin(), entries_.end(), same)) >= most_per_room)
    entries_.erase(std::find_if(entries_.begin(), entries_.end(), same));
  if (entries_.size() >= most) entries_.pop_front();
}

void KeepOut::drop_ended(Clock::time_point now) {
  entries_.remove_if([&](const Entry& entry) { return over(entry, now); });
}

std::optional<KeepOut::Entry> KeepOut::find(std::string_view room, const Person& comer,
                                            Clock::time_point now) const {
  for (const auto& entry : entries_)
    if (concerns(entry, room) && !over(entry, now) && is_out(entry, comer)) return entry;
  return std::nullopt;
}

std::optional<KeepOut::Entry> KeepOut::find_subject(std::string_view room, std::string_view subject,
                                                    Clock::time_point now) const {
  for (const auto& entry : entries_)
    if (entry.reason == Reason::kicked && concerns(entry, room) && !over(entry, now) &&
        entry.who.has_personal_subject() && entry.who.subject == subject)
      return entry;
  return std::nullopt;
}

std::vector<KeepOut::Entry> KeepOut::list(std::string_view room, bool everywhere,
                                          Clock::time_point now) const {
  std::vector<Entry> found;
  for (const auto& entry : entries_)
    if (!over(entry, now) && (entry.room.empty() ? everywhere : entry.room == room)) found.push_back(entry);
  return found;
}

bool KeepOut::readmit(std::string_view room, std::string_view id) {
  return entries_.remove_if([&](const Entry& entry) { return entry.room == room && entry.id == id; }) > 0;
}

void KeepOut::forget_room(std::string_view room) {
  entries_.remove_if([&](const Entry& entry) {
    return !room.empty() && entry.room == room && entry.reason == Reason::kicked;
  });
}

std::string_view name_of(KeepOut::Reason reason) {
  return reason == KeepOut::Reason::packets ? "packets" : "kicked";
}

Problem refusal(const KeepOut::Entry& entry, KeepOut::Clock::time_point now) {
  std::string detail = entry.reason == KeepOut::Reason::packets
                           ? "packets from you ended a room more than once"
                           : "an operator removed you from this room";
  const std::string_view who =
      entry.room.empty() ? "an administrator of the server" : "an operator of the room";
  if (entry.until)
    detail += fmt::format("; come back in {}, or ask {} to let you in", in_words(*entry.until - now), who);
  else
    detail += fmt::format("; ask {} to let you in again", who);
  return {403, "kept-out", std::move(detail)};
}

}  // namespace tessera::server
