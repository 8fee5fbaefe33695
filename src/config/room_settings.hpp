#pragma once
#include "base/json.hpp"
#include "base/result.hpp"
#include "config/server_config.hpp"

namespace tessera::config {

/// What a canvas may be: pixels of each side, and frames a second.
inline constexpr int min_canvas_side = 64, max_canvas_side = 4096, max_canvas_framerate = 60;

/// What a room is opened with, {layout?, width?, height?, framerate?}, over the server's own `room` section.
/// Other members are somebody else's. Whether there is such a layout is not looked at. Error "bad-request"
/// names the first mistake.
Result<RoomConfig> room_with(RoomConfig room, const Json& settings);

}  // namespace tessera::config
