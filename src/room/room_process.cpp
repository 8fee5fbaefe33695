#include "room/room_process.hpp"

#include <fontconfig/fontconfig.h>
#include <malloc.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <optional>

#include "base/black_box.hpp"
#include "base/descriptors.hpp"
#include "base/log.hpp"
#include "gst/element.hpp"
#include "room/channel.hpp"
#include "room/commands.hpp"
#include "room/room.hpp"
#include "sandbox/enter.hpp"

namespace tessera::room {
namespace {

// A spare does the slow part of starting before anybody waits: the plugin registry, the fonts and the
// elements a room needs. What is written in that (caches of the registry and of fonts) is written here,
// before the sandbox.
void warm_up() {
  gst::ensure_initialised();
  if (!FcInit()) log::warn("fontconfig does not start: names are drawn with whatever font there is");
  for (const char* factory :
       {"webrtcbin", "compositor", "x264enc", "vp8enc", "vp8dec", "avdec_h264", "nicesrc", "dtlssrtpenc",
        "rtph264pay", "rtpvp8pay", "rtpopuspay", "rtpopusdepay"}) {
    if (auto element = gst::make(factory); !element) log::warn("{}", element.error().message);
  }
}

/// Should memory run out, this room is the one to go, not the front and all other rooms with it. Raising
/// one's own score needs no privilege.
void go_before_the_front() {
  std::ofstream("/proc/self/oom_score_adj") << 500;
}

/// Confines this process to what the room needs. The room's threads come afterwards.
Result<void> confine(const config::ServerConfig& config, const Json& confine) {
  const sandbox::RoomPlaces places{.recordings = confine["recordings"].as_string(),
                                   .layouts = config.paths.layouts,
                                   .pipelines = config.paths.pipelines,
                                   .announcements = config.paths.announcements,
                                   .tcp = confine["tcp"].as_bool()};
  return sandbox::enter(sandbox::room_policy(places, sandbox::Surroundings::of_this_process(),
                                             {config.sandbox.readable, config.sandbox.writable}),
                        sandbox::mode_from(config.sandbox.mode));
}

}  // namespace

int run_room_process(int fd, int black_box) {
  std::signal(SIGPIPE, SIG_IGN);
  // Ctrl-C in a terminal reaches the whole group: the front decides how a room ends, by message or by end of
  // file.
  std::signal(SIGINT, SIG_IGN);
  // Endpoints bring about ten short-lived threads each. With glibc's default of eight arenas per core a
  // room's memory creeps up for hundreds of joins; with two it stays level (tests/fault/churn.test.mjs).
  mallopt(M_ARENA_MAX, 2);
  raise_descriptor_limit();
  go_before_the_front();
  log::configure(log::Level::info, "room spare");
  if (black_box >= 0)
    if (auto carried = carry_black_box(black_box); !carried) log::warn("{}", carried.error().message);
  warm_up();

  Loop loop;
  std::unique_ptr<Room> room;
  std::unique_ptr<Channel> channel;
  bool ending = false;
  int status = 0;

  const auto end = [&](std::string reason) {
    if (ending) return;
    ending = true;
    if (!room) return loop.quit();
    room->close(reason, [&loop] { loop.quit(); });
  };
  // GLib watches signals from a thread of its own, which must not be there before the sandbox. A spare has
  // nothing to close.
  std::signal(SIGTERM, [](int) { ::_exit(0); });
  SourceGuard terminated;

  const auto open = [&](const messages::Request& request) -> Result<std::unique_ptr<Room>> {
    auto config = config::ServerConfig::from_json(request.params["config"], "configure");
    const std::string name = request.params["room"].as_string();
    if (!config) return std::move(config).error();
    if (name.empty()) return error("bad-request", "room is required");
    if (auto confined = confine(*config, request.params["confine"]); !confined) return confined.error();
    terminated = loop.on_signal(SIGTERM, [&] { end("server-shutdown"); });
    return Room::create(loop, std::move(*config), name, request.params["settings"],
                        [&](messages::Event event) { channel->send(event); });
  };
  const auto configure = [&](const messages::Request& request) {
    messages::Reply reply{request.id};
    auto made = open(request);
    if (made) {
      room = std::move(*made);
      reply.result = Json::object();
    } else {
      reply.ok = false;
      reply.code = made.error().code;
      reply.detail = made.error().message;
      reply.status = messages::status_of(reply.code);
      status = 1;
    }
    channel->send(reply);
    if (!room) end("cannot start");
  };

  const auto on_request = [&](messages::Request request) {
    if (request.method == "configure" && !room) return configure(request);
    const auto answer = [&channel, id = request.id](Result<Json> result) {
      messages::Reply reply{id};
      reply.ok = result.ok();
      if (result) {
        reply.result = std::move(*result);
      } else {
        reply.code = result.error().code;
        reply.detail = result.error().message;
        reply.status = messages::status_of(reply.code);
      }
      channel->send(reply);
    };
    if (!room) return answer(error("conflict", "the room is not configured yet"));
    if (request.method == "close") {
      answer(Json::object());
      return end(request.params["reason"].as_string("room-closed"));
    }
    run_command(*room, request.method, request.params, answer);
  };

  channel = std::make_unique<Channel>(loop, fd, on_request, [&] { end("front-gone"); });
  channel->send(messages::Event{"ready", "", Json::object()});
  loop.run();
  channel->flush();
  room.reset();
  return status;
}

}  // namespace tessera::room
