#pragma once
// Which orders are deeds that the audit log notes, and how each gets there with its outcome.

#include <optional>
#include <string>

#include "server/audit_log.hpp"
#include "server/client_message.hpp"
#include "server/front_deps.hpp"
#include "server/http.hpp"

namespace tessera::server {

/// What a `control` order does; none when it is nothing that the audit log notes.
std::optional<Deed> deed_of(const std::string& room, const ControlCall& control);
/// A `control` order of which only the action is known: it was refused for the role.
std::optional<Deed> refused_deed(const std::string& room, const std::string& action);
/// What changes to a participant do: "grant" for a role, "moderate" for mute and hold; none for the rest.
std::optional<Deed> deed_of_changes(const std::string& room, const std::string& participant,
                                    const Json& changes);

/// `respond`, which also notes what came of the deed. Without a valid token nobody has done anything: then it
/// is `respond` alone.
Respond audited(const FrontDeps& deps, const HttpRequest& request, std::optional<Deed> deed, Respond respond);
/// The same for what the room answers.
RoomLink::OnReply audited(const FrontDeps& deps, Actor actor, std::optional<Deed> deed,
                          RoomLink::OnReply on_reply);

}  // namespace tessera::server
