#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "base/result.hpp"

namespace tessera::room {

/// viewer 0, speaker 1, operator 2, admin 3; none for another word.
std::optional<int> rank_of(std::string_view role);

/// Who asks for a change to somebody: `by` of messages.hpp.
struct Actor {
  std::string role = "admin";
  std::string participant;  ///< their own seat; empty: they have none here
};
/// Without `by` it is the server itself.
Actor actor_from(const Json& by);

/// Error "forbidden" when `actor` may not do something to a participant whose token gives `allowed`: nobody
/// below an administrator does anything to one, but for themselves.
Result<void> may_change(const Actor& actor, std::string_view participant, std::string_view allowed);

}  // namespace tessera::room
