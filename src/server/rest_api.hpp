#pragma once
// REST /api/v1: rooms, their participants and layouts. Recordings are in rest_recordings.

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "server/front_deps.hpp"
#include "server/problem.hpp"
#include "server/router.hpp"

namespace tessera::server {

using RequestPtr = std::shared_ptr<const HttpRequest>;

/// Where a call's token may stand. In the address (`?token=`, for GET) it ends up in histories and logs of
/// others: that is for media elements and downloads alone, which cannot send a header.
enum class Token { in_header, in_address_too };

/// The bearer of a call.
Result<Identity> identity_of(const Authenticator& auth, const HttpRequest& request,
                             Token where = Token::in_header);

/// The body as a JSON object; an empty body is an empty object. Errors: "bad-json", "bad-request".
Result<Json> json_body_of(const HttpRequest& request);

/// The bearer, who must have at least `least` in `room` ("" for calls about no one room).
Result<Identity> authorised(const FrontDeps& deps, const HttpRequest& request, Role least,
                            std::string_view room);

/// As authorised(), for what is done in a live room: whoever was removed from it does nothing there.
Result<Identity> authorised_in_room(const FrontDeps& deps, const HttpRequest& request, Role least,
                                    std::string_view room);

/// Who asks a room for a change to its people: `by` of messages.hpp.
Json by(const Identity& identity);

HttpResponse failure_response(const Error& failure);

/// Answers with the room's result, or with its refusal as a problem.
RoomLink::OnReply answer_with(const Respond& respond, int status = 200);

/// Owned by the front, on the control thread.
class RestApi {
 public:
  RestApi(const FrontDeps& deps, Router& router);

 private:
  void add_room_routes(Router& router);
  void add_participant_routes(Router& router);
  void add_layout_routes(Router& router);
  struct Caller {
    std::shared_ptr<LiveRoom> room;
    Identity identity;
  };
  /// The open room of the path and its caller, who may act as `least` in it; none after having answered.
  std::optional<Caller> caller_of(const RequestPtr& request, const PathParams& params, Role least,
                                  const Respond& respond) const;
  /// The participant of the path; none after having answered that there is no such person.
  static std::optional<std::string> participant_of(const PathParams& params, const Respond& respond);
  void change_room(const std::shared_ptr<LiveRoom>& room, const Json& settings, const Respond& respond);
  /// One after the other; the first refusal is the answer, and ends it.
  void carry_out(const std::shared_ptr<LiveRoom>& room, std::vector<std::pair<std::string, Json>> orders,
                 const Respond& respond);
  void put_room(const RequestPtr& request, const std::string& name, const Respond& respond);
  void describe(const std::shared_ptr<LiveRoom>& room, int status, const Respond& respond);
  HttpResponse list_rooms(const HttpRequest& request) const;

  const FrontDeps deps_;
};

}  // namespace tessera::server
