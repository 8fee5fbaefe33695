#pragma once
#include <functional>
#include <string>
#include <string_view>

#include "base/loop.hpp"
#include "messages/line_buffer.hpp"
#include "messages/messages.hpp"
#include "room/outgoing_queue.hpp"

namespace tessera::room {

/// The room's end of the socketpair to the front: lines in, lines out, never blocking the control thread. A
/// front that reads slowly gets less (OutgoingQueue); it does not end the room. Owned by the room process;
/// lives on its control thread.
class Channel {
 public:
  /// `on_closed` when the front is gone (the room must end then) or speaks nonsense.
  Channel(Loop& loop, int fd, std::function<void(messages::Request)> on_request,
          std::function<void()> on_closed);
  ~Channel();
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  void send(const messages::Reply& reply);
  void send(const messages::Event& event);
  /// Writes what is queued, waiting up to a second. For the end of the process.
  void flush();

 private:
  template <typename Message>
  void enqueue(const Message& message);
  void on_readable(GIOCondition condition);
  bool on_line(std::string_view line);  ///< false when the channel has been closed
  [[nodiscard]] bool all_written() const { return written_ == chunk_.size() && outgoing_.empty(); }
  bool write_some();  ///< false: the socket is full or gone
  void close(const char* why);

  Loop& loop_;
  int fd_;
  std::function<void(messages::Request)> on_request_;
  std::function<void()> on_closed_;
  messages::LineBuffer incoming_;
  OutgoingQueue outgoing_;
  std::string chunk_;        ///< lines on their way out
  std::size_t written_ = 0;  ///< of `chunk_`
  SourceGuard readable_;
  SourceGuard writable_;
  bool closed_ = false;
};

}  // namespace tessera::room
