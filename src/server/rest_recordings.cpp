#include "server/rest_recordings.hpp"

#include "server/deeds.hpp"
#include "server/recording_query.hpp"

namespace tessera::server {
namespace {

/// A server with thousands of recordings reads their manifests a few at a time, as it starts: nobody who
/// looks at the list, and nobody who is in a room, has to wait for that.
constexpr std::chrono::milliseconds warm_interval{20};
constexpr std::size_t warm_at_once = 8;
constexpr std::chrono::minutes delete_deadline{5};

}  // namespace

RestRecordings::RestRecordings(const FrontDeps& deps, Router& router)
    : deps_(deps), catalog_(deps.store), allowance_(deps.config.recording.deletes_per_hour) {
  warming_ = deps_.loop.every(warm_interval, [this] {
    if (catalog_.warm(warm_at_once)) warming_.reset();
  });
  const auto id_of = [](const PathParams& params) { return params.find("recording")->second; };
  router.add("POST", "/api/v1/rooms/{room}/recordings",
             [this](const RequestPtr& request, const PathParams& params, const Respond& respond) {
               start(request, params.find("room")->second, respond);
             });
  router.add("GET", "/api/v1/recordings",
             [this](const RequestPtr& request, const PathParams&, const Respond& respond) {
               respond(list(*request));
             });
  const std::string one = "/api/v1/recordings/{recording}";
  router.add(
      "GET", one, [this, id_of](const RequestPtr& request, const PathParams& params, const Respond& respond) {
        auto entry = entry_for(*request, id_of(params), Role::operator_);
        respond(entry ? json_response(
                            200, shown_recording(entry->manifest, deps_.recordings.is_interrupted(entry->id)))
                      : failure_response(entry.error()));
      });
  router.add("PATCH", one,
             [this, id_of](const RequestPtr& request, const PathParams& params, const Respond& respond) {
               set_state(request, id_of(params), respond);
             });
  router.add("DELETE", one,
             [this, id_of](const RequestPtr& request, const PathParams& params, const Respond& respond) {
               const std::string id = id_of(params);
               const auto known = deps_.store.find(id);
               const Respond answer =
                   audited(deps_, *request, Deed{"delete-recording", known ? known->room : "", id}, respond);
               auto entry = deletable(*request, id);
               if (!entry) return answer(failure_response(entry.error()));
               remove(*entry, answer);
             });
}

void RestRecordings::remove(const recording::Entry& entry, const Respond& respond) {
  const std::uint64_t number = ++deletions_;
  deleting_[number] = respond;
  worker_.run(
      "delete recording",
      [this, alive = std::weak_ptr(alive_), store = deps_.store, loop = &deps_.loop, id = entry.id,
       directory = entry.directory, number] {
        loop->post([this, alive, removed = store.remove(id), directory, number] {
          if (!alive.lock()) return;
          if (removed) deps_.recordings.forget(directory);
          const auto answer = deleting_.extract(number);
          answer.mapped()(removed ? empty_response(204) : failure_response(removed.error()));
        });
      },
      delete_deadline);
}

Result<recording::Entry> RestRecordings::entry_for(const HttpRequest& request, const std::string& id,
                                                   Role least) const {
  auto identity = identity_of(deps_.auth, request);
  if (!identity) return std::move(identity).error();
  auto entry = deps_.store.find(id);
  if (!entry) return error("unknown-recording", "there is no such recording");
  if (auto allowed = authorised_in_room(deps_, request, least, entry->room); !allowed)
    return std::move(allowed).error();
  return std::move(*entry);
}

Result<recording::Entry> RestRecordings::deletable(const HttpRequest& request, const std::string& id) {
  auto entry = entry_for(request, id, Role::operator_);
  if (!entry) return entry;
  const auto identity = identity_of(deps_.auth, request);
  if (!identity) return identity.error();
  if (!allowance_.take(*identity, DeletionAllowance::Clock::now()))
    return error(
        "forbidden",
        "an operator deletes at most {} recordings an hour (recording.deletesPerHour); more needs the "
        "role admin or the right \"{}\"",
        deps_.config.recording.deletes_per_hour, right_to_delete_recordings);
  return entry;
}

std::shared_ptr<LiveRoom> RestRecordings::room_recording(const std::string& id) const {
  for (const auto& room : deps_.rooms.rooms())
    if (room->recordings().contains(id)) return room;
  return nullptr;
}

void RestRecordings::start(const RequestPtr& request, const std::string& name, const Respond& unaudited) {
  Deed deed{"start-recording", name};
  if (auto identity = authorised_in_room(deps_, *request, Role::operator_, name); !identity)
    return audited(deps_, *request, deed, unaudited)(failure_response(identity.error()));
  auto body = json_body_of(*request);
  if (body) body = checked_recording_order(*body);
  if (!body) return unaudited(failure_response(body.error()));
  if ((*body)["announce"].is_bool()) deed.details.set("announce", (*body)["announce"]);
  const Respond respond = audited(deps_, *request, std::move(deed), unaudited);
  const auto room = deps_.rooms.find(name);
  if (!room) return respond(problem_response(404, "unknown-room", "there is no open room of that name"));
  room->when_open([this, room, respond, wanted = std::move(*body)](const Result<void>& opened) {
    if (!opened) return respond(failure_response(opened.error()));
    deps_.recordings.start(room, wanted, [respond](const messages::Reply& reply) {
      if (!reply.ok) return respond(problem_response(problem_of(reply)));
      respond(json_response(201, reply.result)
                  .with("Location", "/api/v1/recordings/" + reply.result["id"].as_string()));
    });
  });
}

void RestRecordings::set_state(const RequestPtr& request, const std::string& id, const Respond& unaudited) {
  const auto known = deps_.store.find(id);
  Deed deed{"set-recording", known ? known->room : "", id};
  auto entry = entry_for(*request, id, Role::operator_);
  if (!entry) return audited(deps_, *request, deed, unaudited)(failure_response(entry.error()));
  auto body = json_body_of(*request);
  if (!body) return unaudited(failure_response(body.error()));
  const std::string state = (*body)["state"].as_string();
  deed.details.set("state", state);
  const Respond respond = audited(deps_, *request, std::move(deed), unaudited);
  if (state != "stopped" && state != "paused" && state != "recording")
    return respond(
        problem_response(400, "bad-request", "state must be \"stopped\", \"paused\" or \"recording\""));
  const auto room = room_recording(id);
  if (!room && state == "stopped" && deps_.recordings.stop_interrupted(id))
    return respond(json_response(202, Json::object({{"id", id}, {"state", "finishing"}})));
  if (!room && deps_.recordings.is_interrupted(id))
    return respond(problem_response(
        409, "conflict", "its room's process died; it goes on when the room opens again, or can be stopped"));
  if (!room)
    return respond(problem_response(
        409, "conflict", "the recording has ended: it is " + entry->manifest["state"].as_string("finished")));
  deps_.recordings.set_state(room, id, state, answer_with(respond));
}

HttpResponse RestRecordings::list(const HttpRequest& request) {
  auto identity = identity_of(deps_.auth, request);
  if (!identity) return failure_response(identity.error());
  if (!identity->allows(Role::operator_))
    return failure_response(
        error("forbidden", "this needs the role operator; the token has {}", name_of(identity->role)));
  auto query = parse_recording_query(request);
  if (!query) return failure_response(query.error());
  if (identity->room != "*" && !query->room) query->room = identity->room;
  if (query->room && !identity->covers(*query->room))
    return failure_response(error("forbidden", "the token is for another room"));
  if (query->room)
    if (auto may = deps_.moderation.may_act(*query->room, *identity); !may)
      return failure_response(may.error());
  return json_response(
      200, recording_page(*query, catalog_.manifests(query->room),
                          [this](const std::string& id) { return deps_.recordings.is_interrupted(id); }));
}

}  // namespace tessera::server
