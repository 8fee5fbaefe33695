#pragma once
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace tessera::server {

/// Who may hold how many connections, and which one has to go when there are too many. Pure: it is told what
/// happens and answers at once, in logarithmic time, because it is asked most when somebody floods the
/// server.
///
/// A connection is *idle* until its client has sent a whole request head; an idle one may be closed in favour
/// of another. A group is what a limit per address counts by (client_address.hpp).
class ConnectionTable {
 public:
  using Clock = std::chrono::steady_clock;
  using Id = std::uint64_t;
  struct Limits {
    std::size_t total = 1024;
    std::size_t per_group = 256;
    Clock::duration idle = std::chrono::seconds(15);
  };
  struct Admission {
    std::optional<Id> id;    ///< of the new connection, or nothing: it is refused
    std::optional<Id> shed;  ///< an idle connection to close now; it is out of the table already
  };

  explicit ConnectionTable(Limits limits) : limits_(limits) {}

  /// A new connection of `group`, idle. `exempt`: its group has no limit of its own (a reverse proxy).
  Admission admit(const std::string& group, bool exempt, Clock::time_point now);
  /// The request head has arrived, and its client is known by now. False: the client's group has more
  /// connections than it may.
  bool identify(Id id, const std::string& group, bool exempt);
  /// The connection may be closed in favour of another again, but has no deadline of idleness: a WebSocket
  /// whose client has not joined yet.
  void expose(Id id);
  /// It may not be closed in favour of another: its client has joined.
  void protect(Id id);
  void remove(Id id);

  /// An idle connection of the group with the most connections, the longest there; it is out of the table.
  std::optional<Id> shed();
  /// The connections that have been idle for too long. They stay in the table.
  [[nodiscard]] std::vector<Id> expired(Clock::time_point now) const;
  [[nodiscard]] std::size_t size() const { return entries_.size(); }

 private:
  struct Group {
    std::string name;
    std::size_t count = 0;
    std::set<Id> sheddable;  ///< ids grow: the first is the oldest
  };
  struct Entry {
    Group* group = nullptr;
    std::optional<Clock::time_point> idle_since;
  };
  using Rank = std::pair<std::size_t, const Group*>;

  template <typename Change>
  void change(Group& group, Change&& apply);
  Group& group_of(const std::string& name);
  void leave(Group& group, Id id);
  std::optional<Id> shed_from(Group& group);

  const Limits limits_;
  Id next_ = 1;
  std::unordered_map<Id, Entry> entries_;
  std::map<std::string, Group> groups_;
  std::map<Rank, Group*> ranking_;  ///< the groups that have somebody to shed
};

/// How many connections fit beside what else takes descriptors: `configured`, or when that is 0 what is left
/// of `descriptors` (RLIMIT_NOFILE) beside `rooms` rooms.
std::size_t connection_budget(int configured, std::size_t descriptors, int rooms);

}  // namespace tessera::server
