#include "room/commands.hpp"

#include <algorithm>
#include <map>

#include "room/room.hpp"

namespace tessera::room {
namespace {

using Command = void (*)(Room&, const Json&, const CommandReply&);

std::optional<bool> flag(const Json& params, std::string_view key) {
  if (!params[key].is_bool()) return std::nullopt;
  return params[key].as_bool();
}

Result<Json> done(Result<void> result) {
  if (!result) return std::move(result).error();
  return Json::object();
}

void join(Room& room, const Json& params, const CommandReply& reply) {
  JoinRequest request{params["name"].as_string(), params["role"].as_string("operator"),
                      params["kind"].as_string(), params["resume"].as_string()};
  request.allowed = params["allowed"].as_string();
  request.muted = params["muted"].as_bool();
  request.held = params["held"].as_bool();
  request.resume_only = params["resumeOnly"].as_bool();
  if (params["endsInMs"].is_integer())
    request.ends_in = std::chrono::milliseconds(params["endsInMs"].as_int());
  reply(room.join(request));
}

void offer(Room& room, const Json& params, const CommandReply& reply) {
  auto seat = room.seat(params["participant"].as_string());
  if (!seat) return reply(std::move(seat).error());
  Seat::Offer offer{params["endpoint"].as_string("main"),
                    params["sdp"].as_string(),
                    params["trickle"].as_bool(true),
                    {},
                    false};
  offer.fresh = params["fresh"].as_bool();
  for (const auto& server : params["turn"].items()) offer.turn.push_back(server.as_string());
  (*seat)->offer(std::move(offer), [reply](Result<std::string> answer) {
    if (!answer) return reply(std::move(answer).error());
    reply(Json::object({{"sdp", *answer}}));
  });
}

void candidate(Room& room, const Json& params, const CommandReply& reply) {
  auto seat = room.seat(params["participant"].as_string());
  if (!seat) return reply(std::move(seat).error());
  reply(done((*seat)->add_candidate(params["endpoint"].as_string("main"), params["candidate"].as_string(),
                                    static_cast<int>(params["sdpMLineIndex"].as_int(0)))));
}

void state(Room& room, const Json& params, const CommandReply& reply) {
  auto seat = room.seat(params["participant"].as_string());
  if (!seat) return reply(std::move(seat).error());
  (*seat)->set_switches(flag(params, "audio"), flag(params, "video"), flag(params, "hand"));
  reply(Json::object());
}

void close_endpoint(Room& room, const Json& params, const CommandReply& reply) {
  auto seat = room.seat(params["participant"].as_string());
  if (!seat) return reply(std::move(seat).error());
  reply(done((*seat)->close_endpoint(params["endpoint"].as_string("main"))));
}

void chat(Room& room, const Json& params, const CommandReply& reply) {
  reply(done(room.chat(params["participant"].as_string(), params["text"].as_string())));
}

void detach(Room& room, const Json& params, const CommandReply& reply) {
  if (room.superseded(params["participant"].as_string(), params["connection"].as_int()))
    return reply(Json::object());
  reply(done(room.detach(params["participant"].as_string())));
}

void leave(Room& room, const Json& params, const CommandReply& reply) {
  if (room.superseded(params["participant"].as_string(), params["connection"].as_int()))
    return reply(Json::object());
  if (params["by"].is_object())
    if (auto may = room.may_change(params["participant"].as_string(), params["by"]); !may)
      return reply(std::move(may).error());
  reply(done(room.leave(params["participant"].as_string(), params["reason"].as_string("left"))));
}

void update_participant(Room& room, const Json& params, const CommandReply& reply) {
  reply(room.update_participant(params["participant"].as_string(), params));
}

void set_layout(Room& room, const Json& params, const CommandReply& reply) {
  reply(room.set_layout(params));
}

void set_layouts(Room& room, const Json& params, const CommandReply& reply) {
  reply(room.set_layouts(params["layouts"]));
}

void start_recording(Room& room, const Json& params, const CommandReply& reply) {
  reply(room.start_recording(
      {params["id"].as_string(), params["directory"].as_string(), params["options"],
       params["resume"].as_bool(), params["paused"].as_bool(),
       static_cast<std::uint64_t>(std::max<std::int64_t>(params["quotaBytes"].as_int(), 0))}));
}

void set_recording(Room& room, const Json& params, const CommandReply& reply) {
  reply(room.set_recording(params["id"].as_string(), params["state"].as_string()));
}

void announce(Room& room, const Json& params, const CommandReply& reply) {
  room.sound().announce(params, reply);
}

void stop_announcement(Room& room, const Json& params, const CommandReply& reply) {
  reply(done(room.sound().stop_announcement(params["id"].as_string())));
}

void announcements(Room& room, const Json&, const CommandReply& reply) {
  reply(room.sound().announcements());
}

void mute_all(Room& room, const Json& params, const CommandReply& reply) {
  reply(room.sound().mute_all(params));
}

void levels(Room& room, const Json& params, const CommandReply& reply) {
  reply(done(room.sound().watch_levels(params["participant"].as_string(), params["on"].as_bool())));
}

void set_settings(Room& room, const Json& params, const CommandReply& reply) {
  reply(room.set_settings(params));
}

void tell(Room& room, const Json& params, const CommandReply& reply) {
  room.tell_channels({params["event"].as_string(), "", params["data"]});
  reply(Json::object());
}

void describe(Room& room, const Json&, const CommandReply& reply) {
  reply(room.describe());
}
void stats(Room& room, const Json&, const CommandReply& reply) {
  reply(room.statistics());
}

}  // namespace

void run_command(Room& room, const std::string& method, const Json& params, const CommandReply& reply) {
  static const std::map<std::string, Command, std::less<>> commands = {
      {"join", join},
      {"offer", offer},
      {"candidate", candidate},
      {"state", state},
      {"close-endpoint", close_endpoint},
      {"chat", chat},
      {"detach", detach},
      {"leave", leave},
      {"update-participant", update_participant},
      {"set-layout", set_layout},
      {"set-layouts", set_layouts},
      {"start-recording", start_recording},
      {"set-recording", set_recording},
      {"announce", announce},
      {"stop-announcement", stop_announcement},
      {"announcements", announcements},
      {"mute-all", mute_all},
      {"levels", levels},
      {"set-settings", set_settings},
      {"tell", tell},
      {"describe", describe},
      {"stats", stats}};
  const auto found = commands.find(method);
  if (found == commands.end())
    return reply(error("unknown-method", "the room knows no method \"{}\"", method));
  found->second(room, params, reply);
}

}  // namespace tessera::room
