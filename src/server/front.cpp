#include "server/front.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "base/descriptors.hpp"
#include "base/log.hpp"
#include "recording/files.hpp"
#include "server/names.hpp"
#include "server/openapi.hpp"
#include "server/origin_guard.hpp"
#include "server/problem.hpp"
#include "server/response_headers.hpp"
#include "server/static_web.hpp"

namespace tessera::server {
namespace {

constexpr std::chrono::seconds shutdown_limit{10};
constexpr std::chrono::milliseconds stats_timeout{2000};

// Collects what several rooms answer; calls back when the last has.
struct Gathering {
  std::vector<std::pair<std::string, Json>> rooms;
  std::function<void(const Gathering&)> done;
  ~Gathering() { done(*this); }
};

// The folder of recordings is made with the first of them; until then its disk is that of the folder above.
std::string existing_part_of(const std::string& directory) {
  std::error_code ignored;
  std::filesystem::path path = std::filesystem::absolute(directory, ignored);
  // Only where there is nothing: a disk that does not answer is not its parent.
  while (path.has_relative_path() &&
         std::filesystem::status(path, ignored).type() == std::filesystem::file_type::not_found)
    path = path.parent_path();
  return path;
}

// A room needs no keys: what is not there cannot leak from a process that handles strangers' media.
Json config_of_rooms(config::ServerConfig config) {
  config.ice.loopback |= config.auth.open();  // everybody is on this machine
  config.auth = {};
  config.tls = {};
  config.ice.turn = {};
  config.recording.upload = {};
  return config.to_json();
}

HttpServer::Limits limits_of(const config::ServerConfig& config) {
  HttpServer::Limits limits;
  limits.max_body = static_cast<std::size_t>(config.limits.max_body_bytes);
  limits.connections =
      connection_budget(config.http.max_connections, descriptor_limit(), config.limits.max_rooms);
  return limits;
}

// Rooms reach relays by TCP only where the server itself gathers there.
bool needs_tcp(const config::IceConfig& ice) {
  return ice.turn.for_server && std::any_of(ice.turn.urls.begin(), ice.turn.urls.end(), [](const auto& url) {
           return url.starts_with("turns:") || url.find("transport=tcp") != std::string::npos;
         });
}

std::unique_ptr<sandbox::RoomGroup> make_group(const FrontSpec& spec) {
  if (!spec.cgroup) return nullptr;
  // An eighth more than the room allows itself: the room's own watch ends it with a reason, the kernel
  // without.
  const auto megabytes = static_cast<std::uint64_t>(spec.config.limits.room_memory_mb);
  auto group = spec.cgroup->make_room({megabytes * 1024 * 1024 / 8 * 9, spec.config.sandbox.room_threads});
  if (group) return std::move(*group);
  log::warn("a room process runs without limits of its own: {}", group.error().message);
  return nullptr;
}

/// What a room's process needs to know to confine itself.
RoomSupervisor::Spec::Confinement confine_room(const recording::Store& store,
                                               const config::ServerConfig& config, const std::string& room) {
  if (config.sandbox.mode == "off") return {};
  auto kept = store.hold(room);
  std::string folder = store.folder_of_room(room);
  if (!recording::is_real_directory(folder)) {
    log::warn("room {}: there is no folder {}, so its process may write in all of {}", room, folder,
              store.directory());
    folder = store.directory();
  }
  return {Json::object({{"recordings", folder}, {"tcp", needs_tcp(config.ice)}}), std::move(kept)};
}

}  // namespace

Result<std::unique_ptr<Front>> Front::create(Loop& loop, FrontSpec spec) {
  auto auth = Authenticator::create(spec.config.auth);
  if (!auth) return std::move(auth).error();
  std::unique_ptr<Front> front(new Front(loop, std::move(spec), std::move(*auth)));
  Front* self = front.get();
  auto http = HttpServer::create(
      loop, self->spec_.config.listen, self->spec_.config.tls, self->spec_.config.http,
      limits_of(self->spec_.config),
      {[self](RequestPtr request, Respond respond) { self->dispatch(request, std::move(respond)); },
       [self](const HttpRequest& request) { return self->refuse_socket(request); },
       [self](SoupWebsocketConnection* socket, const HttpRequest& request,
              std::weak_ptr<HttpConnection> connection) {
         self->sockets_.accept(socket, request, std::move(connection));
       },
       [self](const std::string& method, int status) { self->metrics_.count_request(method, status); }});
  if (!http) return std::move(http).error();
  self->http_ = std::move(*http);
  self->recordings_.recover();
  return front;
}

Front::Front(Loop& loop, FrontSpec spec, Authenticator auth)
    : loop_(loop),
      spec_(std::move(spec)),
      auth_(std::move(auth)),
      origins_(auth_.open(), spec_.config.http.allowed_origins),
      store_(spec_.config.recording.directory),
      audit_(spec_.audit),
      recordings_(loop_, store_, spec_.config, {spec_.finish_command, spec_.upload_command}, metrics_,
                  [this](const std::string& name) { return rooms_.find(name); }),
      layouts_(loop_, std::move(spec_.layouts), spec_.config.room.layout,
               {[this] { spread_layouts(); },
                [this](const config::RefusedLayout& file) { report_refused(file); }}),
      previews_(loop_, spec_.preview_command),
      pending_({spec_.config.limits.pending_per_subject, spec_.config.limits.pending_per_address,
                spec_.config.limits.pending_per_room}),
      rooms_(loop_,
             {spec_.room_command, config_of_rooms(spec_.config), spec_.config.limits.spare_rooms,
              static_cast<std::size_t>(spec_.config.limits.max_rooms), spec_.timeouts,
              [this] { return layouts_.layouts().sources(); }, [this] { return make_group(spec_); },
              [this](const std::string& room) { return confine_room(store_, spec_.config, room); },
              // Not shorter than its recording waits for it.
              std::max<std::chrono::seconds>(std::chrono::minutes(5),
                                             std::chrono::seconds(spec_.config.recording.continue_seconds))},
             {.on_event =
                  [this](LiveRoom& room, const messages::Event& event) {
                    moderation_.on_room_event(room, event);
                    recordings_.on_room_event(room, event);
                  },
              .on_ended = [this](LiveRoom& room,
                                 const std::string& reason) { recordings_.on_room_ended(room, reason); },
              .on_opened = [this](LiveRoom& room) { recordings_.on_room_opened(room); },
              .on_closing = [this](LiveRoom& room,
                                   const std::string& reason) { moderation_.on_room_closing(room, reason); },
              .on_culprit =
                  [this](LiveRoom& room, const std::string& participant) {
                    moderation_.died_of(room.name(), participant);
                  }}),
      deps_{loop_,       spec_.config, layouts_.layouts(), auth_,    store_, rooms_,
            recordings_, moderation_,  pending_,           metrics_, audit_},
      rest_(deps_, router_),
      rest_kept_out_(deps_, router_),
      rest_layouts_(deps_, layouts_, previews_, router_),
      rest_recordings_(deps_, router_),
      rest_recording_files_(deps_, router_),
      rest_sound_(deps_, router_),
      whip_(deps_, router_),
      sockets_(deps_, spec_.socket_limits) {
  add_routes();
}

Front::~Front() = default;

void Front::add_routes() {
  router_.add("GET", "/healthz", [](const RequestPtr&, const PathParams&, const Respond& respond) {
    respond(text_response(200, "text/plain; charset=utf-8", "ok\n"));
  });
  router_.add("GET", "/readyz", [this](const RequestPtr& request, const PathParams&, const Respond& respond) {
    respond(ready(*request));
  });
  router_.add("GET", "/metrics",
              [this](const RequestPtr& request, const PathParams&, const Respond& respond) {
                metrics(request, respond);
              });
  router_.add("GET", "/ws", [](const RequestPtr&, const PathParams&, const Respond& respond) {
    respond(problem_response(426, "upgrade-required", "this is a WebSocket: send Upgrade: websocket")
                .with("Upgrade", "websocket"));
  });
  for (const char* path : {"/openapi.json", "/api/v1/openapi.json"})
    router_.add("GET", path, [](const RequestPtr&, const PathParams&, const Respond& respond) {
      respond(text_response(200, "application/json", std::string(openapi_document())));
    });
}

// From here on nothing depends on libsoup: a request in, a response out.
void Front::dispatch(const RequestPtr& request, Respond respond) {
  const auto decorated = [this, request, respond = std::move(respond)](HttpResponse response) {
    add_security_headers(response);
    if (!spec_.config.tls.certificate.empty()) add_transport_security(response, request->header("host"));
    add_cors_headers(response, request->header("origin"), origins_);
    respond(std::move(response));
  };
  if (auto refusal = refuse_foreign(*request)) return decorated(std::move(*refusal));

  const Route route = router_.find(request->method, request->path);
  switch (route.outcome) {
    case Route::Outcome::bad_path:
      return decorated(problem_response(400, "bad-path", "the path does not decode"));
    case Route::Outcome::method_not_allowed:
      if (request->method == "OPTIONS") return decorated(options_response(route.allow));
      return decorated(problem_response(405, "method-not-allowed", "allowed here: " + route.allow)
                           .with("Allow", route.allow));
    case Route::Outcome::not_found:
      if (request->method == "GET")
        if (auto page = static_file(request->path, request->header("if-none-match")))
          return decorated(std::move(*page));
      return decorated(problem_response(404, "not-found", "there is nothing at this path"));
    case Route::Outcome::found:
      break;
  }
  const auto room = route.params.find("room");
  if (room != route.params.end() && !is_room_name(room->second))
    return decorated(
        problem_response(400, "bad-room-name", "a room name is 1 to 64 of the characters A-Z a-z 0-9 _ -"));
  (*route.handler)(request, route.params, decorated);
}

std::optional<HttpResponse> Front::refuse_foreign(const HttpRequest& request) const {
  if (!auth_.open()) return std::nullopt;
  if (!is_local_host_header(request.header("host")))
    return problem_response(
        421, "foreign-host",
        "without a token key this server answers as localhost or by IP address only; set auth.key "
        "to serve it under a name");
  if (!origins_.admits(request.header("origin")))
    return problem_response(
        403, "foreign-origin",
        "without a token key pages from elsewhere may not use this server; set auth.key, or "
        "list the page's origin in http.allowedOrigins");
  return std::nullopt;
}

std::optional<HttpResponse> Front::refuse_socket(const HttpRequest& request) const {
  if (auto refusal = refuse_foreign(request)) return refusal;
  if (rooms_.draining()) return problem_response(503, "draining", "the server is shutting down");
  return std::nullopt;
}

// Rooms that open from now on get them as they open.
void Front::spread_layouts() {
  previews_.forget();
  const Json call = Json::object({{"layouts", layouts_.layouts().sources()}});
  for (const auto& room : rooms_.rooms())
    room->when_open([room, call](const Result<void>& opened) {
      if (!opened) return;
      room->request("set-layouts", call, [name = room->name()](const messages::Reply& reply) {
        if (!reply.ok) log::error("room {} does not take the layouts: {}", name, reply.detail);
      });
    });
}

void Front::report_refused(const config::RefusedLayout& file) {
  const Json text =
      fmt::format("The layout file {} was refused, and what was there stays. {}", file.file, file.reason);
  for (const auto& room : rooms_.rooms())
    room->broadcast(
        {"notice", "", Json::object({{"code", "layout-refused"}, {"text", text}, {"for", "operator"}})});
}

std::optional<Problem> Front::unready() const {
  if (rooms_.draining()) return Problem{503, "draining", "the server is shutting down"};
  const auto& config = spec_.config;
  if (rooms_.rooms().size() >= static_cast<std::size_t>(config.limits.max_rooms))
    return Problem{503, "full", fmt::format("all {} rooms are taken", config.limits.max_rooms)};
  const std::string folder = existing_part_of(config.recording.directory);
  if (::access(folder.c_str(), R_OK | W_OK | X_OK) != 0)
    return Problem{503, "disk-unwritable",
                   fmt::format("cannot write in {}: {}", folder, std::strerror(errno))};
  const auto space = recording::free_bytes(folder);
  if (!space) return Problem{503, "disk-low", space.error().message};
  if (*space < static_cast<std::uint64_t>(config.recording.reserve_mb) * 1'000'000)
    return Problem{503, "disk-low",
                   fmt::format("{} MB are free for recordings, {} are kept in reserve", *space / 1'000'000,
                               config.recording.reserve_mb)};
  return std::nullopt;
}

// A load balancer needs yes or no. What the disk is like and where it is are for who runs the server.
HttpResponse Front::ready(const HttpRequest& request) const {
  const auto problem = unready();
  if (!problem) return text_response(200, "text/plain; charset=utf-8", "ready\n");
  const bool stranger =
      auth_.open() ? !config::is_loopback(request.client) : !authorised(deps_, request, Role::admin, "").ok();
  return problem_response(
      stranger ? Problem{503, "not-ready", "the server takes no new rooms and sessions now"} : *problem);
}

MetricsSnapshot Front::snapshot() const {
  return {rooms_.rooms().size(), rooms_.spares(),     sockets_.size(),          whip_.size(),
          rooms_.opened(),       rooms_.crashes(),    !rooms_.draining(),       layouts_.layouts().size(),
          layouts_.reloads(),    layouts_.refusals(), layouts_.refused().size()};
}

void Front::metrics(const RequestPtr& request, const Respond& respond) {
  if (auto identity = authorised(deps_, *request, Role::admin, ""); !identity)
    return respond(failure_response(identity.error()));
  auto gathering = std::make_shared<Gathering>();
  gathering->done = [this, respond](const Gathering& gathered) {
    respond(text_response(200, "text/plain; version=0.0.4; charset=utf-8",
                          metrics_.text(snapshot(), gathered.rooms)));
  };
  for (const auto& room : rooms_.rooms()) {
    if (!room->is_open()) continue;
    room->request(
        "stats", Json::object(),
        [gathering, name = room->name()](const messages::Reply& reply) {
          if (reply.ok) gathering->rooms.emplace_back(name, reply.result["metrics"]);
        },
        stats_timeout);
  }
}

void Front::shut_down(std::function<void()> done) {
  if (rooms_.draining()) return;
  log::info("shutting down");
  rooms_.drain("server-shutdown");
  recordings_.drain();
  const auto finish = [this, done = std::move(done)] {
    shutdown_poll_.reset();
    shutdown_deadline_.reset();
    recordings_.stop();
    if (!recordings_.idle()) log::warn("recordings that are not finished yet will be at the next start");
    sockets_.close_all("server-shutdown");
    // A turn of the loop later, so that what was said last is on its way.
    loop_.post(done);
  };
  shutdown_poll_ = loop_.every(std::chrono::milliseconds(50), [this, finish] {
    if (rooms_.idle() && recordings_.idle()) finish();
  });
  shutdown_deadline_ = loop_.after(shutdown_limit, finish);
}

}  // namespace tessera::server
