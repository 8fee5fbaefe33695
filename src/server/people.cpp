#include "server/people.hpp"

#include <algorithm>
#include <utility>

namespace tessera::server {
namespace {

void merge(Decisions& into, const Decisions& more) {
  into.muted = into.muted || more.muted;
  into.held = into.held || more.held;
  if (more.most) into.most = std::min(into.most.value_or(*more.most), *more.most);
}

}  // namespace

Recognition People::Room::recognise(Person known, Person comer) const {
  known.shared_subject = comer.shared_subject = shared.contains(comer.subject);
  return server::recognise(known, comer);
}

bool People::Room::is_shared_with(const Person& comer) const {
  if (comer.subject.empty()) return false;
  int seats = 1;
  for (const auto& [id, other] : seated) {
    if (other.who.subject != comer.subject) continue;
    ++seats;
    if (!other.who.name.empty() && !comer.name.empty() && other.who.name != comer.name) return true;
  }
  return seats > most_devices;
}

bool People::Room::is_back(const Person& known, const Person& comer, bool namesake_here) const {
  const Recognition how = recognise(known, comer);
  return how == Recognition::sure || (how == Recognition::likely && !namesake_here);
}

bool People::Room::has_namesake_of(const Person& comer) const {
  return std::any_of(seated.begin(), seated.end(), [&](const auto& seat) {
    return seat.second.here && recognise(seat.second.who, comer) == Recognition::likely;
  });
}

void People::Room::remember(const Seated& seat) {
  if (!seat.decisions.any()) return;
  if (remembered.size() >= most_remembered) remembered.pop_front();
  remembered.push_back({seat.who, seat.decisions});
}

People::Room& People::room_for(const std::string& name) {
  if (!rooms_.contains(name) && rooms_.size() >= most_rooms) {
    const auto empty =
        std::find_if(rooms_.begin(), rooms_.end(), [](const auto& one) { return one.second.seated.empty(); });
    if (empty != rooms_.end()) rooms_.erase(empty);
  }
  return rooms_[name];
}

void People::joined(const std::string& room_name, const std::string& participant, Person who, Role allowed,
                    Role role) {
  Room& room = room_for(room_name);
  if (const auto known = room.seated.find(participant); known != room.seated.end()) {
    known->second.who = std::move(who);  // resumed, perhaps from elsewhere
    return;
  }
  if (room.is_shared_with(who) && room.shared.size() < most_shared) room.shared.insert(who.subject);
  Seated seat{std::move(who), allowed, role};
  seat.decisions = decisions_on(room_name, seat.who);
  // What was decided holds for this seat now, and ends with what operators decide about it.
  const bool namesake_here = room.has_namesake_of(seat.who);
  std::erase_if(room.remembered,
                [&](const Remembered& other) { return room.is_back(other.who, seat.who, namesake_here); });
  room.seated.emplace(participant, std::move(seat));
}

void People::updated(std::string_view room_name, std::string_view participant, const State& state) {
  const auto room = rooms_.find(room_name);
  if (room == rooms_.end()) return;
  const auto seat = room->second.seated.find(participant);
  if (seat == room->second.seated.end()) return;
  Seated& seated = seat->second;
  seated.here = state.here;
  seated.decisions.muted = state.muted;
  seated.decisions.held = state.held;
  if (std::exchange(seated.role, state.role) == state.role) return;
  if (state.role < seated.allowed)
    seated.decisions.most = state.role;
  else
    seated.decisions.most.reset();
}

void People::left(std::string_view room_name, std::string_view participant) {
  const auto room = rooms_.find(room_name);
  if (room == rooms_.end()) return;
  const auto seat = room->second.seated.find(participant);
  if (seat == room->second.seated.end()) return;
  const Seated gone = std::move(seat->second);
  room->second.seated.erase(seat);
  // Whoever came back before the lost seat was given up carries on with what was decided.
  const bool back =
      std::any_of(room->second.seated.begin(), room->second.seated.end(), [&](const auto& other) {
        return !gone.here && room->second.recognise(gone.who, other.second.who) != Recognition::no;
      });
  if (!back) room->second.remember(gone);
}

void People::room_ended(std::string_view room_name, bool crashed) {
  const auto room = rooms_.find(room_name);
  if (room == rooms_.end()) return;
  if (!crashed) return void(rooms_.erase(room));
  for (const auto& [id, seat] : room->second.seated) room->second.remember(seat);
  room->second.seated.clear();
}

std::optional<Person> People::person(std::string_view room_name, std::string_view participant) const {
  const auto room = rooms_.find(room_name);
  if (room == rooms_.end()) return std::nullopt;
  const auto seat = room->second.seated.find(participant);
  if (seat == room->second.seated.end()) return std::nullopt;
  Person who = seat->second.who;
  who.shared_subject = room->second.shared.contains(who.subject);
  return who;
}

bool People::is_shared(std::string_view room_name, std::string_view subject) const {
  const auto room = rooms_.find(room_name);
  return room != rooms_.end() && room->second.shared.contains(subject);
}

Decisions People::decisions_on(std::string_view room_name, const Person& comer) const {
  Decisions found;
  const auto room = rooms_.find(room_name);
  if (room == rooms_.end()) return found;
  const bool namesake_here = room->second.has_namesake_of(comer);
  for (const auto& [id, seat] : room->second.seated)
    if (room->second.is_back(seat.who, comer, namesake_here)) merge(found, seat.decisions);
  for (const auto& other : room->second.remembered)
    if (room->second.is_back(other.who, comer, namesake_here)) merge(found, other.decisions);
  return found;
}

}  // namespace tessera::server
