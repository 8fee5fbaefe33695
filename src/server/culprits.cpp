#include "server/culprits.hpp"

#include <algorithm>

namespace tessera::server {
namespace {

bool same(const Person& one, const Person& other) {
  if (one.has_personal_subject() || other.has_personal_subject())
    return one.has_personal_subject() && other.has_personal_subject() && one.subject == other.subject;
  return !one.address.empty() && one.address == other.address;
}

}  // namespace

bool Culprits::add(const Person& who, Clock::time_point now) {
  deaths_.remove_if([&](const Death& death) { return death.at + memory <= now; });
  const bool again =
      std::any_of(deaths_.begin(), deaths_.end(), [&](const Death& death) { return same(death.who, who); });
  deaths_.push_back({who, now});
  if (deaths_.size() > most) deaths_.pop_front();
  return again;
}

}  // namespace tessera::server
