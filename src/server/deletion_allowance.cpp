#include "server/deletion_allowance.hpp"

namespace tessera::server {
namespace {

constexpr double seconds_of_an_hour = 3600;

}  // namespace

bool DeletionAllowance::take(const Identity& bearer, Clock::time_point now) {
  if (bearer.allows(Role::admin) || bearer.deletes_recordings) return true;
  const std::string who = bearer.room + "\n" + bearer.subject;
  auto found = bearers_.find(who);
  if (found == bearers_.end()) {
    // With so many at once, nobody new deletes anything until the server starts again.
    if (bearers_.size() >= most_bearers) return false;
    found = bearers_.emplace(who, RateLimit(per_hour_ / seconds_of_an_hour, per_hour_, now)).first;
  }
  return found->second.take(now);
}

}  // namespace tessera::server
