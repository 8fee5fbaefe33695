#pragma once
// What a client sends over the WebSocket, read and checked before anything acts on it. Pure.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "server/auth.hpp"
#include "server/room_call.hpp"

namespace tessera::server {

inline constexpr std::size_t max_client_message = 256 * 1024;
inline constexpr std::size_t max_chat_text = 4000;

struct ClientMessage {
  std::string type;
  Json id;      ///< an integer or a short string when the client wants a reply, null otherwise
  Json fields;  ///< the whole object, its fields already checked for this type
};

/// JSON from a client: at most 16 deep, without NUL characters. Error "bad-json".
Result<Json> parse_untrusted_json(std::string_view text);

/// Error "bad-json" or "bad-request". The id, as far as it could be read, goes to `*id` even on failure, so
/// that the client can tell which of its requests was wrong.
Result<ClientMessage> parse_client_message(std::string_view text, Json* id);

/// Every type that there is; any other is refused.
std::vector<std::string_view> client_message_types();

/// For the types that go straight to the room: offer, candidate, state, close, chat, levels, leave.
std::optional<RoomCall> room_call_of(const ClientMessage& message);

/// A `control` message: what it asks of the room, and the least role that may ask it.
/// Actions: set-layout, start-recording, stop-recording, set-recording, update-participant, kick, kept-out,
/// readmit, close-room, and those of sound_orders.
struct ControlCall {
  std::string action;
  Role least = Role::operator_;
  /// For start-recording, close-room, kept-out and readmit the server itself acts: no method; the params of
  /// start-recording are what was asked for (RecordingOptions), of readmit the entry.
  RoomCall call;
};
Result<ControlCall> control_call_of(const ClientMessage& message);
/// Every action that there is; any other is refused.
const std::vector<std::string_view>& control_actions();

/// What PUT …/layout and `control` may ask of a room's layout: name (null: the room's own choice), pinned.
/// Error "bad-request".
Result<Json> checked_layout_order(const Json& body);

/// The changes to a participant that REST and `control` may ask for: muted, gain, held, pinned, role,
/// name.
/// Error "bad-request" names the first field that is wrong or unknown.
Result<Json> checked_participant_changes(const Json& changes,
                                         std::initializer_list<std::string_view> also_known = {});

}  // namespace tessera::server
