#pragma once
// What operators decide about people, kept beyond seats, connections and the process of a room.

#include <optional>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "base/result.hpp"
#include "server/culprits.hpp"
#include "server/keep_out.hpp"
#include "server/live_room.hpp"
#include "server/people.hpp"

namespace tessera::server {

/// Owned by the front, on the control thread.
class Moderation {
 public:
  using Clock = KeepOut::Clock;

  /// Somebody asks for a seat. Error "kept-out" when they stay out of `room`; otherwise what has been decided
  /// about them.
  [[nodiscard]] Result<Decisions> admit(const std::string& room, const Person& who,
                                        Clock::time_point now = Clock::now()) const;
  /// Error "kept-out" when the bearer of a token was removed from `room`. Administrators are never refused:
  /// they can let anybody in again.
  [[nodiscard]] Result<void> may_act(std::string_view room, const Identity& identity,
                                     Clock::time_point now = Clock::now()) const;
  /// They got the seat. `allowed`: the highest role that their token gives.
  void joined(const std::string& room, const std::string& participant, Person who, Role allowed, Role role);

  /// Whether the token alone tells this person from everybody else in `room`.
  [[nodiscard]] bool is_personal(const std::string& room, const std::string& subject) const {
    return !subject.empty() && !people_.is_shared(room, subject);
  }

  void on_room_event(LiveRoom& room, const messages::Event& event);
  /// Not at its end: another room of that name may be open by then.
  void on_room_closing(const LiveRoom& room, const std::string& reason);

  /// Whoever sits in that seat of `room` stays out of `out_of` ("": of every room) from now on. False when
  /// nobody is known to sit there.
  bool keep_out(const std::string& room, const std::string& participant, const std::string& out_of,
                KeepOut::Reason reason, std::optional<Clock::duration> time,
                Clock::time_point now = Clock::now());
  /// A room's process died while it read bytes of whoever sits there (base/black_box.hpp). The second time
  /// within an hour they stay out of every room for `out_for`.
  static constexpr std::chrono::hours out_for{1};
  void died_of(const std::string& room, const std::string& participant, Clock::time_point now = Clock::now());

  /// {keptOut: [{id, name, reason, since, until?, by}]}; with `everywhere` also who stays out of every room.
  [[nodiscard]] Json list(std::string_view room, bool everywhere, Clock::time_point now = Clock::now()) const;
  /// Lets somebody in again and tells the operators in the room. `room` may be closed. Error "unknown-entry".
  Result<void> readmit(const std::string& room_name, const std::string& id, bool everywhere, LiveRoom* room);

 private:
  KeepOut out_;
  Culprits culprits_;
  People people_;
};

}  // namespace tessera::server
