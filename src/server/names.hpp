#pragma once
#include <string_view>

namespace tessera::server {

/// Room names are `[A-Za-z0-9_-]{1,64}`: they become path segments, folder names and metric labels.
bool is_room_name(std::string_view name);

/// What a person may be called: at most 64 characters of valid UTF-8 without control characters.
bool is_display_name(std::string_view name);

/// Participant and recording ids and session tokens as this program makes them: `[A-Za-z0-9_.-]{1,128}`,
/// not starting with a dot.
bool is_id(std::string_view id);

}  // namespace tessera::server
