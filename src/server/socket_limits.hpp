#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "server/rate_limit.hpp"

namespace tessera::server {

/// What one WebSocket may ask of the server.
struct SocketLimits {
  std::chrono::milliseconds join_time{10'000};  ///< to the first `join`

  // Beyond these the connection is closed.
  int messages_before_join = 5;
  Rate messages{50, 200};
  Rate pings{1, 20};  ///< RFC 6455 wants each answered; browsers send none
  /// Bytes that arrive, and `frame_cost` for each frame, however small. An offer has some 10 kB.
  Rate input{64 * 1024, 1024 * 1024};
  /// Bytes that are parsed, and `value_cost` for each value that they may hold.
  Rate parsing{64 * 1024, 1024 * 1024};

  // Beyond these a message is refused with 429 and the connection stays.
  Rate joins{0.5, 5};
  // An offer makes the room build a connection of some ten threads. A client needs two, camera and screen,
  // and both again after its network was gone.
  Rate offers{1, 5};
  // A state is told to everybody in the room; nobody switches faster than this.
  Rate states{10, 20};
  Rate chats{1, 5};
  Rate candidates{20, 100};
  Rate closes{2, 10};
  Rate levels{2, 10};
  Rate controls{10, 50};

  /// Bytes on their way to a client beyond which it counts as one that reads too slowly.
  std::uint64_t max_outstanding = 4 * 1024 * 1024;
  std::chrono::milliseconds look_period{1000};  ///< how often a connection is looked at
};

}  // namespace tessera::server
