#pragma once
#include <cstddef>

namespace tessera::messages {

/// Unicode code points of a chat message: at the front, in the room and in the page (src/web/js/chat.js).
inline constexpr std::size_t max_chat_characters = 2000;

}  // namespace tessera::messages
