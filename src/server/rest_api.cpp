#include "server/rest_api.hpp"

#include <fmt/ranges.h>

#include <algorithm>

#include "base/text.hpp"
#include "config/room_settings.hpp"
#include "server/client_message.hpp"
#include "server/deeds.hpp"
#include "server/names.hpp"
#include "server/room_entry.hpp"

namespace tessera::server {
namespace {

const std::string& at(const PathParams& params, std::string_view name) {
  return params.find(name)->second;
}

Result<void> check_audio(const Json& audio) {
  if (!audio.is_object()) return error("bad-request", "audio must be an object");
  for (const auto& [key, value] : audio.members()) {
    if (key != "mode")
      return error("bad-request", "unknown setting \"audio.{}\"; allowed is mode", shortened(key, 40));
    if (value.as_string() != "speech" && value.as_string() != "music")
      return error("bad-request", "audio.mode must be \"speech\" or \"music\"");
  }
  return {};
}

// The sound is fixed once a room is open: clients were told of it when they joined.
const std::vector<std::string_view> settings_at_opening = {"layout", "chimes",    "width",
                                                           "height", "framerate", "audio"};
const std::vector<std::string_view> settings_of_an_open_room = {"layout", "chimes"};

Result<Json> checked_settings(const Json& body, const std::vector<std::string_view>& allowed) {
  for (const auto& [key, value] : body.members()) {
    if (std::find(allowed.begin(), allowed.end(), key) == allowed.end())
      return error("bad-request", "unknown setting \"{}\"; allowed here: {}", shortened(key, 40),
                   fmt::join(allowed, ", "));
    if (key == "audio")
      if (auto good = check_audio(value); !good) return good.error();
    if (key == "chimes" && !value.is_bool()) return error("bad-request", "chimes must be true or false");
    if (key == "layout" && (!value.is_string() || !is_id(value.as_string())))
      return error("bad-request", "layout must be the name of a layout");
  }
  if (auto sound = config::room_with({}, body); !sound) return std::move(sound).error();
  return body;
}

}  // namespace

Result<Identity> identity_of(const Authenticator& auth, const HttpRequest& request, Token where) {
  std::string token(bearer_token(request.header("authorization")));
  if (token.empty() && where == Token::in_address_too && request.method == "GET")
    token = request.query_value("token");
  if (token.empty() && !auth.open() && request.query.contains("token"))
    return error("unauthorized",
                 "here a token goes into the header, Authorization: Bearer <token>; an address ends "
                 "up in histories and logs");
  return auth.identify(token);
}

Result<Json> json_body_of(const HttpRequest& request) {
  if (request.body.empty()) return Json::object();
  auto json = parse_untrusted_json(request.body);
  if (json && !json->is_object())
    return error("bad-request", "the body must be a JSON object, not {}", json->type_name());
  return json;
}

Result<Identity> authorised(const FrontDeps& deps, const HttpRequest& request, Role least,
                            std::string_view room) {
  auto identity = identity_of(deps.auth, request);
  if (!identity) return identity;
  if (auto allowed = authorise(*identity, least, room); !allowed) return std::move(allowed).error();
  return identity;
}

Result<Identity> authorised_in_room(const FrontDeps& deps, const HttpRequest& request, Role least,
                                    std::string_view room) {
  auto identity = authorised(deps, request, least, room);
  if (!identity) return identity;
  if (auto may = deps.moderation.may_act(room, *identity); !may) return std::move(may).error();
  return identity;
}

Json by(const Identity& identity) {
  return Json::object({{"role", name_of(identity.role)}});
}

HttpResponse failure_response(const Error& failure) {
  return problem_response(problem_of(failure));
}

RoomLink::OnReply answer_with(const Respond& respond, int status) {
  return [respond, status](const messages::Reply& reply) {
    if (!reply.ok) return respond(problem_response(problem_of(reply)));
    respond(status == 204 ? empty_response(204) : json_response(status, reply.result));
  };
}

RestApi::RestApi(const FrontDeps& deps, Router& router) : deps_(deps) {
  add_room_routes(router);
  add_participant_routes(router);
  add_layout_routes(router);
}

std::optional<RestApi::Caller> RestApi::caller_of(const RequestPtr& request, const PathParams& params,
                                                  Role least, const Respond& respond) const {
  const std::string& name = at(params, "room");
  auto identity = authorised_in_room(deps_, *request, least, name);
  if (!identity) {
    respond(failure_response(identity.error()));
    return std::nullopt;
  }
  auto room = deps_.rooms.find(name);
  if (!room) {
    respond(problem_response(404, "unknown-room", "there is no open room of that name"));
    return std::nullopt;
  }
  return Caller{std::move(room), std::move(*identity)};
}

std::optional<std::string> RestApi::participant_of(const PathParams& params, const Respond& respond) {
  const std::string& id = at(params, "participant");
  if (is_id(id)) return id;
  respond(problem_response(404, "unknown-participant", "nobody with that id is in this room"));
  return std::nullopt;
}

void RestApi::add_room_routes(Router& router) {
  router.add("GET", "/api/v1/rooms",
             [this](const RequestPtr& request, const PathParams&, const Respond& respond) {
               respond(list_rooms(*request));
             });
  router.add("PUT", "/api/v1/rooms/{room}",
             [this](const RequestPtr& request, const PathParams& params, const Respond& respond) {
               put_room(request, at(params, "room"), respond);
             });
  router.add("GET", "/api/v1/rooms/{room}",
             [this](const RequestPtr& request, const PathParams& params, const Respond& respond) {
               if (const auto caller = caller_of(request, params, Role::viewer, respond))
                 describe(caller->room, 200, respond);
             });
  router.add("PATCH", "/api/v1/rooms/{room}",
             [this](const RequestPtr& request, const PathParams& params, const Respond& respond) {
               const auto caller = caller_of(request, params, Role::operator_, respond);
               if (!caller) return;
               auto body = json_body_of(*request);
               if (body) body = checked_settings(*body, settings_of_an_open_room);
               if (!body) return respond(failure_response(body.error()));
               change_room(caller->room, *body, respond);
             });
  router.add(
      "DELETE", "/api/v1/rooms/{room}",
      [this](const RequestPtr& request, const PathParams& params, const Respond& respond) {
        const Respond answer = audited(deps_, *request, Deed{"close-room", at(params, "room")}, respond);
        const auto caller = caller_of(request, params, Role::operator_, answer);
        if (!caller) return;
        caller->room->close("room-closed");
        answer(empty_response(204));
      });
}

void RestApi::change_room(const std::shared_ptr<LiveRoom>& room, const Json& settings,
                          const Respond& respond) {
  // The layout first, which may be refused: a refusal must not leave half of the change behind.
  std::vector<std::pair<std::string, Json>> orders;
  if (settings.has("layout")) orders.emplace_back("set-layout", Json::object({{"name", settings["layout"]}}));
  if (settings.has("chimes"))
    orders.emplace_back("set-settings", Json::object({{"chimes", settings["chimes"]}}));
  carry_out(room, std::move(orders), respond);
}

void RestApi::carry_out(const std::shared_ptr<LiveRoom>& room,
                        std::vector<std::pair<std::string, Json>> orders, const Respond& respond) {
  if (orders.empty()) return describe(room, 200, respond);
  auto [method, params] = std::move(orders.front());
  orders.erase(orders.begin());
  room->request(std::move(method), std::move(params),
                [this, room, rest = std::move(orders), respond](const messages::Reply& reply) {
                  if (!reply.ok) return respond(problem_response(problem_of(reply)));
                  carry_out(room, rest, respond);
                });
}

HttpResponse RestApi::list_rooms(const HttpRequest& request) const {
  auto identity = identity_of(deps_.auth, request);
  if (!identity) return failure_response(identity.error());
  Json rooms = Json::array();
  for (const auto& room : deps_.rooms.rooms())
    if (identity->covers(room->name()))
      rooms.push(Json::object({{"id", room->name()},
                               {"state", room->is_open() ? "open" : "opening"},
                               {"connections", room->connections()},
                               {"pid", static_cast<int>(room->pid())},
                               {"startedAt", room->started_at()}}));
  return json_response(200, Json::object({{"rooms", std::move(rooms)}}));
}

void RestApi::put_room(const RequestPtr& request, const std::string& name, const Respond& respond) {
  const auto identity = authorised_in_room(deps_, *request, Role::operator_, name);
  if (!identity) return respond(failure_response(identity.error()));
  auto settings = json_body_of(*request);
  if (settings) settings = checked_settings(*settings, settings_at_opening);
  if (!settings) return respond(failure_response(settings.error()));
  if (settings->has("layout") && !deps_.layouts.find((*settings)["layout"].as_string()))
    return respond(problem_response(404, "unknown-layout", "there is no such layout"));
  if (!deps_.rooms.find(name) && !may_open_rooms(deps_, *identity))
    return respond(problem_response(
        403, "forbidden",
        fmt::format("opening a room needs the role {} (room.openedBy)", deps_.config.room.opened_by)));
  bool created = false;
  auto room = deps_.rooms.open(name, *settings, &created);
  if (!room) return respond(failure_response(room.error()));
  (*room)->when_open([this, live = *room, created, respond](const Result<void>& opened) {
    if (!opened) return respond(failure_response(opened.error()));
    describe(live, created ? 201 : 200, respond);
  });
}

void RestApi::describe(const std::shared_ptr<LiveRoom>& room, int status, const Respond& respond) {
  room->when_open([room, status, respond](const Result<void>& opened) {
    if (!opened) return respond(failure_response(opened.error()));
    room->request("describe", Json::object(), answer_with(respond, status));
  });
}

void RestApi::add_participant_routes(Router& router) {
  const std::string path = "/api/v1/rooms/{room}/participants/{participant}";
  router.add(
      "PATCH", path, [this](const RequestPtr& request, const PathParams& params, const Respond& respond) {
        const auto caller = caller_of(
            request, params, Role::operator_,
            audited(deps_, *request,
                    Deed{"update-participant", at(params, "room"), at(params, "participant")}, respond));
        if (!caller) return;
        const auto participant = participant_of(params, respond);
        if (!participant) return;
        auto body = json_body_of(*request);
        if (body) body = checked_participant_changes(*body);
        if (!body) return respond(failure_response(body.error()));
        const Respond answer =
            audited(deps_, *request, deed_of_changes(at(params, "room"), *participant, *body), respond);
        if (const auto role = role_from((*body)["role"].as_string()); role && *role > caller->identity.role)
          return answer(problem_response(403, "forbidden", "a role above one's own cannot be given"));
        body->set("participant", *participant).set("by", by(caller->identity));
        caller->room->request("update-participant", std::move(*body), answer_with(answer));
      });
  router.add(
      "DELETE", path, [this](const RequestPtr& request, const PathParams& params, const Respond& respond) {
        const Respond answer =
            audited(deps_, *request, Deed{"kick", at(params, "room"), at(params, "participant")}, respond);
        const auto caller = caller_of(request, params, Role::operator_, answer);
        if (!caller) return;
        const auto participant = participant_of(params, answer);
        if (!participant) return;
        caller->room->request(
            "leave",
            Json::object({{"participant", *participant}, {"reason", "kicked"}, {"by", by(caller->identity)}}),
            answer_with(answer, 204));
      });
}

void RestApi::add_layout_routes(Router& router) {
  router.add("PUT", "/api/v1/rooms/{room}/layout",
             [this](const RequestPtr& request, const PathParams& params, const Respond& respond) {
               const auto caller = caller_of(request, params, Role::operator_, respond);
               if (!caller) return;
               auto body = json_body_of(*request);
               if (!body) return respond(failure_response(body.error()));
               auto order = checked_layout_order(*body);
               if (!order) return respond(failure_response(order.error()));
               caller->room->request("set-layout", std::move(*order), answer_with(respond));
             });
}

}  // namespace tessera::server
