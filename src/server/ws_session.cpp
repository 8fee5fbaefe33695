#include "server/ws_session.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "base/text.hpp"
#include "server/deeds.hpp"
#include "server/ice_servers.hpp"
#include "server/parse_cost.hpp"
#include "server/problem.hpp"

namespace tessera::server {
namespace {

constexpr int normal = 1000, going_away = 1001, unsupported = 1003, policy = 1008;

std::map<std::string_view, RateLimit> rates_of(const SocketLimits& limits, RateLimit::Clock::time_point now) {
  return {{"join", {limits.joins, now}},           {"offer", {limits.offers, now}},
          {"state", {limits.states, now}},         {"chat", {limits.chats, now}},
          {"candidate", {limits.candidates, now}}, {"close", {limits.closes, now}},
          {"levels", {limits.levels, now}},        {"control", {limits.controls, now}}};
}

}  // namespace

WsSession::WsSession(const FrontDeps& deps, std::shared_ptr<TextSocket> socket, Opening opening,
                     Limits limits)
    : deps_(deps),
      socket_(std::move(socket)),
      opening_(std::move(opening)),
      limits_(limits),
      rate_(limits.messages, RateLimit::Clock::now()),
      parsing_(limits.parsing, RateLimit::Clock::now()),
      rates_(rates_of(limits, RateLimit::Clock::now())) {}

WsSession::~WsSession() = default;

void WsSession::start() {
  expect_join();
}

// A socket without a seat costs as much as one with, and is of no use.
void WsSession::expect_join() {
  socket_->allow_messages_of(max_message_before_join);
  join_deadline_ = deps_.loop.after(limits_.join_time, [this] {
    const auto self = shared_from_this();
    send_error({}, {408, "join-timeout", "no join within the time allowed"});
    close(policy, "no join");
  });
}

void WsSession::on_text(std::string_view text) {
  if (state_ == State::closed) return;
  const auto self = shared_from_this();
  deps_.metrics.count_socket_message(true);
  if (floods(text)) return;
  Json id;
  auto message = parse_client_message(text, &id, state_ == State::joined);
  if (!message) return send_error(id, problem_of(message.error()));
  on_message(*message);
}

bool WsSession::floods(std::string_view text) {
  const auto now = RateLimit::Clock::now();
  if (state_ != State::joined && ++before_join_ > limits_.messages_before_join)
    refuse({429, "rate-limited", "too many messages before join; this connection is closed"}, policy);
  else if (!rate_.take(now))
    refuse({429, "rate-limited", "too many messages; this connection is closed"}, policy);
  else if (!parsing_.take(now, parse_cost(text)))
    refuse({429, "rate-limited", "too much to read; this connection is closed"}, policy);
  return state_ == State::closed;
}

void WsSession::refuse(const Problem& problem, int close_code) {
  if (state_ == State::closed) return;
  const auto self = shared_from_this();
  send_error({}, problem);
  close(close_code, problem.detail);
}

void WsSession::on_binary() {
  refuse({400, "bad-request", "messages are text frames with one JSON object each"}, unsupported);
}

void WsSession::on_closed(bool left) {
  if (state_ == State::closed) return;
  const auto self = shared_from_this();
  const bool seated = state_ == State::joined;
  state_ = State::closed;
  join_deadline_.reset();
  // The seat stays for a while: whoever comes back with its resume token sits down again. A page that is
  // closed or loaded anew does not: it has forgotten the token.
  if (seated) room_->request(left ? "leave" : "detach", seat(), [](const messages::Reply&) {});
  forget_room();
}

void WsSession::close(int code, const std::string& reason) {
  if (state_ == State::closed) return;
  const auto self = shared_from_this();
  on_closed();
  socket_->close(code, reason);
}

void WsSession::on_message(const ClientMessage& message) {
  if (state_ != State::joined && message.type != "join")
    return send_error(message.id, {409, "not-joined", "join a room first"});
  if (too_often(message.type))
    return send_error(
        message.id,
        {429, "rate-limited", fmt::format("too many messages of type \"{}\"; wait a little", message.type)});
  if (message.type == "join") return join(message);
  if (message.type == "leave") return leave(message.id);
  if (message.type == "control") return control(message);
  const bool waited = message.type == "offer" && pending_.contains(message.fields["endpoint"].as_string());
  if (message.type == "offer") {
    if (!expect_connection(message)) return;
  } else if (message.type == "close") {
    pending_.erase(message.fields["endpoint"].as_string());
  }
  auto call = room_call_of(message);
  if (!call) return send_error(message.id, {400, "bad-request", "unknown type"});
  call->params.set("participant", participant_);
  if (call->method == "offer")
    call->params.set("turn",
                     own_turn_servers(deps_.config.ice.turn, participant_, std::chrono::system_clock::now()));
  if (call->method == "levels") wants_levels_ = call->params["on"].as_bool();
  if (call->method != "offer") return forward(std::move(call->method), std::move(call->params), message.id);
  const std::string endpoint = call->params["endpoint"].as_string();
  room_->request("offer", std::move(call->params),
                 [weak = weak_from_this(), endpoint, waited, answered = answer(message.id),
                  offered = std::weak_ptr(pending_[endpoint])](const messages::Reply& reply) {
                   // Refused: nothing of it is left to wait for, unless another offer has come since, or the
                   // one before stays and is still on its way.
                   const bool stays = waited && reply.code == "renegotiation-unsupported";
                   if (const auto self = weak.lock(); self && !reply.ok && !stays)
                     if (const auto found = self->pending_.find(endpoint);
                         found != self->pending_.end() && found->second == offered.lock())
                       self->pending_.erase(found);
                   answered(reply);
                 });
}

bool WsSession::too_often(const std::string& type) {
  const auto rate = rates_.find(type);
  return rate != rates_.end() && !rate->second.take(RateLimit::Clock::now());
}

bool WsSession::expect_connection(const ClientMessage& offer) {
  auto& place = pending_[offer.fields["endpoint"].as_string()];
  place.reset();  // the new offer takes the place of the one before
  auto taken = deps_.pending.take(asker_);
  if (taken) {
    place = std::move(*taken);
    return true;
  }
  send_error(offer.id, problem_of(taken.error()));
  return false;
}

Json WsSession::seat() const {
  return Json::object({{"participant", participant_}, {"connection", connection_}});
}

void WsSession::leave(const Json& id) {
  const auto room = room_;
  Json given_up = seat();
  state_ = State::waiting;
  forget_room();
  room->request("leave", std::move(given_up), answer(id));
  expect_join();
}

void WsSession::control(const ClientMessage& message) {
  // The role first: nobody makes work whom the room does not listen to.
  const std::string action = message.fields["action"].as_string();
  const auto least = least_role_for(action);
  if (!least)
    return send_error(message.id,
                      {400, "bad-request", fmt::format("unknown action \"{}\"", shortened(action, 40))});
  if (role_ < *least) {
    if (const auto deed = refused_deed(room_->name(), action)) deps_.audit.note(actor(), *deed, "forbidden");
    return send_error(message.id, {403, "forbidden",
                                   fmt::format("\"{}\" needs the role {}; this seat has {}", action,
                                               name_of(*least), name_of(role_))});
  }
  auto control = control_call_of(message);
  if (!control) return send_error(message.id, problem_of(control.error()));
  auto deed = deed_of(room_->name(), *control);
  if (control->action == "close-room") {
    deps_.audit.note(actor(), *deed, "done");
    send_reply(message.id, Json::object());
    return room_->close("room-closed");
  }
  // Nobody gives more than they have.
  if (const auto role = role_from(control->call.params["role"].as_string()); role && *role > role_) {
    if (deed) deps_.audit.note(actor(), *deed, "forbidden");
    return send_error(message.id, {403, "forbidden", "a role above one's own cannot be given"});
  }
  if (control->action == "kept-out")
    return send_reply(message.id, deps_.moderation.list(room_->name(), false));
  if (control->action == "readmit") {
    const std::string entry = control->call.params["entry"].as_string();
    const auto done = deps_.moderation.readmit(room_->name(), entry, false, room_.get());
    deps_.audit.note(actor(), *deed, done ? "done" : done.error().code);
    return done ? send_reply(message.id, Json::object()) : send_error(message.id, problem_of(done.error()));
  }
  auto on_reply = audited(deps_, actor(), std::move(deed), answer(message.id));
  if (control->action == "start-recording")
    return deps_.recordings.start(room_, control->call.params, std::move(on_reply));
  if (control->call.method == "set-recording")
    return deps_.recordings.set_state(room_, control->call.params["id"].as_string(),
                                      control->call.params["state"].as_string(), std::move(on_reply));
  control->call.params.set("by", Json::object({{"role", name_of(role_)}, {"participant", participant_}}));
  room_->request(std::move(control->call.method), std::move(control->call.params), std::move(on_reply));
}

Actor WsSession::actor() const {
  return {subject_, role_, opening_.client};
}

void WsSession::forward(std::string method, Json params, const Json& id) {
  room_->request(std::move(method), std::move(params), answer(id));
}

RoomLink::OnReply WsSession::answer(const Json& id) {
  return [weak = weak_from_this(), id](const messages::Reply& reply) {
    const auto self = weak.lock();
    if (!self || self->state_ == State::closed) return;
    if (reply.ok)
      self->send_reply(id, reply.result);
    else
      self->send_error(id, problem_of(reply));
  };
}

void WsSession::on_room_event(const RoomEvent& event) {
  if (state_ != State::joined) return;
  if (event.audience() == "operator" && role_ < Role::operator_) return;
  if (event.audience() == "levels" && !wants_levels_) return;
  if (event.name() == "endpoint") pending_.erase(event.data()["endpoint"].as_string());
  if (event.name() == "bye") return bye(event.data()["reason"].as_string("left"));
  if (event.about_participant() && event.data()["id"].as_string() == participant_)
    if (const auto role = role_from(event.data()["role"].as_string())) role_ = *role;
  send_text(event.text());
}

// The seat is gone, said the room.
void WsSession::bye(const std::string& reason) {
  const auto self = shared_from_this();
  state_ = State::waiting;
  forget_room();
  send(Json::object({{"type", "bye"}, {"reason", reason}}));
  close(normal, reason);
}

void WsSession::on_room_ended(const std::string& reason) {
  if (state_ != State::joined) return;
  // After a crash the same connection may join again: a fresh process answers.
  if (reason != "room-crashed") return bye(reason);
  state_ = State::waiting;
  pending_.clear();
  room_.reset();
  participant_.clear();
  send(Json::object({{"type", "bye"}, {"reason", reason}}));
  expect_join();
}

void WsSession::on_replaced() {
  if (state_ != State::joined) return;
  const auto self = shared_from_this();
  state_ = State::waiting;
  pending_.clear();
  room_.reset();  // the seat is another connection's now: neither detached nor left
  send(Json::object({{"type", "bye"}, {"reason", "replaced"}}));
  close(going_away, "replaced");
}

void WsSession::forget_room() {
  if (room_ && !participant_.empty()) room_->detach(participant_, this);
  pending_.clear();
  room_.reset();
  participant_.clear();
}

void WsSession::send_text(const std::string& text) {
  if (state_ == State::closed) return;
  deps_.metrics.count_socket_message(false);
  socket_->send(text);
}

void WsSession::send_reply(const Json& id, const Json& fields) {
  if (id.is_null()) return;  // nobody waits for it
  Json::Object message{{"type", "reply"}, {"id", id}};
  for (const auto& [key, value] : fields.members()) {
    // A recording's own id must not stand where the request's is.
    if (key == "id")
      message.emplace_back("recording", value);
    else if (key != "type")
      message.emplace_back(key, value);
  }
  send(Json::from_members(std::move(message)));
}

void WsSession::send_error(const Json& id, const Problem& problem) {
  Json message = Json::object({{"type", "error"}});
  if (!id.is_null()) message.set("id", id);
  message.set("code", problem.code)
      .set("title", title_of(problem.status))
      .set("detail", problem.detail)
      .set("status", problem.status);
  send(std::move(message));
}

}  // namespace tessera::server
