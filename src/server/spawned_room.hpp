#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/black_box.hpp"
#include "base/loop.hpp"
#include "sandbox/cgroup.hpp"
#include "server/child_process.hpp"
#include "server/room_link.hpp"

namespace tessera::server {

/// A room process and the link to it: first a spare, then one room's. Owned by the supervisor, later by its
/// LiveRoom; on the control thread. When this goes while the process runs, the process is killed.
class SpawnedRoom {
 public:
  struct Handlers {
    std::function<void()> on_ready;                        ///< once: the process can take `configure`
    std::function<void(const messages::Event&)> on_event;  ///< every other event
    std::function<void(const std::string& why)> on_gone;   ///< once: link closed or process ended
  };

  /// `command` gets the socket as descriptor 3 and a black box as 4, and runs in `group` when there is one.
  /// Error "cannot-spawn".
  static Result<std::unique_ptr<SpawnedRoom>> start(Loop& loop, const std::vector<std::string>& command,
                                                    std::unique_ptr<sandbox::RoomGroup> group = nullptr);
  ~SpawnedRoom();

  void set_handlers(Handlers handlers);  ///< replaces them; a `ready` that came before is told at once
  [[nodiscard]] RoomLink& link() { return *link_; }
  [[nodiscard]] bool ready() const { return ready_; }
  [[nodiscard]] bool gone() const { return gone_; }
  [[nodiscard]] bool exited() const { return !child_ || !child_->running(); }
  [[nodiscard]] pid_t pid() const { return child_ ? child_->pid() : -1; }
  /// What the process noted of its death by a signal; nothing when it ended otherwise, or lives.
  [[nodiscard]] std::optional<BlackBoxEntry> death() const;
  void kill();
  /// For a room that has ended: the process gets a moment to leave by itself before it is killed.
  static void retire(std::unique_ptr<SpawnedRoom> room);

 private:
  explicit SpawnedRoom(Loop& loop) : loop_(loop) {}
  void on_event(const messages::Event& event);
  void on_exit(int status);
  void on_gone(const std::string& why);

  Loop& loop_;
  Handlers handlers_;
  std::unique_ptr<sandbox::RoomGroup> group_;  ///< null where no cgroup is delegated
  std::unique_ptr<ChildProcess> child_;        ///< null while start() is at work, and when it fails
  std::unique_ptr<RoomLink> link_;
  std::unique_ptr<BlackBox> black_box_;  ///< null when there is no memory for one
  SourceGuard exited_;
  bool ready_ = false;
  bool gone_ = false;
};

}  // namespace tessera::server
