#pragma once
#include <chrono>
#include <cstddef>
#include <list>

#include "server/person.hpp"

namespace tessera::server {

/// Whose packets the processes of rooms have died of (see base/black_box.hpp). Pure: the caller brings the
/// time.
class Culprits {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::hours memory{1};
  static constexpr std::size_t most = 1000;  ///< beyond these the oldest is forgotten

  /// A process died while it read bytes of `who`. True when it was not the first within an hour: once may be
  /// bad luck. The token's subject says who they are, or where several people use it, their address.
  bool add(const Person& who, Clock::time_point now);

 private:
  struct Death {
    Person who;
    Clock::time_point at;
  };
  std::list<Death> deaths_;  ///< oldest first
};

}  // namespace tessera::server
