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
#include "messages/line_buffer.hpp"
#include "messages/messages.hpp"
#include "server/rate_limit.hpp"

namespace tessera::server {

/// Lines in, lines out, never blocking. What the room says is not trusted: a sender may have taken its
/// process over. A room that says too much is read more slowly. Every request gets exactly one reply: the
/// room's, or "room-timeout" (504), or "room-gone" (503) when the link ends first. Owned by SpawnedRoom, on
/// the control thread. The callbacks may destroy the link.
class RoomLink {
 public:
  using OnReply = std::function<void(const messages::Reply&)>;
  static constexpr std::chrono::milliseconds default_timeout{10'000};
  static constexpr std::size_t max_line = 4 * 1024 * 1024;
  static constexpr std::size_t max_outgoing = 8 * 1024 * 1024;
  // A line may go to everybody in the room, hence a rate of its own. Several times what 500 people make.
  static constexpr Rate lines{500, 3000};
  /// Bytes, and `value_cost` for each value that they may hold: statistics of 500 people cost some 6 MB.
  static constexpr Rate input{2.0 * 1024 * 1024, 12.0 * 1024 * 1024};

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
  void listen();
  void on_readable();
  void pause(std::chrono::milliseconds time);
  bool on_line(std::string_view line);  ///< false when this has been destroyed or closed
  void write_some();
  void close(const std::string& why);
  void fail_all(const std::string& why);
  void complete(std::int64_t id, const messages::Reply& reply);

  Loop& loop_;
  int fd_;
  Handlers handlers_;
  messages::LineBuffer lines_{max_line};
  std::string outgoing_;
  std::size_t written_ = 0;  ///< of `outgoing_`
  std::map<std::int64_t, Pending> pending_;
  std::int64_t next_id_ = 1;
  SourceGuard readable_;
  SourceGuard pause_;
  RateLimit lines_allowed_;
  RateLimit input_allowed_;
  std::size_t lines_read_ = 0;  ///< since the last look at the rates
  SourceGuard writable_;
  std::shared_ptr<bool> alive_ =
      std::make_shared<bool>(true);  ///< tells callers up the stack that this is gone
};

}  // namespace tessera::server
