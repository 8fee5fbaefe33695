#pragma once
// Who sits in which room, and what operators have decided about them.

#include <list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "server/auth.hpp"
#include "server/person.hpp"

namespace tessera::server {

/// What operators have decided about a person, as far as it holds when they come again.
struct Decisions {
  bool muted = false;
  bool held = false;
  std::optional<Role> most{};  ///< no role above this one
  [[nodiscard]] bool any() const { return muted || held || most; }
  bool operator==(const Decisions&) const = default;
};

/// Pure. Owned by the front, on the control thread. It outlives the process of a room, so that a crash undoes
/// no decision.
class People {
 public:
  // Beyond these the oldest is forgotten.
  static constexpr std::size_t most_remembered = 1000;  ///< of a room, who have left
  static constexpr std::size_t most_shared = 1000;      ///< of a room, subjects
  static constexpr std::size_t most_rooms = 1000;
  static constexpr int most_devices = 3;  ///< of one person at one time

  /// Somebody got the seat `participant`, again when it is known. `allowed` is the highest role that they may
  /// have by their token, `role` the one that they got.
  void joined(const std::string& room, const std::string& participant, Person who, Role allowed, Role role);
  /// What the room says about a seat. Not `here`: its connection is lost, and it waits for a while.
  struct State {
    bool muted = false, held = false;
    Role role = Role::viewer;
    bool here = true;
  };
  void updated(std::string_view room, std::string_view participant, const State& state);
  void left(std::string_view room, std::string_view participant);
  /// The room's process is gone. After a crash its people are remembered, otherwise the room's life is over.
  void room_ended(std::string_view room, bool crashed);

  /// Who sits there; none: nobody that came by this server.
  [[nodiscard]] std::optional<Person> person(std::string_view room, std::string_view participant) const;
  /// Whether tokens of this subject have been in the room under different names, or on more than
  /// `most_devices`, at one time.
  [[nodiscard]] bool is_shared(std::string_view room, std::string_view subject) const;
  /// What has been decided about somebody who comes. A likely recognition counts only while nobody like that
  /// is in the room: two people with one name behind one address are not the same.
  [[nodiscard]] Decisions decisions_on(std::string_view room, const Person& comer) const;

 private:
  struct Seated {
    Person who;
    Role allowed;
    Role role;
    Decisions decisions{};
    bool here = true;
  };
  struct Remembered {
    Person who;
    Decisions decisions;
  };
  struct Room {
    std::map<std::string, Seated, std::less<>> seated;  ///< by participant
    std::list<Remembered> remembered;                   ///< oldest first
    std::set<std::string, std::less<>> shared;          ///< subjects of several people
    [[nodiscard]] Recognition recognise(Person known, Person comer) const;
    /// Whether that is `comer`, for all that we can tell.
    [[nodiscard]] bool is_back(const Person& known, const Person& comer, bool namesake_here) const;
    /// Whether the seats there are say that others use the subject of `comer` too.
    [[nodiscard]] bool is_shared_with(const Person& comer) const;
    [[nodiscard]] bool has_namesake_of(const Person& comer) const;
    void remember(const Seated& seat);
  };
  Room& room_for(const std::string& name);

  std::map<std::string, Room, std::less<>> rooms_;
};

}  // namespace tessera::server
