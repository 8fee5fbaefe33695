#include "server/accept_loop.hpp"

#include <fcntl.h>

#include <cerrno>
#include <cstring>

#include "base/log.hpp"
#include "server/occasional.hpp"

namespace tessera::server {
namespace {

// Between two turns everything else gets its time: rooms, answers, WebSockets.
constexpr int accepts_per_turn = 32;
constexpr std::chrono::milliseconds pause_time{100};

recording::Descriptor reserve_descriptor() {
  return recording::Descriptor(open("/dev/null", O_RDONLY | O_CLOEXEC));
}

Occasional& complaint() {
  static Occasional once(std::chrono::seconds(10));
  return once;
}

}  // namespace

AcceptFault accept_fault(int code) {
  switch (code) {
    case EAGAIN:
#if EWOULDBLOCK != EAGAIN
    case EWOULDBLOCK:
#endif
      return AcceptFault::nobody_waits;
    case EMFILE:
    case ENFILE:
      return AcceptFault::no_descriptors;
    // accept(2): errors of the new connection, to be treated like EAGAIN by retrying.
    case EINTR:
    case ECONNABORTED:
    case EPERM:
    case EPROTO:
    case ENETDOWN:
    case ENOPROTOOPT:
    case EHOSTDOWN:
    case ENONET:
    case EHOSTUNREACH:
    case EOPNOTSUPP:
    case ENETUNREACH:
      return AcceptFault::try_next;
    default:
      return AcceptFault::wait;
  }
}

AcceptLoop::AcceptLoop(Loop& loop, recording::Descriptor socket, Handlers handlers)
    : loop_(loop),
      socket_(std::move(socket)),
      reserve_(reserve_descriptor()),
      handlers_(std::move(handlers)) {
  watch();
}

void AcceptLoop::watch() {
  watch_ = loop_.watch(socket_.get(), G_IO_IN, [this](GIOCondition) { accept_some(); });
}

void AcceptLoop::accept_some() {
  for (int i = 0; i < accepts_per_turn; ++i) {
    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    const int fd =
        accept4(socket_.get(), reinterpret_cast<sockaddr*>(&peer), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) {
      handlers_.on_accepted(fd, peer, size);
      continue;
    }
    const int code = errno;
    switch (accept_fault(code)) {
      case AcceptFault::nobody_waits:
        return;
      case AcceptFault::try_next:
        continue;
      case AcceptFault::no_descriptors:
        if (handlers_.free_descriptor() || refuse_one()) continue;
        return pause();
      case AcceptFault::wait:
        complaint().run([&](std::size_t) {
          log::error("connections cannot be accepted: {}; trying again", std::strerror(code));
        });
        return pause();
    }
  }
}

// Takes the next connection with the reserve and closes it. False when that failed, too.
bool AcceptLoop::refuse_one() {
  if (!reserve_) return false;
  bool refused = false;
  reserve_ = {};
  {
    const recording::Descriptor one(accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    refused = static_cast<bool>(one);
  }
  reserve_ = reserve_descriptor();
  complaint().run([](std::size_t times) {
    log::error(
        "no descriptor is left for another connection ({} times since the last message); raise the limit of "
        "open "
        "files (LimitNOFILE) or lower http.maxConnections",
        times);
  });
  return refused;
}

void AcceptLoop::pause() {
  watch_.reset();
  pause_ = loop_.after(pause_time, [this] {
    if (!reserve_) reserve_ = reserve_descriptor();
    watch();
  });
}

}  // namespace tessera::server
