#include "server/deeds.hpp"

#include <algorithm>
#include <array>

#include "server/rest_api.hpp"

namespace tessera::server {
namespace {

// What is started gets its id with the answer.
Deed with_target(Deed deed, const Json& answer) {
  if (deed.target.empty() && answer["id"].is_string()) deed.target = answer["id"].as_string();
  return deed;
}

}  // namespace

std::optional<Deed> deed_of_changes(const std::string& room, const std::string& participant,
                                    const Json& changes) {
  Json details = Json::object();
  for (const char* key : {"role", "muted", "held"})
    if (changes.has(key)) details.set(key, changes[key]);
  if (details.members().empty()) return std::nullopt;
  return Deed{changes.has("role") ? "grant" : "moderate", room, participant, std::move(details)};
}

std::optional<Deed> deed_of(const std::string& room, const ControlCall& control) {
  const Json& params = control.call.params;
  const std::string& action = control.action;
  if (action == "update-participant") return deed_of_changes(room, params["participant"].as_string(), params);
  if (action == "kick") return Deed{action, room, params["participant"].as_string()};
  if (control.call.method == "set-recording")
    return Deed{"set-recording", room, params["id"].as_string(), Json::object({{"state", params["state"]}})};
  if (action == "readmit") return Deed{action, room, params["entry"].as_string()};
  if (action == "mute-all") return Deed{action, room, "", Json::object({{"muted", params["muted"]}})};
  if (action == "start-recording") {
    Deed deed{action, room};
    if (params["announce"].is_bool()) deed.details.set("announce", params["announce"]);
    return deed;
  }
  if (action == "close-room") return Deed{action, room};
  return std::nullopt;
}

std::optional<Deed> refused_deed(const std::string& room, const std::string& action) {
  constexpr std::array<std::string_view, 8> noted = {"kick",          "readmit",       "update-participant",
                                                     "mute-all",      "close-room",    "start-recording",
                                                     "set-recording", "stop-recording"};
  if (std::find(noted.begin(), noted.end(), action) == noted.end()) return std::nullopt;
  return Deed{action, room};
}

Respond audited(const FrontDeps& deps, const HttpRequest& request, std::optional<Deed> deed,
                Respond respond) {
  const auto identity = identity_of(deps.auth, request);
  if (!identity || !deed) return respond;
  return [&audit = deps.audit, actor = Actor{identity->subject, identity->role, request.client},
          deed = std::move(*deed), respond = std::move(respond)](HttpResponse response) {
    const auto body = Json::parse(response.body);
    const Json answer = body ? *body : Json();
    const bool done = response.status < 400;
    audit.note(actor, with_target(deed, answer), done ? "done" : answer["code"].as_string("refused"));
    respond(std::move(response));
  };
}

RoomLink::OnReply audited(const FrontDeps& deps, Actor actor, std::optional<Deed> deed,
                          RoomLink::OnReply on_reply) {
  if (!deed) return on_reply;
  return [&audit = deps.audit, actor = std::move(actor), deed = std::move(*deed),
          on_reply = std::move(on_reply)](const messages::Reply& reply) {
    audit.note(actor, with_target(deed, reply.result), reply.ok ? "done" : reply.code);
    on_reply(reply);
  };
}

}  // namespace tessera::server
