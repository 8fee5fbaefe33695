#pragma once
// What clients are told of a room's event, over the WebSocket or a data channel.

#include <string>

#include "messages/messages.hpp"

namespace tessera::messages {

/// Who hears it: "operator", "levels" (those who asked for levels) or "" for everybody.
std::string audience_of(const Event& event);
/// Whether its data is a participant.
bool about_participant(const Event& event);
/// The message, as JSON: {"type": <name>, …}.
std::string client_text(const Event& event);

}  // namespace tessera::messages
