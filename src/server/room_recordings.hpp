#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/loop.hpp"
#include "messages/messages.hpp"
#include "recording/store.hpp"
#include "server/finisher_queue.hpp"
#include "server/live_room.hpp"
#include "server/metrics.hpp"
#include "server/room_supervisor.hpp"

namespace tessera::server {

/// Recordings from the front's side: folders are made here, rooms write into them, finishers take over when a
/// room is done with one or has died of it. Owned by the front, on the control thread.
class RoomRecordings {
 public:
  using OnReply = std::function<void(const messages::Reply&)>;
  /// The open room of a name, or null.
  using FindRoom = std::function<std::shared_ptr<LiveRoom>(const std::string&)>;

  RoomRecordings(Loop& loop, const recording::Store& store, std::vector<std::string> finish_command,
                 Metrics& metrics, FindRoom find_room);

  /// Makes a folder and lets the room record into it. Reply: {id, state}.
  void start(const std::shared_ptr<LiveRoom>& room, OnReply on_reply);

  // What the supervisor reports.
  void on_room_event(LiveRoom& room, const messages::Event& event);
  void on_room_ended(LiveRoom& room, const std::string& reason);

  /// Finishes what a crash of this server, of a room or of the machine left behind.
  void recover();

  [[nodiscard]] bool idle() const { return queue_.idle(); }
  void stop() { queue_.stop(); }

 private:
  void on_finished(const FinisherQueue::Job& job, const FinisherQueue::Outcome& outcome);

  const recording::Store& store_;
  Metrics& metrics_;
  FindRoom find_room_;
  FinisherQueue queue_;
};

}  // namespace tessera::server
