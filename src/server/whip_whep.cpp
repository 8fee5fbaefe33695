#include "server/whip_whep.hpp"

#include <glib.h>

#include <algorithm>
#include <array>

#include "base/log.hpp"
#include "base/random.hpp"
#include "server/ice_servers.hpp"
#include "server/names.hpp"
#include "server/problem.hpp"
#include "server/response_headers.hpp"
#include "server/room_entry.hpp"
#include "server/static_web.hpp"
#include "webrtc/offer_check.hpp"

namespace tessera::server {
namespace {

constexpr auto sdp_type = "application/sdp";
constexpr auto fragment_type = "application/trickle-ice-sdpfrag";

// Does an Accept header admit application/sdp? Quality values other than an explicit zero do not matter here.
bool accepts_sdp(std::string_view accept) {
  if (accept.empty()) return true;
  for (const std::string_view wanted : {"application/sdp", "application/*", "*/*"})
    if (accept.find(wanted) != std::string_view::npos) return true;
  return false;
}

// Text that JSON can carry to the room, and that begins and goes on as SDP does.
bool looks_like_sdp(std::string_view body) {
  if (body.find('\0') != std::string_view::npos ||
      !g_utf8_validate(body.data(), static_cast<gssize>(body.size()), nullptr))
    return false;
  return (body.starts_with("v=0\r\n") || body.starts_with("v=0\n")) &&
         body.find("\nm=") != std::string_view::npos;
}

// What can be said about the request before a room is bothered with it.
std::optional<Problem> refuse_offer(const HttpRequest& request) {
  if (request.content_type() != sdp_type)
    return Problem{415, "unsupported-media-type",
                   "the body must be an SDP offer, Content-Type: application/sdp"};
  if (!accepts_sdp(request.header("accept")))
    return Problem{406, "not-acceptable", "the answer is application/sdp, which the Accept header excludes"};
  if (!looks_like_sdp(request.body))
    return Problem{400, "bad-sdp",
                   "the body is not an SDP offer: it must begin with v=0 and hold media sections"};
  if (!is_display_name(request.query_value("name")))
    return Problem{400, "bad-request", "name must be at most 64 characters, without control characters"};
  const std::string role = request.query_value("role");
  if (!role.empty() && !role_from(role))
    return Problem{400, "bad-request", "role must be viewer, speaker, operator or admin"};
  return std::nullopt;
}

HttpResponse whip_problem(Problem problem) {
  auto response = problem_response(problem);
  if (problem.status == 409) response.with("Retry-After", "2");
  if (problem.status == 415) response.with("Accept-Post", sdp_type);
  return response;
}

}  // namespace

WhipWhep::WhipWhep(const FrontDeps& deps, Router& router) : deps_(deps) {
  add_routes(router, "whip");
  add_routes(router, "whep");
}

void WhipWhep::add_routes(Router& router, const std::string& kind) {
  const std::string endpoint = "/" + kind + "/{room}", session = endpoint + "/{session}";
  router.add("POST", endpoint,
             [this, kind](const RequestPtr& request, const PathParams& params, const Respond& respond) {
               create(kind, request, params.find("room")->second, respond);
             });
  router.add("GET", endpoint, [](const RequestPtr&, const PathParams&, const Respond& respond) {
    respond(empty_response(204).with("Accept-Post", sdp_type));
  });
  router.add("OPTIONS", endpoint, [](const RequestPtr&, const PathParams&, const Respond& respond) {
    respond(options_response("GET, HEAD, OPTIONS, POST").with("Accept-Post", sdp_type));
  });
  router.add("PATCH", session,
             [this, kind](const RequestPtr& request, const PathParams& params, const Respond& respond) {
               respond(patch(kind, *request, params));
             });
  router.add("DELETE", session,
             [this, kind](const RequestPtr& request, const PathParams& params, const Respond& respond) {
               respond(end(kind, *request, params));
             });
  router.add("GET", session,
             [this, kind](const RequestPtr&, const PathParams& params, const Respond& respond) {
               respond(find(kind, params) ? empty_response(204)
                                          : problem_response(404, "unknown-session", "no such session"));
             });
  router.add("OPTIONS", session, [](const RequestPtr&, const PathParams&, const Respond& respond) {
    respond(options_response("DELETE, GET, HEAD, OPTIONS, PATCH").with("Accept-Patch", fragment_type));
  });
}

Result<Identity> WhipWhep::allowed(const std::string& kind, const HttpRequest& request, std::string_view room,
                                   Of what) const {
  const std::string header = request.header("authorization");
  const std::string_view token = bearer_token(header);
  auto identity = deps_.auth.identify(token);
  // The session's address cannot be guessed: an encoder that has been on air for longer than its token lives
  // may still add candidates and end.
  if (what == Of::session && !identity && identity.error().code == "token-expired")
    identity = deps_.auth.identify_expired(token);
  if (!identity) return identity;
  if (auto may = authorise(*identity, kind == "whip" ? Role::speaker : Role::viewer, room); !may)
    return std::move(may).error();
  if (auto may = deps_.moderation.may_act(room, *identity); !may) return std::move(may).error();
  return identity;
}

void WhipWhep::create(const std::string& kind, const RequestPtr& request, const std::string& name,
                      const Respond& respond) {
  auto identity = allowed(kind, *request, name, Of::endpoint);
  if (!identity) return respond(whip_problem(problem_of(identity.error())));
  if (auto problem = refuse_offer(*request)) return respond(whip_problem(*problem));
  // Before there is a room, a seat or anything that others hear of.
  const auto use = kind == "whip" ? webrtc::OfferUse::publishing : webrtc::OfferUse::watching;
  if (auto served = webrtc::check_offer(request->body, use, deps_.config.video.codecs); !served)
    return respond(whip_problem(problem_of(served.error())));
  auto guest = guest_of(kind, *request, *identity, name);
  if (!guest) return respond(whip_problem(problem_of(guest.error())));
  if (deps_.rooms.draining())
    return respond(whip_problem({503, "draining", "the server is shutting down; try another or come back"}));

  std::shared_ptr<LiveRoom> room = deps_.rooms.find(name);
  if (!room && kind == "whep")
    return respond(
        whip_problem({409, "unknown-room", "there is no such room yet; try again when somebody is in it"}));
  if (!room) {
    auto entered = enter_room(deps_, *identity, name);
    if (const auto* refusal = std::get_if<Problem>(&entered)) return respond(whip_problem(*refusal));
    room = std::get<std::shared_ptr<LiveRoom>>(std::move(entered));
  }

  room->when_open(
      [this, kind, request, room, guest = std::move(*guest), respond](const Result<void>& opened) {
        if (!opened) return respond(whip_problem(problem_of(opened.error())));
        join(kind, request, room, guest, respond);
      });
}

Result<WhipWhep::Guest> WhipWhep::guest_of(const std::string& kind, const HttpRequest& request,
                                           const Identity& identity, const std::string& room) const {
  const bool publishes = kind == "whip";
  Guest guest;
  guest.allowed = deps_.auth.open() ? Role::operator_ : identity.role;
  const std::string given = identity.name.empty() ? request.query_value("name") : identity.name;
  guest.who = {identity.subject, false, request.client, given, ""};
  guest.name = given;
  const auto decided = deps_.moderation.admit(room, guest.who);
  if (!decided) return decided.error();
  const Role most = std::min(guest.allowed, decided->most.value_or(guest.allowed));
  if (publishes && most < Role::speaker)
    return error("forbidden", "an operator has made you a viewer in this room; viewers do not publish");
  guest.role = std::min(
      role_from(request.query_value("role")).value_or(publishes ? Role::speaker : Role::viewer), most);
  if (publishes) guest.role = std::max(guest.role, Role::speaker);  // publishing is what a viewer may not do
  const std::string shown = !given.empty() ? given : publishes ? "Publisher" : "Viewer";
  guest.params = Json::object({{"name", shown},
                               {"role", name_of(guest.role)},
                               {"allowed", name_of(most)},
                               {"kind", publishes ? "publisher" : "viewer"},
                               {"muted", decided->muted},
                               {"held", decided->held}});
  add_end_of_token(deps_, identity, guest.params);
  auto pending = deps_.pending.take(
      {room, credential_of(identity, bearer_token(request.header("authorization")), deps_.auth.open()),
       guest.who.address, !deps_.auth.open() && identity.allows(Role::operator_)});
  if (!pending) return std::move(pending).error();
  guest.pending = std::move(*pending);
  return guest;
}

void WhipWhep::join(const std::string& kind, const RequestPtr& request, const std::shared_ptr<LiveRoom>& room,
                    const Guest& guest, const Respond& respond) {
  Json params = guest.params;
  if (kind == "whip")
    if (const auto before = session_of(room->name(), guest)) params.set("resume", before->spec().resume);
  room->join(params, [this, kind, request, room, guest, respond](const messages::Reply& reply) {
    if (!reply.ok) return respond(whip_problem(problem_of(reply)));
    const std::string participant = reply.result["participant"].as_string();
    Guest seated = guest;
    seated.resume = reply.result["resume"].as_string();
    seated.again = reply.result["resumed"].as_bool();
    deps_.moderation.joined(room->name(), participant, guest.who, guest.allowed, guest.role);
    offer(kind, request, room, participant, seated, respond);
  });
}

// An encoder that lost its connection comes again before its old seat has ended. Several encoders may share a
// token: without a name of its own none of them takes another's seat.
std::shared_ptr<WhipSession> WhipWhep::session_of(const std::string& room, const Guest& guest) const {
  if (guest.name.empty() || !deps_.moderation.is_personal(room, guest.who.subject)) return nullptr;
  for (const auto& [id, session] : sessions_)
    if (session->kind() == "whip" && session->room().name() == room && session->room().is_open() &&
        session->spec().subject == guest.who.subject && session->spec().name == guest.name)
      return session;
  return nullptr;
}

void WhipWhep::offer(const std::string& kind, const RequestPtr& request,
                     const std::shared_ptr<LiveRoom>& room, const std::string& participant,
                     const Guest& guest, const Respond& respond) {
  // In the table before the answer: the room may end the seat again at any moment.
  auto session = std::make_shared<WhipSession>(
      WhipSession::Spec{random_token(24), kind, room, participant, request->body, guest.pending, guest.resume,
                        guest.who.subject, guest.name},
      [this](const std::string& id) { sessions_.erase(id); });
  sessions_[session->id()] = session;
  // A seat that has a session stays that one's until the new offer is answered.
  if (!guest.again) room->attach(participant, session);
  room->request(
      "offer",
      Json::object(
          {{"participant", participant},
           {"endpoint", "main"},
           {"sdp", request->body},
           {"trickle", false},
           {"fresh", true},
           {"turn", own_turn_servers(deps_.config.ice.turn, participant, std::chrono::system_clock::now())}}),
      [this, session, participant, room, again = guest.again, respond](const messages::Reply& reply) {
        if (!reply.ok) {
          if (again)
            session->forget();
          else if (sessions_.contains(session->id()))
            session->leave("refused");
          return respond(whip_problem(problem_of(reply)));
        }
        if (!sessions_.contains(session->id()))
          return respond(whip_problem({503, "room-gone", "the room closed meanwhile"}));
        if (again) room->attach(participant, session);
        HttpResponse created = text_response(201, sdp_type, reply.result["sdp"].as_string());
        created.with("Location", deps_.config.http.public_url + session->path())
            .with("ETag", session->etag());
        created.with("Accept-Patch", fragment_type);
        for (auto& link : ice_server_links(deps_.config.ice, participant, std::chrono::system_clock::now()))
          created.with("Link", std::move(link));
        log::info("{} session for room {} as participant {}", session->kind(), session->room().name(),
                  participant);
        respond(std::move(created));
      });
}

std::shared_ptr<WhipSession> WhipWhep::find(const std::string& kind, const PathParams& params) const {
  const auto found = sessions_.find(params.find("session")->second);
  if (found == sessions_.end() || found->second->kind() != kind ||
      found->second->room().name() != params.find("room")->second)
    return nullptr;
  return found->second;
}

HttpResponse WhipWhep::patch(const std::string& kind, const HttpRequest& request, const PathParams& params) {
  if (auto identity = allowed(kind, request, params.find("room")->second, Of::session); !identity)
    return problem_response(problem_of(identity.error()));
  const auto session = find(kind, params);
  if (!session) return problem_response(404, "unknown-session", "there is no such session, or it has ended");
  if (request.content_type() != fragment_type)
    return problem_response(415, "unsupported-media-type",
                            "Content-Type must be application/trickle-ice-sdpfrag")
        .with("Accept-Patch", fragment_type);
  if (!request.has_header("if-match"))
    return problem_response(428, "if-match-required", "If-Match with the session's ETag is required");
  if (!etag_matches(request.header("if-match"), session->etag(), false))
    return problem_response(412, "etag-mismatch", "If-Match names another ICE session than the present one");
  auto fragment = parse_sdpfrag(request.body);
  if (!fragment) return problem_response(problem_of(fragment.error()));
  if (auto added = session->add_candidates(*fragment); !added)
    return problem_response(problem_of(added.error()));
  return empty_response(204);
}

HttpResponse WhipWhep::end(const std::string& kind, const HttpRequest& request, const PathParams& params) {
  if (auto identity = allowed(kind, request, params.find("room")->second, Of::session); !identity)
    return problem_response(problem_of(identity.error()));
  const auto session = find(kind, params);
  if (!session) return problem_response(404, "unknown-session", "there is no such session, or it has ended");
  session->leave("left");
  return empty_response(200);
}

}  // namespace tessera::server
