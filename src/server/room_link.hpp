#pragma once
// The front's end of the socketpair to one room process.

#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/loop.hpp"
#include "messages/messages.hpp"
#include "server/line_buffer.hpp"

namespace tessera::server {

/// Lines in, lines out, never blocking. Every request gets exactly one reply: the room's, or "room-timeout"
/// (504), or "room-gone" (503) when the link ends first. Owned by SpawnedRoom, on the control thread. The
/// callbacks may destroy the link.
class RoomLink {
 public:
  using OnReply = std::function<void(const messages::Reply&)>;
  static constexpr std::chrono::milliseconds default_timeout{10'000};
  static constexpr std::size_t max_line = 4 * 1024 * 1024;
  static constexpr std::size_t max_outgoing = 8 * 1024 * 1024;

  struct Handlers {
    std::function<void(const messages::Event&)> on_event;
    /// Once: the room closed its end, sent something that is not a message, or does not read.
    std::function<void(const std::string& why)> on_closed;
  };

  RoomLink(Loop& loop, int fd, Handlers handlers);  ///< takes `fd`
  ~RoomLink();
  RoomLink(const RoomLink&) = delete;
  RoomLink& operator=(const RoomLink&) = delete;

  void set_handlers(Handlers handlers) { handlers_ = std::move(handlers); }
  void request(std::string method, Json params, OnReply on_reply,
               std::chrono::milliseconds timeout = default_timeout);
  [[nodiscard]] bool is_open() const { return fd_ >= 0; }
  [[nodiscard]] std::size_t waiting() const { return pending_.size(); }

 private:
  struct Pending {
    std::string method;
    OnReply on_reply;
    SourceGuard deadline;
  };
  void on_readable();
  bool on_line(std::string_view line);  ///< false when this has been destroyed or closed
  void write_some();
  void close(const std::string& why);
  void fail_all(const std::string& why);
  void complete(std::int64_t id, const messages::Reply& reply);

  Loop& loop_;
  int fd_;
  Handlers handlers_;
  LineBuffer lines_{max_line};
  std::string outgoing_;
  std::size_t written_ = 0;  ///< of `outgoing_`
  std::map<std::int64_t, Pending> pending_;
  std::int64_t next_id_ = 1;
  SourceGuard readable_;
  SourceGuard writable_;
  std::shared_ptr<bool> alive_ =
      std::make_shared<bool>(true);  ///< tells callers up the stack that this is gone
};

}  // namespace tessera::server
