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
/// Before a client has joined a room: a `join` with a long token fits.
inline constexpr std::size_t max_message_before_join = 16 * 1024;
inline constexpr JsonLimits untrusted_json{
    .max_depth = 16, .max_values = 4096, .max_members = 256, .max_key = 256};
inline constexpr JsonLimits json_before_join{
    .max_depth = 4, .max_values = 64, .max_members = 32, .max_key = 64};

struct ClientMessage {
  std::string type;
  Json id;      ///< an integer or a short string when the client wants a reply, null otherwise
  Json fields;  ///< the whole object, its fields already checked for this type
};

/// JSON from a client. Error "bad-json".
Result<Json> parse_untrusted_json(std::string_view text, const JsonLimits& limits = untrusted_json);

/// Error "bad-json", "bad-request" or "too-large". The id, as far as it could be read, goes to `*id` even on
/// failure, so that the client can tell which of its requests was wrong.
Result<ClientMessage> parse_client_message(std::string_view text, Json* id, bool joined = true);

/// Every type that there is; any other is refused.
std::vector<std::string_view> client_message_types();

/// For the types that go straight to the room: offer, candidate, state, close, chat, levels, leave.
std::optional<RoomCall> room_call_of(const ClientMessage& message);

/// A `control` message: what it asks of the room.
/// Actions: set-layout, start-recording, stop-recording, set-recording, update-participant, kick, kept-out,
/// readmit, close-room, and those of sound_orders.
struct ControlCall {
  std::string action;
  /// For start-recording, close-room, kept-out and readmit the server itself acts: no method; the params of
  /// start-recording are what was asked for (RecordingOptions), of readmit the entry.
  RoomCall call;
};
Result<ControlCall> control_call_of(const ClientMessage& message);
/// Every action that there is; any other is refused.
const std::vector<std::string_view>& control_actions();
/// The least role that may ask for `action`, before anything else of the message is looked at; nullopt for an
/// action that does not exist.
std::optional<Role> least_role_for(std::string_view action);

/// What PUT …/layout and `control` may ask of a room's layout: name (null: the room's own choice), pinned.
/// Error "bad-request".
Result<Json> checked_layout_order(const Json& body);

/// What a recording may be started with, each value as it came: RecordingOptions checks those. Error
/// "bad-request" names the first field that is unknown.
Result<Json> checked_recording_order(const Json& body,
                                     std::initializer_list<std::string_view> also_known = {});

/// The changes to a participant that REST and `control` may ask for: muted, gain, held, pinned, role,
/// name.
/// Error "bad-request" names the first field that is wrong or unknown.
Result<Json> checked_participant_changes(const Json& changes,
                                         std::initializer_list<std::string_view> also_known = {});

}  // namespace tessera::server
