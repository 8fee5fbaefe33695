#include "server/client_message.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "base/text.hpp"
#include "messages/limits.hpp"
#include "server/names.hpp"
#include "server/sound_orders.hpp"

namespace tessera::server {
namespace {

enum class Kind { text, word, chat, boolean, integer };

struct Field {
  std::string_view name;
  Kind kind;
  bool required;
  std::size_t max = 64;  ///< bytes of a text
};

// The fields of each type. Unknown fields are ignored, so that a newer client can talk to an older server.
const std::map<std::string_view, std::vector<Field>>& known_types() {
  static const std::map<std::string_view, std::vector<Field>> types = {
      {"join",
       {{"room", Kind::text, true, 64},
        {"name", Kind::text, false, 256},
        {"token", Kind::text, false, 8192},
        {"resume", Kind::text, false, 128},
        {"role", Kind::text, false, 16},
        {"kind", Kind::text, false, 16}}},
      {"offer", {{"endpoint", Kind::word, true}, {"sdp", Kind::text, true, max_client_message}}},
      {"candidate",
       {{"endpoint", Kind::word, true},
        {"candidate", Kind::text, false, 1024},
        {"sdpMid", Kind::text, false, 64},
        {"sdpMLineIndex", Kind::integer, false}}},
      {"state",
       {{"audio", Kind::boolean, false}, {"video", Kind::boolean, false}, {"hand", Kind::boolean, false}}},
      {"close", {{"endpoint", Kind::word, true}}},
      {"chat", {{"text", Kind::chat, true}}},
      {"control", {{"action", Kind::text, true, 64}}},
      {"levels", {{"on", Kind::boolean, true}}},
      {"leave", {}}};
  return types;
}

std::optional<Error> check_field(const Json& message, const Field& field) {
  const Json& value = message[field.name];
  if (value.is_null()) {
    if (!field.required) return std::nullopt;
    return error("bad-request", "{} is required", field.name);
  }
  switch (field.kind) {
    case Kind::chat:
      if (value.is_string() && characters_in(value.as_string()) > messages::max_chat_characters)
        return error("too-large", "a chat message has at most {} characters", messages::max_chat_characters);
      [[fallthrough]];
    case Kind::text:
    case Kind::word:
      if (!value.is_string())
        return error("bad-request", "{} must be a string, not {}", field.name, value.type_name());
      if (field.kind != Kind::chat && value.as_string().size() > field.max)
        return error("bad-request", "{} is longer than {} bytes", field.name, field.max);
      if (value.as_string().find('\0') != std::string::npos)
        return error("bad-request", "{} holds a NUL character", field.name);
      break;
    case Kind::boolean:
      if (!value.is_bool()) return error("bad-request", "{} must be true or false", field.name);
      break;
    case Kind::integer:
      if (!value.is_integer() || value.as_int() < 0 || value.as_int() > 1000)
        return error("bad-request", "{} must be an integer from 0 to 1000", field.name);
      break;
  }
  if (field.kind == Kind::word && value.as_string() != "main" && value.as_string() != "screen")
    return error("bad-request", "{} must be \"main\" or \"screen\"", field.name);
  return std::nullopt;
}

std::optional<Error> check_join(const Json& message) {
  if (!is_room_name(message["room"].as_string()))
    return error("bad-room-name", "a room name is 1 to 64 of the characters A-Z a-z 0-9 _ -");
  if (!is_display_name(message["name"].as_string()))
    return error("bad-request", "name must be at most 64 characters, without control characters");
  if (message.has("role") && !role_from(message["role"].as_string()))
    return error("bad-request", "role must be viewer, speaker, operator or admin");
  const std::string kind = message["kind"].as_string("participant");
  if (kind != "participant" && kind != "viewer")
    return error("bad-request", "kind must be \"participant\" or \"viewer\"");
  return std::nullopt;
}

Json picked(const Json& from, std::initializer_list<std::string_view> keys) {
  Json result = Json::object();
  for (const auto key : keys)
    if (const Json* value = from.find(key); value && !value->is_null()) result.set(key, *value);
  return result;
}

// A layout's author may name regions in any language.
bool is_region_id(std::string_view id) {
  return !id.empty() && is_display_name(id);
}

Result<std::string> required_id(const Json& fields, std::string_view key) {
  const std::string id = fields[key].as_string();
  if (!is_id(id)) return error("bad-request", "{} is required and must be an id", key);
  return id;
}

}  // namespace

Result<Json> parse_untrusted_json(std::string_view text, const JsonLimits& limits) {
  return Json::parse(text, limits);
}

Result<ClientMessage> parse_client_message(std::string_view text, Json* id, bool joined) {
  *id = Json();
  const std::size_t most = joined ? max_client_message : max_message_before_join;
  if (text.size() > most)
    return error("too-large", "a message is at most {} bytes{}", most, joined ? "" : " before join");
  auto json = parse_untrusted_json(text, joined ? untrusted_json : json_before_join);
  if (!json) return std::move(json).error();
  if (!json->is_object())
    return error("bad-request", "a message is a JSON object, not {}", json->type_name());
  const Json& request_id = (*json)["id"];
  const bool short_text = request_id.is_string() && request_id.as_string().size() <= 64;
  if (!request_id.is_null() && !request_id.is_integer() && !short_text)
    return error("bad-request", "id must be an integer or a string of at most 64 characters");
  *id = request_id;
  if (!(*json)["type"].is_string()) return error("bad-request", "type is required and must be a string");
  const std::string type = (*json)["type"].as_string();
  const auto found = known_types().find(type);
  if (found == known_types().end()) return error("bad-request", "unknown type \"{}\"", shortened(type, 40));
  for (const auto& field : found->second)
    if (auto failure = check_field(*json, field)) return std::move(*failure);
  if (type == "join")
    if (auto failure = check_join(*json)) return std::move(*failure);
  if (type == "chat" && (*json)["text"].as_string().find_first_not_of(" \t\r\n") == std::string::npos)
    return error("bad-request", "text is empty");
  return ClientMessage{type, request_id, std::move(*json)};
}

std::optional<RoomCall> room_call_of(const ClientMessage& message) {
  const Json& fields = message.fields;
  if (message.type == "offer") {
    RoomCall call{"offer", picked(fields, {"endpoint", "sdp"})};
    call.params.set("trickle", true);
    return call;
  }
  if (message.type == "candidate") {
    RoomCall call{"candidate", picked(fields, {"endpoint", "candidate", "sdpMid", "sdpMLineIndex"})};
    if (!call.params.has("candidate")) call.params.set("candidate", "");
    return call;
  }
  if (message.type == "state") return RoomCall{"state", picked(fields, {"audio", "video", "hand"})};
  if (message.type == "close") return RoomCall{"close-endpoint", picked(fields, {"endpoint"})};
  if (message.type == "chat") return RoomCall{"chat", picked(fields, {"text"})};
  if (message.type == "levels") return RoomCall{"levels", picked(fields, {"on"})};
  if (message.type == "leave") return RoomCall{"leave", Json::object()};
  return std::nullopt;
}

std::vector<std::string_view> client_message_types() {
  std::vector<std::string_view> all;
  for (const auto& [type, fields] : known_types()) all.push_back(type);
  return all;
}

const std::vector<std::string_view>& control_actions() {
  static const std::vector<std::string_view> actions = {
      "set-layout", "start-recording", "stop-recording",    "set-recording", "update-participant",
      "kick",       "announce",        "stop-announcement", "announcements", "mute-all",
      "set-chimes", "close-room",      "kept-out",          "readmit"};
  return actions;
}

Result<Json> checked_participant_changes(const Json& changes,
                                         std::initializer_list<std::string_view> also_known) {
  if (!changes.is_object()) return error("bad-request", "expected an object, found {}", changes.type_name());
  Json result = Json::object();
  for (const auto& [key, value] : changes.members()) {
    if (std::find(also_known.begin(), also_known.end(), key) != also_known.end()) continue;
    if (key == "muted" || key == "pinned" || key == "held" || key == "noiseSuppression" ||
        key == "autoGain") {
      if (!value.is_bool()) return error("bad-request", "{} must be true or false", key);
    } else if (key == "gain") {
      if (!value.is_number() || value.as_double() < 0 || value.as_double() > 4)
        return error("bad-request", "gain must be a number from 0 to 4");
    } else if (key == "role") {
      if (!role_from(value.as_string()))
        return error("bad-request", "role must be viewer, speaker, operator or admin");
    } else if (key == "name") {
      if (!value.is_string() || value.as_string().empty() || !is_display_name(value.as_string()))
        return error("bad-request", "name must be 1 to 64 characters, without control characters");
    } else {
      return error("bad-request",
                   "unknown field \"{}\"; allowed are muted, gain, held, noiseSuppression, autoGain, pinned, "
                   "role, name",
                   shortened(key, 40));
    }
    result.set(key, value);
  }
  if (result.members().empty())
    return error("bad-request",
                 "nothing to change: muted, gain, held, noiseSuppression, autoGain, pinned, role or name");
  return result;
}

Result<Json> checked_recording_order(const Json& body, std::initializer_list<std::string_view> also_known) {
  constexpr std::array<std::string_view, 9> options = {
      "name", "format", "tracks", "splitMs", "splitBytes", "maxDurationMs", "announce", "chat", "loudness"};
  const auto names = [](std::string_view key) {
    return [key](std::string_view known) { return key == known; };
  };
  Json::Object kept;
  for (const auto& [key, value] : body.members()) {
    if (std::any_of(also_known.begin(), also_known.end(), names(key))) continue;
    if (std::none_of(options.begin(), options.end(), names(key)))
      return error(
          "bad-request",
          "unknown field \"{}\"; allowed are name, format, tracks, splitMs, splitBytes, maxDurationMs, "
          "announce, chat, loudness",
          shortened(key, 40));
    kept.emplace_back(key, value);
  }
  return Json::from_members(std::move(kept));
}

Result<Json> checked_layout_order(const Json& body) {
  for (const auto& [key, value] : body.members())
    if (key != "name" && key != "pinned")
      return error("bad-request", "unknown field \"{}\"; allowed are name and pinned", shortened(key, 40));
  if (body.members().empty())
    return error("bad-request", "name is required: the name of a layout, or null for the room's own choice");
  if (body.has("name") && !body["name"].is_null() && !is_id(body["name"].as_string()))
    return error("bad-request", "name must be the name of a layout, or null for the room's own choice");
  if (body.has("pinned") && !body["pinned"].is_null() && !body["pinned"].is_object())
    return error("bad-request", "pinned must be an object: the region's id and the participant's");
  for (const auto& [region, participant] : body["pinned"].members()) {
    if (!is_region_id(region))
      return error("bad-request",
                   "pinned: a region's id is 1 to 64 characters, none of them a control character");
    if (!participant.is_null() && !is_id(participant.as_string()))
      return error("bad-request", "pinned.{} must be the id of a participant", shortened(region, 40));
  }
  return body;
}

std::optional<Role> least_role_for(std::string_view action) {
  // All of them steer the room for everybody in it.
  const auto& actions = control_actions();
  if (std::find(actions.begin(), actions.end(), action) == actions.end()) return std::nullopt;
  return Role::operator_;
}

Result<ControlCall> control_call_of(const ClientMessage& message) {
  const Json& fields = message.fields;
  ControlCall control{fields["action"].as_string(), {}};
  const std::string& action = control.action;
  if (!least_role_for(action)) return error("bad-request", "unknown action \"{}\"", shortened(action, 40));
  if (action == "close-room") return control;
  if (action == "start-recording") {
    auto options = checked_recording_order(fields, {"type", "id", "action"});
    if (!options) return std::move(options).error();
    control.call.params = std::move(*options);
    return control;
  }
  if (action == "set-layout") {
    Json wanted = Json::object();  // null says something here: the choice is the room's again
    for (const char* key : {"name", "pinned"})
      if (fields.has(key)) wanted.set(key, fields[key]);
    auto order = checked_layout_order(wanted);
    if (!order) return std::move(order).error();
    control.call = {"set-layout", std::move(*order)};
    return control;
  }
  if (action == "stop-recording" || action == "set-recording") {
    auto recording = required_id(fields, "recording");
    if (!recording) return std::move(recording).error();
    const std::string state = action == "stop-recording" ? "stopped" : fields["state"].as_string();
    if (state != "stopped" && state != "paused" && state != "recording")
      return error("bad-request", "state must be \"stopped\", \"paused\" or \"recording\"");
    control.call = {"set-recording", Json::object({{"id", *recording}, {"state", state}})};
    return control;
  }
  if (action == "kick") {
    auto participant = required_id(fields, "participant");
    if (!participant) return std::move(participant).error();
    control.call = {"leave", Json::object({{"participant", *participant}, {"reason", "kicked"}})};
    return control;
  }
  if (action == "kept-out") return control;
  if (action == "readmit") {
    auto entry = required_id(fields, "entry");
    if (!entry) return std::move(entry).error();
    control.call.params.set("entry", *entry);
    return control;
  }
  if (action == "update-participant") {
    auto participant = required_id(fields, "participant");
    if (!participant) return std::move(participant).error();
    auto changes = checked_participant_changes(fields, {"type", "id", "action", "participant"});
    if (!changes) return std::move(changes).error();
    changes->set("participant", *participant);
    control.call = {"update-participant", std::move(*changes)};
    return control;
  }
  if (auto call = sound_call_of(action, fields)) {
    if (!*call) return std::move(*call).error();
    control.call = std::move(**call);
    return control;
  }
  return error("bad-request", "unknown action \"{}\"", shortened(action, 40));
}

}  // namespace tessera::server
