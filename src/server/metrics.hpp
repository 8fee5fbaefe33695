#pragma once
// Prometheus: the server's own counters, and what the room processes report, in one text.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/json.hpp"

namespace tessera::server {

/// Figures that are looked up when somebody asks.
struct MetricsSnapshot {
  std::size_t rooms = 0;
  std::size_t spare_rooms = 0;
  std::size_t websockets = 0;
  std::size_t whip_sessions = 0;
  std::uint64_t rooms_opened = 0;
  std::uint64_t room_crashes = 0;
  bool ready = true;
  std::size_t layouts = 0;
  std::uint64_t layout_reloads = 0;
  std::uint64_t layout_refusals = 0;
  std::size_t refused_layouts = 0;
};

/// Owned by the front, on the control thread.
class Metrics {
 public:
  Metrics();
  ~Metrics();

  void count_request(const std::string& method, int status);
  void count_socket_message(bool received);
  void count_recording(const std::string& state);
  /// `reason`: "age" or "size".
  void count_removed_recording(const std::string& reason);
  void set_recordings_kept(std::size_t recordings, std::uint64_t bytes);
  /// `outcome`: "done" or "failed" (and tried again).
  void count_upload(const std::string& outcome);
  void set_uploads_waiting(std::size_t recordings);

  /// The text exposition format. `rooms` holds each room's name and the `metrics` array of its `stats` reply;
  /// each sample gets the label room="…". What a room reports under a name that is not a metric's is left
  /// out.
  [[nodiscard]] std::string text(const MetricsSnapshot& now,
                                 const std::vector<std::pair<std::string, Json>>& rooms) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tessera::server
