#include "server/connection_table.hpp"

#include <algorithm>

namespace tessera::server {
namespace {

// Beyond this the loop, which polls every connection at each turn, would be slow for all of them.
constexpr std::size_t most_by_default = 8192;
constexpr std::size_t own_descriptors = 64;  // files, logs, downloads, threads
constexpr std::size_t room_descriptors = 6;  // the socket to a room, its pidfd, and pipes while it starts

}  // namespace

template <typename Change>
void ConnectionTable::change(Group& group, Change&& apply) {
  ranking_.erase({group.count, &group});
  apply();
  if (!group.sheddable.empty()) ranking_[{group.count, &group}] = &group;
}

ConnectionTable::Group& ConnectionTable::group_of(const std::string& name) {
  Group& group = groups_[name];
  if (group.name.empty()) group.name = name;
  return group;
}

void ConnectionTable::leave(Group& group, Id id) {
  change(group, [&] {
    --group.count;
    group.sheddable.erase(id);
  });
  if (group.count == 0) groups_.erase(group.name);
}

std::optional<ConnectionTable::Id> ConnectionTable::shed_from(Group& group) {
  if (group.sheddable.empty()) return std::nullopt;
  const Id id = *group.sheddable.begin();
  remove(id);
  return id;
}

ConnectionTable::Admission ConnectionTable::admit(const std::string& name, bool exempt,
                                                  Clock::time_point now) {
  Admission admission;
  if (const auto known = groups_.find(name);
      !exempt && known != groups_.end() && known->second.count >= limits_.per_group) {
    admission.shed = shed_from(known->second);
    if (!admission.shed) return admission;
  } else if (entries_.size() >= limits_.total) {
    admission.shed = shed();
    if (!admission.shed) return admission;
  }
  const Id id = next_++;
  Group& group = group_of(name);
  change(group, [&] {
    ++group.count;
    group.sheddable.insert(id);
  });
  entries_[id] = {&group, now};
  admission.id = id;
  return admission;
}

bool ConnectionTable::identify(Id id, const std::string& name, bool exempt) {
  const auto found = entries_.find(id);
  if (found == entries_.end()) return true;  // shed a moment ago
  found->second.idle_since.reset();
  if (found->second.group->name != name) {
    leave(*found->second.group, id);
    Group& group = group_of(name);
    change(group, [&] { ++group.count; });
    found->second.group = &group;
  } else {
    protect(id);
  }
  return exempt || found->second.group->count <= limits_.per_group;
}

void ConnectionTable::expose(Id id) {
  const auto found = entries_.find(id);
  if (found == entries_.end()) return;
  Group& group = *found->second.group;
  change(group, [&] { group.sheddable.insert(id); });
}

void ConnectionTable::protect(Id id) {
  const auto found = entries_.find(id);
  if (found == entries_.end()) return;
  Group& group = *found->second.group;
  change(group, [&] { group.sheddable.erase(id); });
}

void ConnectionTable::remove(Id id) {
  const auto found = entries_.find(id);
  if (found == entries_.end()) return;
  Group& group = *found->second.group;
  entries_.erase(found);
  leave(group, id);
}

std::optional<ConnectionTable::Id> ConnectionTable::shed() {
  if (ranking_.empty()) return std::nullopt;
  return shed_from(*ranking_.rbegin()->second);
}

std::vector<ConnectionTable::Id> ConnectionTable::expired(Clock::time_point now) const {
  std::vector<Id> result;
  for (const auto& [id, entry] : entries_)
    if (entry.idle_since && now - *entry.idle_since >= limits_.idle) result.push_back(id);
  return result;
}

std::size_t connection_budget(int configured, std::size_t descriptors, int rooms) {
  if (configured > 0) return static_cast<std::size_t>(configured);
  const std::size_t others =
      own_descriptors + room_descriptors * static_cast<std::size_t>(std::max(rooms, 0));
  const std::size_t left = descriptors > others ? descriptors - others : 0;
  return std::min(std::max({left, descriptors / 3, std::size_t{4}}), most_by_default);
}

}  // namespace tessera::server
