#include "server/room_link.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/log.hpp"
#include "server/parse_cost.hpp"

namespace tessera::server {
namespace {

messages::Reply failed(std::int64_t id, std::string code, std::string detail, int status) {
  messages::Reply reply;
  reply.id = id;
  reply.ok = false;
  reply.code = std::move(code);
  reply.detail = std::move(detail);
  reply.status = status;
  return reply;
}

}  // namespace

RoomLink::RoomLink(Loop& loop, int fd, Handlers handlers)
    : loop_(loop),
      fd_(fd),
      handlers_(std::move(handlers)),
      lines_allowed_(lines, RateLimit::Clock::now()),
      input_allowed_(input, RateLimit::Clock::now()) {
  fcntl(fd_, F_SETFL, fcntl(fd_, F_GETFL) | O_NONBLOCK);
  listen();
}

RoomLink::~RoomLink() {
  *alive_ = false;
  readable_.reset();
  pause_.reset();
  writable_.reset();
  if (fd_ >= 0) ::close(fd_);
  fail_all("the room has ended");
}

void RoomLink::request(std::string method, Json params, OnReply on_reply, std::chrono::milliseconds timeout) {
  const std::int64_t id = next_id_++;
  const std::string line = messages::encode(messages::Request{id, method, std::move(params)});
  if (!is_open()) {
    loop_.post([id, on_reply = std::move(on_reply)] {
      on_reply(failed(id, "room-gone", "the room has ended", 503));
    });
    return;
  }
  Pending& pending = pending_[id];
  pending.method = std::move(method);
  pending.on_reply = std::move(on_reply);
  pending.deadline = loop_.after(timeout, [this, id] {
    const auto found = pending_.find(id);
    if (found == pending_.end()) return;
    log::warn("the room did not answer \"{}\" in time", found->second.method);
    complete(id, failed(id, "room-timeout", "the room did not answer in time", 504));
  });
  if (written_ > 1024 * 1024) {  // what has gone out need not be kept until the last byte has
    outgoing_.erase(0, written_);
    written_ = 0;
  }
  if (outgoing_.size() - written_ + line.size() > max_outgoing) {
    // Posted: the caller may hold references into what closing destroys.
    loop_.post([this, alive = alive_] {
      if (*alive) close("the room has stopped reading");
    });
    return;
  }
  outgoing_ += line;
  if (!writable_) write_some();
}

void RoomLink::on_readable() {
  const std::shared_ptr<bool> alive = alive_;
  // One read a turn, so that a talkative room does not keep the loop from everybody else.
  char chunk[16 * 1024];
  const ssize_t got = ::read(fd_, chunk, sizeof chunk);
  if (got < 0 && (errno == EINTR || errno == EAGAIN || errno == EWOULDBLOCK)) return;
  if (got < 0) return close(fmt::format("reading from it failed with error {}", errno));
  if (got == 0) return close("it closed the connection");
  const std::string_view bytes(chunk, static_cast<std::size_t>(got));
  lines_read_ = 0;
  const bool sound = lines_.feed(bytes, [this](std::string_view line) { return on_line(line); });
  if (!*alive || !is_open()) return;
  if (!sound) return close(fmt::format("it sent a line longer than {} bytes", max_line));
  const auto now = RateLimit::Clock::now();
  const auto wait = std::max(lines_allowed_.spend(now, static_cast<double>(lines_read_)),
                             input_allowed_.spend(now, parse_cost(bytes)));
  if (wait.count() > 0) pause(wait);
}

void RoomLink::listen() {
  readable_ =
      loop_.watch(fd_, GIOCondition(G_IO_IN | G_IO_HUP | G_IO_ERR), [this](GIOCondition) { on_readable(); });
}

// Meanwhile the socket fills up, and then the room merges what it has to say.
void RoomLink::pause(std::chrono::milliseconds time) {
  readable_.reset();
  pause_ = loop_.after(time, [this] { listen(); });
}

bool RoomLink::on_line(std::string_view line) {
  ++lines_read_;
  auto message = messages::decode_from_room(line);
  if (!message) {
    // The process's memory cannot be trusted any more; what it says next could be anything.
    close(fmt::format("it sent something that is not a message: {}", message.error().message));
    return false;
  }
  const std::shared_ptr<bool> alive = alive_;
  if (const auto* reply = std::get_if<messages::Reply>(&*message))
    complete(reply->id, *reply);
  else if (handlers_.on_event) {
    const auto handler = handlers_.on_event;  // the handler may replace the handlers
    handler(std::get<messages::Event>(*message));
  }
  return *alive && is_open();
}

void RoomLink::complete(std::int64_t id, const messages::Reply& reply) {
  const auto found = pending_.find(id);
  if (found == pending_.end()) return;  // it came after its deadline
  const Pending pending = std::move(found->second);
  pending_.erase(found);
  if (pending.on_reply) pending.on_reply(reply);
}

void RoomLink::write_some() {
  while (written_ < outgoing_.size()) {
    const ssize_t put = ::send(fd_, outgoing_.data() + written_, outgoing_.size() - written_, MSG_NOSIGNAL);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
      if (!writable_)
        writable_ = loop_.watch(fd_, GIOCondition(G_IO_OUT | G_IO_HUP | G_IO_ERR),
                                [this](GIOCondition) { write_some(); });
      return;
    }
    if (put < 0) break;  // the end of the link shows itself on the reading side
    written_ += static_cast<std::size_t>(put);
  }
  outgoing_.clear();
  written_ = 0;
  writable_.reset();
}

void RoomLink::close(const std::string& why) {
  if (!is_open()) return;
  readable_.reset();
  pause_.reset();
  writable_.reset();
  ::close(fd_);
  fd_ = -1;
  const std::shared_ptr<bool> alive = alive_;
  const auto on_closed = handlers_.on_closed;
  fail_all(why);
  if (*alive && on_closed) on_closed(why);
}

void RoomLink::fail_all(const std::string& why) {
  auto pending = std::move(pending_);
  pending_.clear();
  for (auto& [id, entry] : pending)
    if (entry.on_reply) entry.on_reply(failed(id, "room-gone", "the room has ended: " + why, 503));
}

}  // namespace tessera::server
