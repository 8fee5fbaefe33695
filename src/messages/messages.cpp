#include "messages/messages.hpp"

#include <charconv>
#include <map>

#include "base/text.hpp"

namespace tessera::messages {

std::string encode(const Request& request) {
  return Json::object({{"id", request.id}, {"method", request.method}, {"params", request.params}}).dump() +
         "\n";
}

std::string encode(const Reply& reply) {
  Json line = Json::object({{"id", reply.id}});
  if (reply.ok)
    line.set("result", reply.result);
  else
    line.set("error",
             Json::object({{"code", reply.code}, {"detail", reply.detail}, {"status", reply.status}}));
  return line.dump() + "\n";
}

std::string encode(const Event& event) {
  Json line = Json::object({{"event", event.name}, {"data", event.data}});
  if (!event.to.empty()) line.set("to", event.to);
  return line.dump() + "\n";
}

Result<std::variant<Reply, Event>> decode_from_room(std::string_view line) {
  // A sender may have taken the room's process over. Statistics of a room with 500 people have 200,000
  // values.
  constexpr JsonLimits limits{.max_depth = 32, .max_values = 400'000, .max_members = 1024, .max_key = 256};
  auto parsed = Json::parse(line, limits);
  if (!parsed) return std::move(parsed).error();
  const Json& json = *parsed;
  // Objects, as promised: the front reads and adds members without asking again.
  if (json["event"].is_string() && json["data"].is_object()) {
    Event event{json["event"].as_string(), json["to"].as_string(), json["data"]};
    return std::variant<Reply, Event>(std::move(event));
  }
  if (json["id"].is_integer() && (json["result"].is_object() || json["error"].is_object())) {
    Reply reply;
    reply.id = json["id"].as_int();
    reply.ok = json["result"].is_object();
    reply.result = json["result"];
    if (!reply.ok) {
      const Json& failure = json["error"];
      reply.code = failure["code"].as_string("internal");
      reply.detail = failure["detail"].as_string();
      reply.status = static_cast<int>(failure["status"].as_int(500));
    }
    return std::variant<Reply, Event>(std::move(reply));
  }
  return error("bad-message", "neither a reply nor an event: {}", shortened(line, 200));
}

Result<Request> decode_from_front(std::string_view line) {
  auto parsed = Json::parse(line);
  if (!parsed) return std::move(parsed).error();
  const Json& json = *parsed;
  if (!json["id"].is_integer() || !json["method"].is_string())
    return error("bad-message", "not a request: {}", shortened(line, 200));
  return Request{json["id"].as_int(), json["method"].as_string(),
                 json["params"].is_object() ? json["params"] : Json::object()};
}

std::optional<std::int64_t> id_of(std::string_view line) {
  // As `encode` begins a request; the rest need not even be JSON.
  constexpr std::string_view beginning = R"({"id":)";
  if (!line.starts_with(beginning)) return std::nullopt;
  line.remove_prefix(beginning.size());
  std::int64_t id = 0;
  const auto [end, failure] = std::from_chars(line.data(), line.data() + line.size(), id);
  if (failure != std::errc{} || end == line.data() + line.size() || *end != ',') return std::nullopt;
  return id;
}

int status_of(std::string_view code) {
  static const std::map<std::string_view, int> statuses = {{"bad-request", 400},
                                                           {"bad-json", 400},
                                                           {"bad-sdp", 400},
                                                           {"forbidden", 403},
                                                           {"unknown-participant", 404},
                                                           {"unknown-endpoint", 404},
                                                           {"unknown-layout", 404},
                                                           {"unknown-recording", 404},
                                                           {"unknown-method", 404},
                                                           {"unknown-sound", 404},
                                                           {"unknown-announcement", 404},
                                                           {"bad-sound", 422},
                                                           {"conflict", 409},
                                                           {"unsupported-state", 409},
                                                           {"unsupported-offer", 422},
                                                           {"renegotiation-unsupported", 422},
                                                           {"bad-layout", 422},
                                                           {"too-large", 413},
                                                           {"room-full", 503},
                                                           {"ports-used-up", 503},
                                                           {"no-candidates", 503},
                                                           {"missing-plugin", 503},
                                                           {"bad-pipeline", 503},
                                                           {"disk-full", 507},
                                                           {"quota-exceeded", 507}};
  const auto found = statuses.find(code);
  return found == statuses.end() ? 500 : found->second;
}

}  // namespace tessera::messages
