#pragma once
#include <memory>
#include <string>

#include "messages/client_event.hpp"

namespace tessera::server {

/// An event of a room on its way to all who hear it. What clients are told is written once, however many they
/// are. On the stack of LiveRoom, on the control thread.
class RoomEvent {
 public:
  explicit RoomEvent(const messages::Event& event) : event_(event), audience_(messages::audience_of(event)) {}

  [[nodiscard]] const std::string& name() const { return event_.name; }
  [[nodiscard]] const Json& data() const { return event_.data; }
  /// "operator", "levels" or "" for everybody.
  [[nodiscard]] const std::string& audience() const { return audience_; }
  [[nodiscard]] bool about_participant() const { return messages::about_participant(event_); }
  /// The message for clients, as JSON.
  [[nodiscard]] const std::string& text() const;

 private:
  const messages::Event& event_;
  std::string audience_;
  mutable std::string text_;
};

}  // namespace tessera::server
