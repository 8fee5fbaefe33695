#pragma once
#include <sys/socket.h>

#include <functional>

#include "base/loop.hpp"
#include "recording/files.hpp"

namespace tessera::server {

/// What to do about accept(2) failing with an errno. Pure.
enum class AcceptFault {
  nobody_waits,    ///< every connection that was waiting is taken
  try_next,        ///< this connection is gone, the next one may be well
  no_descriptors,  ///< this process or the machine has no descriptor left
  wait,            ///< nothing helps at once: try again after a while
};
AcceptFault accept_fault(int code);

/// Accepts the connections of one listening socket. It never stops doing so, whatever accept(2) says: when
/// descriptors have run out it closes an idle connection, or accepts with a descriptor kept in reserve and
/// closes at once, so that the queue empties and the loop is not busy with it. On the control thread.
class AcceptLoop {
 public:
  struct Handlers {
    /// Takes over the descriptor, which does not block and is closed on exec.
    std::function<void(int accepted, const sockaddr_storage& peer, socklen_t peer_size)> on_accepted;
    /// Descriptors have run out. True: one was freed at once.
    std::function<bool()> free_descriptor;
  };

  /// `socket` listens and does not block.
  AcceptLoop(Loop& loop, recording::Descriptor socket, Handlers handlers);

 private:
  void watch();
  void accept_some();
  bool refuse_one();
  void pause();

  Loop& loop_;
  recording::Descriptor socket_;
  recording::Descriptor reserve_;
  Handlers handlers_;
  SourceGuard watch_;
  SourceGuard pause_;
};

}  // namespace tessera::server
