#include "config/room_settings.hpp"

namespace tessera::config {
namespace {

Result<void> take(const Json& settings, const char* key, int min, int max, bool even, int& value) {
  const Json& wanted = settings[key];
  if (wanted.is_null()) return {};
  if (!wanted.is_integer() || wanted.as_int() < min || wanted.as_int() > max ||
      (even && wanted.as_int() % 2 != 0))
    return error("bad-request", "{} is {} from {} to {}", key, even ? "an even number" : "a whole number",
                 min, max);
  value = static_cast<int>(wanted.as_int());
  return {};
}

}  // namespace

Result<RoomConfig> room_with(RoomConfig room, const Json& settings) {
  // Encoders take colour at half of the resolution: an odd side has no middle.
  for (const auto& [key, value] : {std::pair{"width", &room.width}, std::pair{"height", &room.height}})
    if (auto side = take(settings, key, min_canvas_side, max_canvas_side, true, *value); !side)
      return std::move(side).error();
  if (auto rate = take(settings, "framerate", 1, max_canvas_framerate, false, room.framerate); !rate)
    return std::move(rate).error();
  const Json& layout = settings["layout"];
  if (!layout.is_null() && (!layout.is_string() || layout.as_string().empty()))
    return error("bad-request", "layout is the name of a layout");
  room.layout = layout.as_string(room.layout);
  return room;
}

}  // namespace tessera::config
