#pragma once
// One open room as the front sees it: its process, who is connected to it through this server, what it
// records.

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/loop.hpp"
#include "base/result.hpp"
#include "messages/messages.hpp"
#include "server/room_event.hpp"
#include "server/spawned_room.hpp"

namespace tessera::server {

class LiveRoom;

/// A connection with a seat in a room: a WebSocket or a WHIP/WHEP session. Called on the control thread.
class RoomClient {
 public:
  virtual ~RoomClient() = default;
  /// An event for this seat, or for everybody.
  virtual void on_room_event(const RoomEvent& event) = 0;
  /// The room has ended; the seat is gone. `reason` as in `bye`: "room-crashed", "room-closed",
  /// "server-shutdown" …
  virtual void on_room_ended(const std::string& reason) = 0;
  /// Another connection has taken over the seat.
  virtual void on_replaced() = 0;
};

/// Owned by the supervisor while it is open; connections hold it a little longer. On the control thread.
/// opening → open → closing → ended; it only moves forward.
class LiveRoom : public std::enable_shared_from_this<LiveRoom> {
 public:
  enum class State { opening, open, closing, ended };
  struct Timeouts {
    std::chrono::milliseconds ready{10'000};  ///< to become able to take `configure`, and to answer it
    std::chrono::milliseconds request{10'000};
    std::chrono::milliseconds close{8'000};  ///< after that the process is killed
  };
  struct Listener {
    std::function<void(LiveRoom&, const messages::Event&)> on_event;
    /// Takes no new joins from now on, and leaves the table of rooms: its name is free for another.
    std::function<void(LiveRoom&, const std::string& reason)> on_closing;
    std::function<void(LiveRoom&, const std::string& reason)> on_ended;
    std::function<void(LiveRoom&)> on_opened{};  ///< it can be asked things; before those who wait are told
    /// The room's process died while it read the bytes of this participant. Before on_ended.
    std::function<void(LiveRoom&, const std::string& participant)> on_culprit{};
  };
  using OnOpen = std::function<void(Result<void>)>;

  LiveRoom(Loop& loop, std::string name, Json configure, Timeouts timeouts, Listener listener);
  ~LiveRoom();

  /// Takes the process that becomes this room. Call once, after the room is in a shared_ptr.
  void start(std::unique_ptr<SpawnedRoom> process);

  /// Calls back when the room can be asked things: at once when it is open already. Error "room-unavailable".
  void when_open(OnOpen on_open);
  void request(std::string method, Json params, RoomLink::OnReply on_reply);
  void request(std::string method, Json params, RoomLink::OnReply on_reply,
               std::chrono::milliseconds timeout);
  /// `request` of "join", which keeps the room open while under way, though it be empty. A seat in a room
  /// that has begun to close meanwhile is none: "room-gone".
  void join(Json params, RoomLink::OnReply on_reply);

  /// Keeps something for as long as this exists.
  void keep(std::shared_ptr<void> kept) { kept_ = std::move(kept); }

  /// Routes the seat's events to `client` from now on; another client in that seat is told that it was
  /// replaced.
  void attach(const std::string& participant, std::weak_ptr<RoomClient> client);
  void detach(const std::string& participant, const RoomClient* client);

  /// Ends the room: bye to all, recordings closed, process gone (killed when it takes too long).
  void close(const std::string& reason);
  /// What was chosen since the room opened, for the process that takes over after a crash.
  [[nodiscard]] const Json& changed_settings() const { return changed_settings_; }
  /// Sends an event of the front's own to everybody connected, as if the room had.
  void broadcast(const messages::Event& event);

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] State state() const { return state_; }
  [[nodiscard]] bool is_open() const { return state_ == State::open; }
  [[nodiscard]] pid_t pid() const { return process_ ? process_->pid() : -1; }
  [[nodiscard]] std::size_t connections() const { return clients_.size(); }
  [[nodiscard]] const std::string& started_at() const { return started_at_; }

  // Recordings that this room's process is writing: id → folder. Remembered here, so that a crash does not
  // lose them.
  void add_recording(const std::string& id, const std::string& directory) { recordings_[id] = directory; }
  void remove_recording(const std::string& id) { recordings_.erase(id); }
  [[nodiscard]] const std::map<std::string, std::string>& recordings() const { return recordings_; }

 private:
  void configure();
  void on_configured(const messages::Reply& reply);
  void on_event(const messages::Event& event);
  void tell_clients(const messages::Event& event);
  void fail_opening(const std::string& why);
  void end(const std::string& reason);
  void tell_culprit();
  void close_if_unused();
  void tell_waiters(const Result<void>& result);
  std::vector<std::shared_ptr<RoomClient>> clients() const;

  Loop& loop_;
  std::string name_;
  Json configure_;
  Json changed_settings_ = Json::object();
  Timeouts timeouts_;
  Listener listener_;
  std::string started_at_;
  State state_ = State::opening;
  std::unique_ptr<SpawnedRoom> process_;
  std::vector<OnOpen> waiters_;
  std::map<std::string, std::weak_ptr<RoomClient>> clients_;
  std::map<std::string, std::string> recordings_;
  std::string close_reason_;
  std::shared_ptr<void> kept_;
  int joins_under_way_ = 0;
  bool empty_ = false;
  SourceGuard deadline_;
};

/// "2026-03-01T12:00:00Z"
std::string utc_now();

}  // namespace tessera::server
