// What the room says: to the front, and over data channels to those who have one.
#include "messages/client_event.hpp"
#include "room/room.hpp"

namespace tessera::room {

void Room::emit(std::string name, Json data, std::string to) {
  if (notes_ && to.empty()) notes_->room_event(name, data);
  const messages::Event event{std::move(name), std::move(to), std::move(data)};
  tell_channels(event);
  emit_(event);
}

// What goes to the front goes over data channels, too: for whoever has no WebSocket.
void Room::tell_channels(const messages::Event& event) {
  const std::string audience = messages::audience_of(event);
  if (audience == "levels") return;  // one has to ask for them, and a channel takes no requests
  std::string text;
  for (const auto& [id, seat] : seats_) {
    if (!seat->takes_events() || (!event.to.empty() && event.to != id)) continue;
    if (audience == "operator" && !seat->is_operator()) continue;
    if (text.empty()) text = messages::client_text(event);
    seat->send_event(text);
  }
}

}  // namespace tessera::room
