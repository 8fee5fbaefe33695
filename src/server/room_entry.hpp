#pragma once
#include <memory>
#include <string>
#include <variant>

#include "server/front_deps.hpp"
#include "server/problem.hpp"

namespace tessera::server {

/// The room of that name, opened when there is none and the bearer may open rooms. Otherwise what to answer:
/// 409 "unknown-room" to who may only enter rooms that others have opened (room.openedBy).
std::variant<std::shared_ptr<LiveRoom>, Problem> enter_room(const FrontDeps& deps, const Identity& bearer,
                                                            const std::string& name);

/// Whether the bearer may open rooms. The role of the token counts, not the lesser one that a client may ask
/// for as it joins.
bool may_open_rooms(const FrontDeps& deps, const Identity& bearer);

/// What a join says about the end of the bearer's token: {endsInMs}, or nothing when seats outlive tokens.
void add_end_of_token(const FrontDeps& deps, const Identity& bearer, Json& join_params);

}  // namespace tessera::server
