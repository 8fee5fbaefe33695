#pragma once
#include <chrono>
#include <cstdint>

namespace tessera::server {

/// What one WebSocket may ask of the server.
struct SocketLimits {
  std::chrono::milliseconds join_time{10'000};  ///< to the first `join`
  // Beyond this the connection is closed.
  double messages_per_second = 50;
  double burst = 200;
  // An offer makes the room build a connection of some ten threads. A client needs two, camera and screen,
  // and both again after its network was gone.
  double offers_per_second = 1;
  double offer_burst = 5;
  // A state is told to everybody in the room; nobody switches faster than this.
  double states_per_second = 10;
  double state_burst = 20;
  /// Bytes on their way to a client beyond which it counts as one that has stopped reading.
  std::uint64_t max_outstanding = 4 * 1024 * 1024;
  std::chrono::milliseconds look_period{1000};  ///< how often a connection is looked at
};

}  // namespace tessera::server
