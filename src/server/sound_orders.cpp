#include "server/sound_orders.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "server/names.hpp"

namespace tessera::server {
namespace {

constexpr std::size_t max_sound_name = 128;
constexpr std::size_t max_exceptions = 1000;

struct Number {
  std::string_view name;
  double most;
};
constexpr std::array<Number, 4> numbers = {
    {{"gain", 4}, {"duckDb", 60}, {"attackMs", 10'000}, {"releaseMs", 10'000}}};

Result<Json> without(const Json& fields, std::initializer_list<std::string_view> keys) {
  Json::Object rest;
  for (const auto& [key, value] : fields.members())
    if (std::find(keys.begin(), keys.end(), key) == keys.end()) rest.emplace_back(key, value);
  return Json::from_members(std::move(rest));
}

std::optional<Error> fault_in(const std::string& key, const Json& value) {
  if (key == "file" || key == "builtin") {
    if (!value.is_string() || value.as_string().empty() || value.as_string().size() > max_sound_name)
      return error("bad-request", "{} must be a name of 1 to {} bytes", key, max_sound_name);
    return std::nullopt;
  }
  if (key == "to") {
    if (!is_id(value.as_string())) return error("bad-request", "to must be the id of a participant");
    return std::nullopt;
  }
  for (const auto& number : numbers)
    if (key == number.name) {
      if (!value.is_number() || value.as_double() < 0 || value.as_double() > number.most)
        return error("bad-request", "{} must be a number from 0 to {}", key, number.most);
      return std::nullopt;
    }
  return error("bad-request",
               "unknown field \"{}\"; allowed are file, builtin, to, gain, duckDb, attackMs, releaseMs",
               shortened(key, 40));
}

}  // namespace

Result<Json> checked_announcement(const Json& body) {
  Json order = Json::object();
  for (const auto& [key, value] : body.members()) {
    if (value.is_null()) continue;
    if (auto fault = fault_in(key, value)) return std::move(*fault);
    order.set(key, value);
  }
  if (order.has("file") == order.has("builtin"))
    return error("bad-request", "name one of file (in the folder of announcements) and builtin");
  return order;
}

Result<Json> checked_mute_all(const Json& body) {
  for (const auto& [key, value] : body.members()) {
    if (key == "muted") {
      if (!value.is_bool()) return error("bad-request", "muted must be true or false");
    } else if (key == "except") {
      if (!value.is_array() || value.items().size() > max_exceptions)
        return error("bad-request", "except must be a list of at most {} participants' ids", max_exceptions);
      for (const auto& id : value.items())
        if (!is_id(id.as_string())) return error("bad-request", "except must hold the ids of participants");
    } else {
      return error("bad-request", "unknown field \"{}\"; allowed are muted and except", shortened(key, 40));
    }
  }
  if (!body.has("muted")) return error("bad-request", "muted is required: true or false");
  return body;
}

std::optional<Result<RoomCall>> sound_call_of(const std::string& action, const Json& fields) {
  using Call = Result<RoomCall>;
  const auto checked = [&](Result<Json> (*check)(const Json&)) -> Call {
    auto order = without(fields, {"type", "id", "action"});
    if (order) order = check(*order);
    if (!order) return std::move(order).error();
    return RoomCall{action, std::move(*order)};
  };
  if (action == "announce") return checked(checked_announcement);
  if (action == "mute-all") return checked(checked_mute_all);
  if (action == "announcements") return Call(RoomCall{action, Json::object()});
  if (action == "stop-announcement") {
    const std::string id = fields["announcement"].as_string();
    if (!is_id(id)) return Call(error("bad-request", "announcement is required and must be an id"));
    return Call(RoomCall{action, Json::object({{"id", id}})});
  }
  if (action == "set-chimes") {
    if (!fields["on"].is_bool()) return Call(error("bad-request", "on must be true or false"));
    return Call(RoomCall{"set-settings", Json::object({{"chimes", fields["on"]}})});
  }
  return std::nullopt;
}

}  // namespace tessera::server
