#include "server/rest_kept_out.hpp"

#include "server/deeds.hpp"
#include "server/rest_api.hpp"

namespace tessera::server {
namespace {

// Who is kept out of every room concerns every room.
bool sees_all(const Identity& identity) {
  return identity.allows(Role::admin) && identity.room == "*";
}

}  // namespace

RestKeptOut::RestKeptOut(const FrontDeps& deps, Router& router) : deps_(deps) {
  const std::string path = "/api/v1/rooms/{room}/kept-out";
  router.add("GET", path,
             [this](const RequestPtr& request, const PathParams& params, const Respond& respond) {
               const std::string& room = params.find("room")->second;
               const auto identity = authorised_in_room(deps_, *request, Role::operator_, room);
               if (!identity) return respond(failure_response(identity.error()));
               respond(json_response(200, deps_.moderation.list(room, sees_all(*identity))));
             });
  router.add("DELETE", path + "/{entry}",
             [this](const RequestPtr& request, const PathParams& params, const Respond& respond) {
               const std::string &room = params.find("room")->second, &entry = params.find("entry")->second;
               const Respond answer = audited(deps_, *request, Deed{"readmit", room, entry}, respond);
               const auto identity = authorised_in_room(deps_, *request, Role::operator_, room);
               if (!identity) return answer(failure_response(identity.error()));
               const auto done =
                   deps_.moderation.readmit(room, entry, sees_all(*identity), deps_.rooms.find(room).get());
               answer(done ? empty_response(204) : failure_response(done.error()));
             });
}

}  // namespace tessera::server
