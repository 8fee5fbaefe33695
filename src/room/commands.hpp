#pragma once
#include <functional>
#include <string>

#include "base/json.hpp"
#include "base/result.hpp"

namespace tessera::room {

class Room;
using CommandReply = std::function<void(Result<Json>)>;

/// One request of messages.hpp onto one method of the room: reads the parameters, calls, replies exactly once
/// (at once, or when the answer of an offer is there).
void run_command(Room& room, const std::string& method, const Json& params, const CommandReply& reply);

}  // namespace tessera::room
