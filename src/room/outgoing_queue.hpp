#pragma once
#include <cstddef>
#include <list>
#include <string>
#include <unordered_map>

#include "messages/messages.hpp"

namespace tessera::room {

/// What the room has to tell the front, in order, while the front reads slowly. Of an event that says how
/// something is now (who talks, levels, the layout, a participant) only the latest waits. Chat and notices
/// are left out when too much waits already, and a notice says so afterwards. Replies and all other events
/// are kept. Pure; owned by the Channel, on the control thread.
class OutgoingQueue {
 public:
  struct Limits {
    std::size_t shed = 1024 * 1024;       ///< bytes beyond which chat and notices are left out
    std::size_t most = 64 * 1024 * 1024;  ///< bytes of what must be kept: only a front that is gone gets here
  };
  OutgoingQueue() : OutgoingQueue(Limits{}) {}
  explicit OutgoingQueue(Limits limits) : limits_(limits) {}

  void push(const messages::Reply& reply) { append("", messages::encode(reply)); }
  void push(const messages::Event& event);

  /// Takes whole lines from the front of the queue: at least one unless it is empty, then as many as fit into
  /// `about` bytes.
  std::string take(std::size_t about);

  [[nodiscard]] bool empty() const { return lines_.empty(); }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }
  [[nodiscard]] bool overflows() const { return bytes_ > limits_.most; }
  /// Events that were left out and not yet told of.
  [[nodiscard]] std::size_t shed() const { return shed_; }

 private:
  struct Line {
    std::string subject;  ///< what a later event of the same subject replaces; "" for none
    std::string text;
  };
  void append(std::string subject, std::string text);
  void tell_of_shed();

  Limits limits_;
  std::list<Line> lines_;
  std::unordered_map<std::string, std::list<Line>::iterator> latest_;
  std::size_t bytes_ = 0;
  std::size_t shed_ = 0;
};

}  // namespace tessera::room
