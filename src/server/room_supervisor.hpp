#pragma once
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/loop.hpp"
#include "sandbox/cgroup.hpp"
#include "server/live_room.hpp"

namespace tessera::server {

/// Opens rooms, one process each, and keeps spare processes warm. Owned by the server, on the control thread.
class RoomSupervisor {
 public:
  struct Spec {
    std::vector<std::string> command;  ///< starts a room process with the socket as descriptor 3
    Json config = Json::object();      ///< the server's configuration, passed on to every room
    int spares = 1;
    std::size_t max_rooms = 50;
    LiveRoom::Timeouts timeouts;
    std::function<Json()> layouts{};  ///< what a room gets as settings.layouts when it opens
    /// Where a room's process is put before it does anything; may give nothing.
    std::function<std::unique_ptr<sandbox::RoomGroup>()> group{};
    /// What a room gets as `confine`, and what is kept for as long as it is open.
    struct Confinement {
      Json confine = Json::object();
      std::shared_ptr<void> kept{};
    };
    std::function<Confinement(const std::string& room)> confinement{};
    /// How long a room that crashed is opened again as it was: size, sound, layout chosen. Not so when it
    /// dies again before it has lived for `trial`: the settings themselves may be what kills it.
    std::chrono::milliseconds keep_settings{300'000}, trial{10'000};
  };
  struct Listener {
    std::function<void(LiveRoom&, const messages::Event&)> on_event;
    std::function<void(LiveRoom&, const std::string& reason)> on_ended{};
    std::function<void(LiveRoom&)> on_opened{};
    /// Its name is free: another room of that name may be open before on_ended.
    std::function<void(LiveRoom&, const std::string& reason)> on_closing{};
    /// A process died while it read the bytes of this participant; before on_ended.
    std::function<void(LiveRoom&, const std::string& participant)> on_culprit{};
  };

  RoomSupervisor(Loop& loop, Spec spec, Listener listener);
  ~RoomSupervisor();

  /// The room of that name, opened when there is none. `*created` says which. `settings` go before those of
  /// a room of that name that has just crashed.
  /// Errors: "draining", "too-many-rooms", "cannot-spawn".
  Result<std::shared_ptr<LiveRoom>> open(const std::string& name, const Json& settings = Json::object(),
                                         bool* created = nullptr);
  [[nodiscard]] std::shared_ptr<LiveRoom> find(const std::string& name) const;
  [[nodiscard]] std::vector<std::shared_ptr<LiveRoom>> rooms() const;

  /// Closes every room and opens none any more.
  void drain(const std::string& reason);
  [[nodiscard]] bool draining() const { return draining_; }
  /// True when the last room process has said its last word.
  [[nodiscard]] bool idle() const { return rooms_.empty() && closing_.empty(); }

  [[nodiscard]] std::uint64_t crashes() const { return crashes_; }
  [[nodiscard]] std::uint64_t opened() const { return opened_; }
  [[nodiscard]] std::size_t spares() const { return spares_.size(); }

 private:
  Result<std::unique_ptr<SpawnedRoom>> take_process();
  Result<std::unique_ptr<SpawnedRoom>> spawn();
  /// `settings` over those that a crash has left.
  Json settings_for(const std::string& name, const Json& settings);
  void keep_settings_of(const LiveRoom& room, Json opened_with);
  void keep_spares();
  void start_spare();
  void on_spare_gone(const SpawnedRoom* spare, const std::string& why);

  Loop& loop_;
  Spec spec_;
  Listener listener_;
  struct Crashed {
    Json settings;
    SourceGuard expiry;
  };
  std::map<std::string, std::shared_ptr<LiveRoom>> rooms_;
  std::map<std::string, Crashed> crashed_;
  std::vector<std::shared_ptr<LiveRoom>> closing_;
  std::vector<std::unique_ptr<SpawnedRoom>> spares_;
  SourceGuard spare_timer_;
  int spare_failures_ = 0;  ///< in a row: each doubles the wait before the next
  std::uint64_t crashes_ = 0;
  std::uint64_t opened_ = 0;
  bool draining_ = false;
};

}  // namespace tessera::server
