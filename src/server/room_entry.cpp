#include "server/room_entry.hpp"

#include <algorithm>

namespace tessera::server {

bool may_open_rooms(const FrontDeps& deps, const Identity& bearer) {
  return bearer.allows(role_from(deps.config.room.opened_by).value_or(Role::speaker));
}

std::variant<std::shared_ptr<LiveRoom>, Problem> enter_room(const FrontDeps& deps, const Identity& bearer,
                                                            const std::string& name) {
  if (auto room = deps.rooms.find(name)) return room;
  if (!deps.rooms.draining() && !may_open_rooms(deps, bearer))
    return Problem{409, "unknown-room", "there is no such room yet; try again when somebody has opened it"};
  auto opened = deps.rooms.open(name);
  if (!opened) return problem_of(opened.error());
  return std::move(*opened);
}

void add_end_of_token(const FrontDeps& deps, const Identity& bearer, Json& join_params) {
  if (!deps.config.auth.end_sessions_at_expiry || !bearer.expires) return;
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(*bearer.expires - Authenticator::Clock::now());
  join_params.set("endsInMs", std::max<std::int64_t>(left.count(), 0));
}

}  // namespace tessera::server
