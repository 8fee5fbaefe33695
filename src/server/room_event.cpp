#include "server/room_event.hpp"

namespace tessera::server {

const std::string& RoomEvent::text() const {
  if (text_.empty()) text_ = messages::client_text(event_);
  return text_;
}

}  // namespace tessera::server
