#include "server/room_event.hpp"

namespace tessera::server {
namespace {

Json message_of(const messages::Event& event, bool about_participant) {
  Json::Object members{{"type", event.name}};
  if (about_participant) {
    members.emplace_back("participant", event.data);
    if (const Json* reason = event.data.find("reason")) members.emplace_back("reason", *reason);
  } else {
    for (const auto& [key, value] : event.data.members())
      if (key != "type" && key != "for") members.emplace_back(key, value);
  }
  return Json::from_members(std::move(members));
}

}  // namespace

const std::string& RoomEvent::text() const {
  if (text_.empty()) text_ = message_of(event_, about_participant()).dump();
  return text_;
}

}  // namespace tessera::server
