#pragma once
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/loop.hpp"
#include "config/server_config.hpp"
#include "messages/messages.hpp"
#include "recording/options.hpp"
#include "recording/store.hpp"
#include "server/finisher_queue.hpp"
#include "server/interrupted_recordings.hpp"
#include "server/live_room.hpp"
#include "server/metrics.hpp"
#include "server/retention_sweep.hpp"
#include "server/room_supervisor.hpp"
#include "server/upload_queue.hpp"
#include "server/waiting_for_space.hpp"

namespace tessera::server {

/// Recordings from the front's side: folders are made here, rooms write into them, finishers take over when a
/// room is done with one. When a room's process dies its recording goes on in the next process of that room,
/// or is finished when there is none soon. Owned by the front, on the control thread.
class RoomRecordings {
 public:
  using OnReply = std::function<void(const messages::Reply&)>;
  /// The open room of a name, or null.
  using FindRoom = std::function<std::shared_ptr<LiveRoom>(const std::string&)>;

  struct Commands {
    std::vector<std::string> finish, upload;
  };
  RoomRecordings(Loop& loop, const recording::Store& store, const config::ServerConfig& config,
                 Commands commands, Metrics& metrics, FindRoom find_room);

  /// Makes a folder and lets the room record into it. `wanted`: what was asked for (RecordingOptions). Reply:
  /// the recording; refused with "forbidden" when nobody is to be told and the configuration does not allow
  /// that, and with "quota-exceeded" when the room's recordings hold as much as they may. It
  /// ends with that as its reason when they do later.
  void start(const std::shared_ptr<LiveRoom>& room, const Json& wanted, OnReply on_reply);
  /// "stopped", "paused" or "recording", of one that runs in that room. Reply: the recording.
  void set_state(const std::shared_ptr<LiveRoom>& room, const std::string& id, const std::string& state,
                 OnReply on_reply);
  /// The recording in this folder was deleted.
  void forget(const std::string& directory) { waiting_.done(directory); }
  /// "stopped" for one that waits for its room to open again; false when there is no such one.
  bool stop_interrupted(const std::string& id);
  /// Whether its room's process died, and it waits for the room to open again.
  [[nodiscard]] bool is_interrupted(const std::string& id) const { return interrupted_.has(id); }

  // What the supervisor reports.
  void on_room_event(LiveRoom& room, const messages::Event& event);
  void on_room_opened(LiveRoom& room);
  void on_room_ended(LiveRoom& room, const std::string& reason);

  /// Finishes what a crash of this server, of a room or of the machine left behind, and goes on uploading.
  void recover();

  [[nodiscard]] bool idle() const { return queue_.idle(); }
  /// Nothing goes on any more: what waits for its room is finished.
  void drain() { interrupted_.expire_all(); }
  void stop() {
    queue_.stop();
    uploads_.stop();
  }

 private:
  void on_finished(const FinisherQueue::Job& job, const FinisherQueue::Outcome& outcome);
  void on_uploaded(const UploadQueue::Outcome& outcome);

  using RoomPtr = std::shared_ptr<LiveRoom>;
  void go_on(const RoomPtr& room, const InterruptedRecordings::Entry& entry, int attempt);
  void finish(const InterruptedRecordings::Entry& entry);
  void note_state(const std::string& id, const std::string& state);

  Loop& loop_;
  const recording::RecordingOptions defaults_;
  const recording::Store& store_;
  const bool allow_silent_;          ///< whoever starts one may leave out the announcement
  const std::uint64_t quota_bytes_;  ///< of each room; 0: no limit
  Metrics& metrics_;
  FindRoom find_room_;
  FinisherQueue queue_;
  InterruptedRecordings interrupted_;
  WaitingForSpace waiting_;
  struct Live {
    Json options = Json::object();
    bool paused = false, stopping = false;  ///< as was asked for last
  };
  std::map<std::string, Live> live_;  ///< by id
  std::vector<SourceGuard> retries_;
  UploadQueue uploads_;
  RetentionSweep retention_;
};

}  // namespace tessera::server
