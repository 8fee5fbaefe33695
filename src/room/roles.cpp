#include "room/roles.hpp"

#include <algorithm>
#include <array>

namespace tessera::room {

std::optional<int> rank_of(std::string_view role) {
  constexpr std::array<std::string_view, 4> rising = {"viewer", "speaker", "operator", "admin"};
  const auto found = std::find(rising.begin(), rising.end(), role);
  if (found == rising.end()) return std::nullopt;
  return static_cast<int>(found - rising.begin());
}

Actor actor_from(const Json& by) {
  if (!by.is_object()) return {};
  return {by["role"].as_string("viewer"), by["participant"].as_string()};
}

Result<void> may_change(const Actor& actor, std::string_view participant, std::string_view allowed) {
  if (allowed != "admin" || actor.role == "admin") return {};
  if (!actor.participant.empty() && actor.participant == participant) return {};
  return error("forbidden",
               "this participant is an administrator; only an administrator may do that to them");
}

}  // namespace tessera::room
