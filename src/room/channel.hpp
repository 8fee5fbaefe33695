#pragma once
#include <deque>
#include <functional>
#include <string>
#include <string_view>

#include "base/loop.hpp"
#include "messages/messages.hpp"

namespace tessera::room {

/// The room's end of the socketpair to the front: lines in, lines out, never blocking the control thread.
/// Owned by the room process; lives on its control thread.
class Channel {
 public:
  /// `on_closed` when the front is gone (the room must end then) or speaks nonsense.
  Channel(Loop& loop, int fd, std::function<void(messages::Request)> on_request,
          std::function<void()> on_closed);
  ~Channel();
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  void send(const messages::Reply& reply) { enqueue(messages::encode(reply)); }
  void send(const messages::Event& event) { enqueue(messages::encode(event)); }
  /// Writes what is queued, waiting up to a second. For the end of the process.
  void flush();

 private:
  void enqueue(std::string line);
  void on_readable(GIOCondition condition);
  void on_line(std::string_view line);
  bool write_some();  ///< false: the socket is full or gone
  void close(const char* why);

  Loop& loop_;
  int fd_;
  std::function<void(messages::Request)> on_request_;
  std::function<void()> on_closed_;
  std::string incoming_;
  std::string outgoing_;
  SourceGuard readable_;
  SourceGuard writable_;
  bool closed_ = false;
};

}  // namespace tessera::room
