#include "messages/client_event.hpp"

#include <utility>

namespace tessera::messages {

std::string audience_of(const Event& event) {
  return event.data["for"].as_string();
}

bool about_participant(const Event& event) {
  return event.name.starts_with("participant-");
}

std::string client_text(const Event& event) {
  Json::Object members{{"type", event.name}};
  if (about_participant(event)) {
    members.emplace_back("participant", event.data);
    if (const Json* reason = event.data.find("reason")) members.emplace_back("reason", *reason);
  } else {
    for (const auto& [key, value] : event.data.members())
      if (key != "type" && key != "for") members.emplace_back(key, value);
  }
  return Json::from_members(std::move(members)).dump();
}

}  // namespace tessera::messages
