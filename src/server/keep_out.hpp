#pragma once
// Who stays out of which room, why, and for how long.

#include <chrono>
#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/person.hpp"
#include "server/problem.hpp"

namespace tessera::server {

/// Pure: the caller brings the time. Owned by the front, on the control thread. It outlives the process of a
/// room, so that a crash lets nobody back in.
class KeepOut {
 public:
  using Clock = std::chrono::steady_clock;
  enum class Reason {
    kicked,   ///< an operator removed them
    packets,  ///< a room's process died of their packets
  };
  struct Entry {
    std::string id;    ///< for lists and readmit()
    std::string room;  ///< empty: every room
    Person who;
    Reason reason = Reason::kicked;
    Clock::time_point since{};
    std::optional<Clock::time_point> until;  ///< none: for the room's life
  };

  /// Beyond these the oldest entry is forgotten.
  static constexpr std::size_t most_per_room = 500, most = 20'000;
  /// Somebody without a personal subject and without a name looks like every other nameless person behind the
  /// same address. They stay out for this long only.
  static constexpr std::chrono::minutes for_nameless{5};

  /// From `now` on `who` stays out of `room` ("": of every room), for `time` (none: until forget_room()).
  /// Somebody with the same personal subject who is out of that room already keeps their id.
  Entry add(const std::string& room, Person who, Reason reason, std::optional<Clock::duration> time,
            Clock::time_point now);

  /// Why `comer` may not enter `room`; none when they may. For `packets` the name does not count: where the
  /// subject says too little, the address decides.
  [[nodiscard]] std::optional<Entry> find(std::string_view room, const Person& comer,
                                          Clock::time_point now) const;
  /// The kick that keeps a bearer of `subject` from acting in `room`. Only a personal subject can say so.
  [[nodiscard]] std::optional<Entry> find_subject(std::string_view room, std::string_view subject,
                                                  Clock::time_point now) const;

  /// Who is out of `room`, oldest first; with `everywhere` also who is out of every room.
  [[nodiscard]] std::vector<Entry> list(std::string_view room, bool everywhere, Clock::time_point now) const;
  /// False when `room` ("": every room) has no such entry.
  bool readmit(std::string_view room, std::string_view id);
  /// The room's life is over: entries without an end are forgotten.
  void forget_room(std::string_view room);

 private:
  void drop_ended(Clock::time_point now);
  void make_place(const std::string& room);

  std::list<Entry> entries_;  ///< oldest first
  std::uint64_t next_ = 1;
};

std::string_view name_of(KeepOut::Reason reason);

/// 403 "kept-out", in words: why, when it ends, and who can end it earlier.
Problem refusal(const KeepOut::Entry& entry, KeepOut::Clock::time_point now);

}  // namespace tessera::server
