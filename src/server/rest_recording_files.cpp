#include "server/rest_recording_files.hpp"

#include <charconv>
#include <chrono>

#include "recording/beneath.hpp"
#include "recording/names.hpp"
#include "recording/timeline_document.hpp"
#include "server/deeds.hpp"
#include "server/file_response.hpp"
#include "server/spool.hpp"

namespace tessera::server {
namespace {

/// Timelines that wait or are being read at once.
constexpr int max_reading = 16;

HttpTime now() {
  return std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now());
}

std::optional<int> small_number(std::string_view text) {
  int value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc{} || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

const std::string& id_of(const PathParams& params) {
  return params.find("recording")->second;
}

template <const char* name>
std::optional<recording::Resource> sidecar(const HttpRequest&, const PathParams&, const Json& manifest) {
  return recording::sidecar_resource(manifest, name);
}

std::optional<recording::Resource> part(const HttpRequest& request, const PathParams&, const Json& manifest) {
  if (!request.query.contains("part")) return recording::media_resource(manifest, 1);
  const auto number = small_number(request.query_value("part"));
  return number ? recording::media_resource(manifest, *number) : std::nullopt;
}

std::optional<recording::Resource> track(const HttpRequest&, const PathParams& params, const Json& manifest) {
  const auto number = small_number(params.find("track")->second);
  if (!number || *number < 1) return std::nullopt;
  return recording::track_resource(manifest, static_cast<std::size_t>(*number) - 1);
}

constexpr char poster[] = "poster.jpg", strip[] = "strip.jpg", strip_index[] = "strip.vtt",
               chapters[] = "chapters.vtt", events[] = "timeline.jsonl";

// A long meeting's document goes to a file of the recordings' disk that has no name, and is sent from there.
HttpResponse timeline_response(const std::string& directory, const recording::Descriptor& lines,
                               const Json& manifest, const std::string& types) {
  Spool spool(directory);
  const auto written = recording::write_timeline_document(
      lines.get(), manifest, types, [&](std::string_view text) { return spool.append(text); });
  if (!written) return failure_response(written.error());
  HttpResponse response;
  response.with("Content-Type", "application/json").with("Cache-Control", "private, no-cache");
  std::move(spool).become_body(response);
  return response;
}

}  // namespace

RestRecordingFiles::RestRecordingFiles(const FrontDeps& deps, Router& router)
    : deps_(deps), links_(deps.config.auth.secrets()) {
  add(router, "/file", &part);
  add(router, "/poster.jpg", &sidecar<poster>);
  add(router, "/strip.jpg", &sidecar<strip>);
  add(router, "/strip.vtt", &sidecar<strip_index>);
  add(router, "/chapters.vtt", &sidecar<chapters>);
  add(router, "/timeline.jsonl", &sidecar<events>);
  add(router, "/tracks/{track}", &track);
  const std::string one = "/api/v1/recordings/{recording}";
  router.add("GET", one + "/timeline",
             [this](const RequestPtr& request, const PathParams& params, const Respond& respond) {
               timeline(*request, id_of(params), respond);
             });
  router.add("POST", one + "/links",
             [this](const RequestPtr& request, const PathParams& params, const Respond& respond) {
               const auto known = deps_.store.find(id_of(params));
               audited(deps_, *request, Deed{"link-recording", known ? known->room : "", id_of(params)},
                       respond)(make_link(*request, id_of(params)));
             });
}

void RestRecordingFiles::add(Router& router, const std::string& path, Choose choose) {
  router.add("GET", "/api/v1/recordings/{recording}" + path,
             [this, choose](const RequestPtr& request, const PathParams& params, const Respond& respond) {
               const auto entry = readable(*request, id_of(params), Token::in_address_too);
               respond(entry ? send(*request, *entry, choose(*request, params, entry->manifest))
                             : failure_response(entry.error()));
             });
}

Result<recording::Entry> RestRecordingFiles::readable(const HttpRequest& request, const std::string& id,
                                                      Token where) const {
  const bool linked = request.query.contains("grant");
  auto identity = linked ? Result<Identity>(Identity{}) : identity_of(deps_.auth, request, where);
  if (!identity) return std::move(identity).error();
  if (linked)
    if (auto good = links_.check(request.query_value("grant"), id, now()); !good)
      return std::move(good).error();
  auto entry = deps_.store.find(id);
  if (!entry) return error("unknown-recording", "there is no such recording");
  if (auto allowed = authorise(*identity, Role::operator_, entry->room); !allowed)
    return std::move(allowed).error();
  if (auto may = deps_.moderation.may_act(entry->room, *identity); !may) return std::move(may).error();
  return std::move(*entry);
}

HttpResponse RestRecordingFiles::send(const HttpRequest& request, const recording::Entry& entry,
                                      const std::optional<recording::Resource>& resource) const {
  if (!resource) return problem_response(404, "not-found", "the recording has no such file");
  auto file = recording::open_beneath(deps_.store.directory(), folder_of(entry) + "/" + resource->file);
  if (!file) {
    const std::string state = entry.manifest["state"].as_string("unfinished");
    if (!entry.manifest["local"].as_bool(true))
      return problem_response(404, "away",
                              "it was uploaded to " +
                                  entry.manifest["upload"]["url"].as_string("another place") +
                                  " and deleted here");
    if (state == "ready") return problem_response(404, "not-found", "the recording has no such file");
    return problem_response(409, "not-ready", "the recording is " + state + ", there is no such file yet");
  }
  return file_response(request, {std::move(*file), resource->content_type, resource->name}, now());
}

void RestRecordingFiles::timeline(const HttpRequest& request, const std::string& id, const Respond& respond) {
  const auto entry = readable(request, id, Token::in_header);
  if (!entry) return respond(failure_response(entry.error()));
  auto lines =
      recording::open_beneath(deps_.store.directory(), folder_of(*entry) + "/" + recording::timeline_file);
  if (!lines) return respond(problem_response(404, "not-found", "the recording has no timeline"));
  if (*reading_ >= max_reading)
    return respond(problem_response(503, "busy", "too many timelines are asked for at once; try again"));
  ++*reading_;
  const std::string types = request.query_value("types");
  // Hours of a lively meeting are megabytes: they are read beside this thread, which rooms wait for.
  reader_.run(
      "timeline of " + id,
      [&loop = deps_.loop, directory = deps_.store.directory(), manifest = entry->manifest, types, respond,
       file = std::make_shared<recording::Descriptor>(std::move(*lines)), reading = reading_] {
        auto response = std::make_shared<HttpResponse>(timeline_response(directory, *file, manifest, types));
        loop.post([response, respond, reading] {
          --*reading;
          respond(std::move(*response));
        });
      });
}

std::string RestRecordingFiles::folder_of(const recording::Entry& entry) const {
  return entry.directory.substr(deps_.store.directory().size() + 1);
}

HttpResponse RestRecordingFiles::make_link(const HttpRequest& request, const std::string& id) const {
  auto identity = identity_of(deps_.auth, request);
  if (!identity) return failure_response(identity.error());
  const auto entry = deps_.store.find(id);
  if (!entry) return problem_response(404, "unknown-recording", "there is no such recording");
  if (auto allowed = authorised_in_room(deps_, request, Role::operator_, entry->room); !allowed)
    return failure_response(allowed.error());
  const auto body = json_body_of(request);
  if (!body) return failure_response(body.error());
  const Json& wanted = (*body)["ttlSeconds"];
  const std::int64_t seconds = wanted.as_int(RecordingLinks::default_lifetime.count());
  if ((!wanted.is_null() && !wanted.is_integer()) || seconds < 1 ||
      seconds > RecordingLinks::max_lifetime.count())
    return problem_response(
        400, "bad-request",
        fmt::format("ttlSeconds must be a whole number from 1 to {}", RecordingLinks::max_lifetime.count()));
  const HttpTime expires = now() + std::chrono::seconds(seconds);
  const std::string grant = links_.grant(entry->id, expires);
  const std::string base = "/api/v1/recordings/" + entry->id;
  return json_response(201, Json::object({{"grant", grant},
                                          {"expiresAt", recording::timestamp(expires)},
                                          {"file", base + "/file?grant=" + grant}}))
      .with("Cache-Control", "no-store");
}

}  // namespace tessera::server
