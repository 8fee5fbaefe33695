#include "server/rest_recordings.hpp"

#include <sys/stat.h>

#include "server/byte_range.hpp"
#include "server/names.hpp"
#include "server/static_web.hpp"

namespace tessera::server {
namespace {

// For clients: the manifest without where it is on this disk.
Json shown(const Json& manifest) {
  Json result = Json::object();
  for (const auto& [key, value] : manifest.members())
    if (key != "directory") result.set(key, value);
  return result;
}

std::string download_name(const recording::Entry& entry) {
  const std::string start = entry.directory.substr(entry.directory.find_last_of('/') + 1);
  return entry.room + "-" + start + ".mp4";
}

}  // namespace

RestRecordings::RestRecordings(const FrontDeps& deps, Router& router) : deps_(deps) {
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
  router.add("GET", one,
             [this, id_of](const RequestPtr& request, const PathParams& params, const Respond& respond) {
               auto entry = entry_for(*request, id_of(params), Role::operator_);
               respond(entry ? json_response(200, shown(entry->manifest)) : failure_response(entry.error()));
             });
  router.add("PATCH", one,
             [this, id_of](const RequestPtr& request, const PathParams& params, const Respond& respond) {
               set_state(request, id_of(params), respond);
             });
  router.add("DELETE", one,
             [this, id_of](const RequestPtr& request, const PathParams& params, const Respond& respond) {
               auto entry = entry_for(*request, id_of(params), Role::operator_);
               if (!entry) return respond(failure_response(entry.error()));
               auto removed = deps_.store.remove(entry->id);
               respond(removed ? empty_response(204) : failure_response(removed.error()));
             });
  router.add("GET", one + "/file",
             [this, id_of](const RequestPtr& request, const PathParams& params, const Respond& respond) {
               respond(download(*request, id_of(params)));
             });
}

Result<recording::Entry> RestRecordings::entry_for(const HttpRequest& request, const std::string& id,
                                                   Role least) const {
  auto identity = identity_of(deps_.auth, request);
  if (!identity) return std::move(identity).error();
  auto entry = deps_.store.find(id);
  if (!entry) return error("unknown-recording", "there is no such recording");
  if (auto allowed = authorise(*identity, least, entry->room); !allowed) return std::move(allowed).error();
  return std::move(*entry);
}

std::shared_ptr<LiveRoom> RestRecordings::room_recording(const std::string& id) const {
  for (const auto& room : deps_.rooms.rooms())
    if (room->recordings().contains(id)) return room;
  return nullptr;
}

void RestRecordings::start(const RequestPtr& request, const std::string& name, const Respond& respond) {
  if (auto identity = authorised(deps_, *request, Role::operator_, name); !identity)
    return respond(failure_response(identity.error()));
  if (auto body = json_body_of(*request); !body) return respond(failure_response(body.error()));
  const auto room = deps_.rooms.find(name);
  if (!room) return respond(problem_response(404, "unknown-room", "there is no open room of that name"));
  room->when_open([this, room, respond](const Result<void>& opened) {
    if (!opened) return respond(failure_response(opened.error()));
    deps_.recordings.start(room, [respond](const messages::Reply& reply) {
      if (!reply.ok) return respond(problem_response(problem_of(reply)));
      respond(json_response(201, reply.result)
                  .with("Location", "/api/v1/recordings/" + reply.result["id"].as_string()));
    });
  });
}

void RestRecordings::set_state(const RequestPtr& request, const std::string& id, const Respond& respond) {
  auto entry = entry_for(*request, id, Role::operator_);
  if (!entry) return respond(failure_response(entry.error()));
  auto body = json_body_of(*request);
  if (!body) return respond(failure_response(body.error()));
  const std::string state = (*body)["state"].as_string();
  if (state != "stopped" && state != "paused" && state != "recording")
    return respond(
        problem_response(400, "bad-request", "state must be \"stopped\", \"paused\" or \"recording\""));
  const auto room = room_recording(id);
  if (!room)
    return respond(problem_response(
        409, "conflict", "the recording has ended: it is " + entry->manifest["state"].as_string("finished")));
  room->request("set-recording", Json::object({{"id", id}, {"state", state}}), answer_with(respond));
}

HttpResponse RestRecordings::list(const HttpRequest& request) const {
  auto identity = identity_of(deps_.auth, request);
  if (!identity) return failure_response(identity.error());
  if (!identity->allows(Role::operator_))
    return failure_response(
        error("forbidden", "this needs the role operator; the token has {}", name_of(identity->role)));
  std::optional<std::string> wanted;
  if (request.query.contains("room")) wanted = request.query_value("room");
  if (wanted && !is_room_name(*wanted))
    return problem_response(400, "bad-room-name", "room is not the name of a room");
  if (identity->room != "*" && !wanted) wanted = identity->room;
  if (wanted && !identity->covers(*wanted))
    return failure_response(error("forbidden", "the token is for another room"));
  Json recordings = Json::array();
  for (const auto& manifest : deps_.store.list(wanted)) recordings.push(shown(manifest));
  return json_response(200, Json::object({{"recordings", std::move(recordings)}}));
}

HttpResponse RestRecordings::download(const HttpRequest& request, const std::string& id) const {
  const auto entry = entry_for(request, id, Role::operator_);
  if (!entry) return failure_response(entry.error());
  struct stat about {};
  if (entry->file.empty() || stat(entry->file.c_str(), &about) != 0)
    return problem_response(
        409, "not-ready",
        "the recording is " + entry->manifest["state"].as_string("unfinished") + ", there is no file yet");
  const auto size = static_cast<std::uint64_t>(about.st_size);
  const std::string etag = fmt::format("\"{:x}-{:x}-{:x}\"", about.st_ino, size, about.st_mtim.tv_sec);

  HttpResponse response;
  response.with("ETag", etag).with("Accept-Ranges", "bytes").with("Cache-Control", "private, no-cache");
  if (etag_matches(request.header("if-none-match"), etag, true)) {
    response.status = 304;
    return response;
  }
  // A range of another version of the file would not fit what the client has: it gets the whole (If-Range).
  const std::string if_range = request.header("if-range");
  ByteRange range = parse_byte_range(request.header("range"), size);
  if (!if_range.empty() && if_range != etag) range = {ByteRange::Outcome::whole, 0, size};
  if (range.outcome == ByteRange::Outcome::unsatisfiable)
    return problem_response(416, "range-not-satisfiable", "the file is shorter than that")
        .with("Content-Range", content_range(range, size));
  response.with("Content-Type", "video/mp4");
  response.with("Content-Disposition", "inline; filename=\"" + download_name(*entry) + "\"");
  if (range.outcome == ByteRange::Outcome::part) {
    response.status = 206;
    response.with("Content-Range", content_range(range, size));
  }
  response.file = FileBody{entry->file, range.first, range.length};
  return response;
}

}  // namespace tessera::server
