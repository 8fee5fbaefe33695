#include "room/channel.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "base/log.hpp"

namespace tessera::room {
namespace {
constexpr std::size_t max_line = 4 * 1024 * 1024;  // a request never comes near; more is a broken front
constexpr int max_turns = 16;                      // reads of up to 64 kB before others get theirs
constexpr std::size_t chunk_bytes = 64 * 1024;     // of lines that are written at once
}  // namespace

Channel::Channel(Loop& loop, int fd, std::function<void(messages::Request)> on_request,
                 std::function<void()> on_closed)
    : loop_(loop),
      fd_(fd),
      on_request_(std::move(on_request)),
      on_closed_(std::move(on_closed)),
      incoming_(max_line) {
  fcntl(fd_, F_SETFL, fcntl(fd_, F_GETFL) | O_NONBLOCK);
  fcntl(fd_, F_SETFD, FD_CLOEXEC);
  readable_ = loop_.watch(fd_, GIOCondition(G_IO_IN | G_IO_HUP | G_IO_ERR),
                          [this](GIOCondition condition) { on_readable(condition); });
}

Channel::~Channel() {
  readable_.reset();
  writable_.reset();
  ::close(fd_);
}

void Channel::on_readable(GIOCondition) {
  char chunk[65536];
  // Bounded, so that a talkative front does not keep the loop from the media; the rest comes next time round.
  for (int turn = 0; turn < max_turns && !closed_; ++turn) {
    const ssize_t got = ::read(fd_, chunk, sizeof chunk);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) return close("the front is gone");
    const bool sound = incoming_.feed({chunk, static_cast<std::size_t>(got)},
                                      [this](std::string_view line) { return on_line(line); });
    if (!sound) return close("a line from the front is too long");
  }
}

bool Channel::on_line(std::string_view line) {
  auto request = messages::decode_from_front(line);
  if (request) {
    on_request_(std::move(*request));
    return !closed_;
  }
  log::error("message from the front not understood: {}", request.error().message);
  const auto id = messages::id_of(line);
  if (!id) return !closed_;
  messages::Reply reply{*id};
  reply.ok = false;
  reply.code = "bad-message";
  reply.detail = "the room cannot read this request";
  reply.status = messages::status_of(reply.code);
  send(reply);
  return !closed_;
}

template <typename Message>
void Channel::enqueue(const Message& message) {
  if (closed_) return;
  outgoing_.push(message);
  if (outgoing_.overflows()) return close("the front has stopped reading");
  if (writable_ || write_some()) return;
  writable_ = loop_.watch(fd_, GIOCondition(G_IO_OUT | G_IO_HUP | G_IO_ERR), [this](GIOCondition) {
    // The guard is the source that runs: drop it from a fresh turn of the loop, never from inside itself.
    if (write_some())
      loop_.post([this] {
        if (all_written()) writable_.reset();
      });
  });
}

void Channel::send(const messages::Reply& reply) {
  enqueue(reply);
}

void Channel::send(const messages::Event& event) {
  enqueue(event);
}

bool Channel::write_some() {
  while (!all_written()) {
    if (written_ == chunk_.size()) {
      chunk_ = outgoing_.take(chunk_bytes);
      written_ = 0;
    }
    const ssize_t put = ::send(fd_, chunk_.data() + written_, chunk_.size() - written_, MSG_NOSIGNAL);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return errno != EAGAIN;  // a dead socket shows itself as readable; do not spin on it here
    written_ += static_cast<std::size_t>(put);
  }
  return true;
}

void Channel::flush() {
  while (!all_written()) {
    pollfd poller{fd_, POLLOUT, 0};
    if (::poll(&poller, 1, 1000) <= 0 || (poller.revents & (POLLHUP | POLLERR)) || !write_some()) return;
  }
}

void Channel::close(const char* why) {
  if (closed_) return;
  closed_ = true;
  log::info("{}", why);
  // Posted: the caller may be inside a watch that this closes.
  loop_.post([this] {
    readable_.reset();
    writable_.reset();
    on_closed_();
  });
}

}  // namespace tessera::room
