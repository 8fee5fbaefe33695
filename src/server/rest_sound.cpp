#include "server/rest_sound.hpp"

#include "server/deeds.hpp"
#include "server/names.hpp"
#include "server/rest_api.hpp"
#include "server/sound_orders.hpp"

namespace tessera::server {
namespace {

/// The open room of the path, for an operator of it; null after having answered.
std::shared_ptr<LiveRoom> room_for(const FrontDeps& deps, const HttpRequest& request,
                                   const PathParams& params, const Respond& respond,
                                   Identity* caller = nullptr) {
  const std::string& name = params.find("room")->second;
  if (auto identity = authorised_in_room(deps, request, Role::operator_, name); !identity) {
    respond(failure_response(identity.error()));
    return nullptr;
  } else if (caller) {
    *caller = *identity;
  }
  auto room = deps.rooms.find(name);
  if (!room) respond(problem_response(404, "unknown-room", "there is no open room of that name"));
  return room;
}

}  // namespace

RestSound::RestSound(const FrontDeps& deps, Router& router) : deps_(deps) {
  using Params = PathParams;
  const std::string room_path = "/api/v1/rooms/{room}", announcements = room_path + "/announcements";
  router.add(
      "POST", announcements, [this](const RequestPtr& request, const Params& params, const Respond& respond) {
        const auto room = room_for(deps_, *request, params, respond);
        if (!room) return;
        auto order = json_body_of(*request);
        if (order) order = checked_announcement(*order);
        if (!order) return respond(failure_response(order.error()));
        room->request(
            "announce", std::move(*order), [respond, name = room->name()](const messages::Reply& reply) {
              if (!reply.ok) return respond(problem_response(problem_of(reply)));
              const Json& made = reply.result["announcement"];
              respond(json_response(201, made).with(
                  "Location", "/api/v1/rooms/" + name + "/announcements/" + made["id"].as_string()));
            });
      });
  router.add("GET", announcements,
             [this](const RequestPtr& request, const Params& params, const Respond& respond) {
               if (const auto room = room_for(deps_, *request, params, respond))
                 room->request("announcements", Json::object(), answer_with(respond));
             });
  router.add("DELETE", announcements + "/{announcement}",
             [this](const RequestPtr& request, const Params& params, const Respond& respond) {
               const auto room = room_for(deps_, *request, params, respond);
               if (!room) return;
               room->request("stop-announcement", Json::object({{"id", params.find("announcement")->second}}),
                             answer_with(respond, 204));
             });
  router.add("PATCH", room_path + "/participants",
             [this](const RequestPtr& request, const Params& params, const Respond& respond) {
               Deed deed{"mute-all", params.find("room")->second};
               Identity caller;
               const auto room =
                   room_for(deps_, *request, params, audited(deps_, *request, deed, respond), &caller);
               if (!room) return;
               auto order = json_body_of(*request);
               if (order) order = checked_mute_all(*order);
               if (!order) return respond(failure_response(order.error()));
               deed.details.set("muted", (*order)["muted"]);
               order->set("by", by(caller));
               room->request("mute-all", std::move(*order),
                             answer_with(audited(deps_, *request, std::move(deed), respond)));
             });
}

}  // namespace tessera::server
