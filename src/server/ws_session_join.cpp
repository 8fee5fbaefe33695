// How a WebSocket client gets its seat: a new one, or with a resume token the one it had.
#include <algorithm>

#include "server/ice_servers.hpp"
#include "server/problem.hpp"
#include "server/room_entry.hpp"
#include "server/ws_session.hpp"

namespace tessera::server {
namespace {

Problem seat_is_gone() {
  return {401, "token-expired",
          "the token has expired, and the seat that it resumes is gone; get a new token"};
}

}  // namespace

void WsSession::join(const ClientMessage& message) {
  if (state_ != State::waiting) return send_error(message.id, {409, "already-joined", "leave first"});
  const Json& fields = message.fields;
  const std::string name = fields["room"].as_string();
  std::string token = fields["token"].as_string();
  if (token.empty()) token = opening_.token;
  auto identity = deps_.auth.identify(token);
  // Whoever has a seat keeps it: the resume token is the credential, and the seat's role is what it was.
  const bool seat_only = !identity && identity.error().code == "token-expired" && fields.has("resume") &&
                         !deps_.config.auth.end_sessions_at_expiry;
  if (seat_only) identity = deps_.auth.identify_expired(token);
  if (!identity) return send_error(message.id, problem_of(identity.error()));
  if (auto allowed = authorise(*identity, Role::viewer, name); !allowed)
    return send_error(message.id, problem_of(allowed.error()));

  subject_ = identity->subject;
  // Without keys everybody operates the room; with them the token says how far the wish for a role may go.
  allowed_ = deps_.auth.open() ? Role::operator_ : identity->role;
  std::string shown = identity->name.empty() ? fields["name"].as_string() : identity->name;
  if (shown.find_first_not_of(' ') == std::string::npos) shown.clear();
  who_ = {identity->subject, false, opening_.client, shown, fields["resume"].as_string()};
  asker_ = {name, credential_of(*identity, token, deps_.auth.open()), opening_.client,
            !deps_.auth.open() && identity->allows(Role::operator_)};
  auto decided = deps_.moderation.admit(name, who_);
  if (!decided) return send_error(message.id, problem_of(decided.error()));
  const Role most = std::min(allowed_, decided->most.value_or(allowed_));
  role_ = std::min(role_from(fields["role"].as_string()).value_or(most), most);
  const bool watches = role_ == Role::viewer || fields["kind"].as_string() == "viewer";
  if (shown.empty()) shown = "Guest";
  Json params = Json::object({{"name", shown},
                              {"role", name_of(role_)},
                              {"allowed", name_of(most)},
                              {"kind", watches ? "viewer" : "participant"},
                              {"muted", decided->muted},
                              {"held", decided->held}});
  if (fields.has("resume")) params.set("resume", fields["resume"]);
  if (seat_only) params.set("resumeOnly", true);
  add_end_of_token(deps_, *identity, params);

  if (seat_only && !deps_.rooms.find(name)) return send_error(message.id, seat_is_gone());
  auto entered = enter_room(deps_, *identity, name);
  if (const auto* refusal = std::get_if<Problem>(&entered)) return send_error(message.id, *refusal);
  room_ = std::get<std::shared_ptr<LiveRoom>>(std::move(entered));
  state_ = State::joining;
  join_deadline_.reset();
  const std::weak_ptr<WsSession> weak = weak_from_this();
  room_->when_open([weak, params = std::move(params), id = message.id](const Result<void>& opened) {
    if (const auto self = weak.lock()) self->on_room_open(opened, params, id);
  });
}

void WsSession::on_room_open(const Result<void>& opened, Json params, const Json& id) {
  if (state_ != State::joining) return;
  if (!opened) {
    forget_room();
    state_ = State::waiting;
    send_error(id, problem_of(opened.error()));
    return expect_join();
  }
  // Not weak: when the socket goes while the room is answering, the seat must be given up again.
  const bool seat_only = params["resumeOnly"].as_bool();
  room_->join(params, [self = shared_from_this(), room = room_, id, seat_only](const messages::Reply& reply) {
    if (self->state_ == State::joining) return self->on_joined(reply, id, seat_only);
    if (reply.ok) self->give_back(room, reply.result);
  });
}

void WsSession::give_back(const std::shared_ptr<LiveRoom>& room, const Json& joined) {
  const Json seat =
      Json::object({{"participant", joined["participant"]}, {"connection", joined["connection"]}});
  const auto done = [](const messages::Reply&) {};
  if (!joined["resumed"].as_bool()) return room->request("leave", seat, done);
  // Somebody's seat, which waits for them as if we had lost it a moment later. Whoever held it before us is
  // out.
  const std::string participant = joined["participant"].as_string();
  room->attach(participant, weak_from_this());
  room->detach(participant, this);
  room->request("detach", seat, done);
}

void WsSession::on_joined(const messages::Reply& reply, const Json& id, bool seat_only) {
  if (!reply.ok) {
    forget_room();
    state_ = State::waiting;
    send_error(id, seat_only && reply.code == "unknown-participant" ? seat_is_gone() : problem_of(reply));
    return expect_join();
  }
  state_ = State::joined;
  before_join_ = 0;
  socket_->allow_messages_of(max_client_message);
  participant_ = reply.result["participant"].as_string();
  connection_ = reply.result["connection"].as_int();
  wants_levels_ = false;
  // A seat that is taken again has the role that it had, which operators may have changed meanwhile.
  for (const auto& person : reply.result["room"]["participants"].items())
    if (person["id"].as_string() == participant_)
      role_ = role_from(person["role"].as_string()).value_or(role_);
  who_.resume = reply.result["resume"].as_string();
  deps_.moderation.joined(room_->name(), participant_, who_, allowed_, role_);
  room_->attach(participant_, weak_from_this());
  Json joined = Json::object({{"type", "joined"}});
  if (!id.is_null()) joined.set("id", id);
  for (const char* key : {"participant", "resume", "resumed", "room"}) joined.set(key, reply.result[key]);
  joined.set("role", name_of(role_));
  if (role_ >= Role::operator_) joined.set("keptOut", deps_.moderation.list(room_->name(), false)["keptOut"]);
  joined.set("iceServers", ice_servers(deps_.config.ice, participant_, std::chrono::system_clock::now()));
  send(std::move(joined));
}

}  // namespace tessera::server
