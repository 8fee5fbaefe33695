#pragma once
// A live room: its seats, the canvas and the bridge they share, the encodes, the recording.

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/json.hpp"
#include "base/loop.hpp"
#include "base/result.hpp"
#include "base/worker.hpp"
#include "config/layouts.hpp"
#include "config/pipelines.hpp"
#include "config/server_config.hpp"
#include "messages/messages.hpp"
#include "room/avatars.hpp"
#include "room/decode_budget.hpp"
#include "room/memory_watch.hpp"
#include "room/picture_director.hpp"
#include "room/recording_notes.hpp"
#include "room/room_recording.hpp"
#include "room/room_sound.hpp"
#include "room/seat.hpp"

namespace tessera::room {

struct JoinRequest {
  std::string name, role, kind, resume;
  std::string allowed;  ///< the highest role that their token gives; empty: `role`
  // What operators had decided about them before; of a seat that is new.
  bool muted = false, held = false;
  bool resume_only = false;  ///< the seat that `resume` names, or none
  /// The seat ends after this, however often it is resumed; another join of the seat may say something else.
  std::optional<std::chrono::milliseconds> ends_in{};
};

/// Owned by the room process (or a test); lives on the control thread. Every method is one message of
/// messages.hpp; events go out by the function given to create().
class Room {
 public:
  using Emit = std::function<void(messages::Event)>;

  /// Loads layouts and pipelines from the configured folders and starts the canvas and the bridge.
  static Result<std::unique_ptr<Room>> create(Loop& loop, config::ServerConfig config, std::string id,
                                              const Json& settings, Emit emit);
  ~Room();

  Result<Json> join(const JoinRequest& request);
  Result<std::shared_ptr<Seat>> seat(const std::string& participant) const;
  /// Whether another connection than `connection` sits there by now: what the old one still says about the
  /// seat is void. Never for 0, which is whoever speaks for the seat itself.
  [[nodiscard]] bool superseded(const std::string& participant, std::int64_t connection) const;
  Result<void> detach(const std::string& participant);
  Result<void> leave(const std::string& participant, const std::string& reason);
  Result<void> chat(const std::string& participant, const std::string& text);
  /// All of the changes, or on an error none.
  Result<Json> update_participant(const std::string& participant, const Json& changes);
  /// Error "forbidden" when `by` may do nothing to that participant; see may_change().
  Result<void> may_change(const std::string& participant, const Json& by) const;
  /// {name?, pinned?}: see messages.hpp. What is left out of `pinned` is nobody's.
  Result<Json> set_layout(const Json& wanted);
  /// Other layouts from now on: {"<name>": <the file's JSON>}. On "bad-layout" nothing changes.
  Result<Json> set_layouts(const Json& sources);
  struct RecordingOrder {
    std::string id, directory;
    Json options = Json::object();  ///< as RecordingOptions reads them
    /// Goes on with one that another process began, and died; it was paused then.
    bool resume = false, paused = false;
    std::uint64_t quota_bytes = 0;  ///< the room's recordings may hold this; 0: no limit
  };
  Result<Json> start_recording(const RecordingOrder& order);
  Result<Json> set_recording(const std::string& id, const std::string& state);
  /// Announcements, mute for all, levels.
  [[nodiscard]] RoomSound& sound() { return *sound_; }
  /// Tells an event to those who listen over a data channel; the front has told the others.
  void tell_channels(const messages::Event& event);
  /// What can be changed while the room is open: {chimes?}
  Result<Json> set_settings(const Json& settings);
  /// <snapshot> of messages.hpp, as `participant` may see it; null: all of it.
  [[nodiscard]] Json describe(const Seat* participant = nullptr) const;
  [[nodiscard]] Json statistics() const;

  /// Says bye to all, closes the recording, and calls `done` when nothing more will be written (bounded).
  void close(const std::string& reason, std::function<void()> done);

 private:
  Room(Loop& loop, config::ServerConfig config, std::string id, Emit emit);
  Result<void> start(const Json& settings);

  void emit(std::string name, Json data, std::string to = "");
  SeatEvents events_for(const std::string& participant);
  /// Error "room-full". Somebody without media may lose their place for it.
  Result<void> make_place(const JoinRequest& request);
  void give_up_unconnected();
  void on_speakers(const std::vector<std::string>& talkers);
  void on_recording_state(const std::string& id, const std::string& state, const std::string& failure);
  void on_recorder_event(const recording::RecorderEvent& event);
  void start_notes(const RecordingOrder& order, const std::shared_ptr<recording::RecordedClock>& clock,
                   bool tracks, bool chat);
  void tell_recording(const std::string& id, const std::string& state, const std::string& failure);
  /// Whether a recording, or what is noted beside it, is still being written.
  [[nodiscard]] bool recording_open() const { return (recording_ && !recording_->closed()) || notes_; }
  /// Solves and applies the layout once, at the next turn of the loop, however many things changed.
  void schedule_picture();
  void update_picture();
  void send_source_hints();
  void watch_memory();
  void watch_emptiness();
  /// `left`: until the seat ends by itself; none: it does not.
  void end_seat_in(const std::string& participant, std::optional<std::chrono::milliseconds> left);

  Loop& loop_;
  Worker worker_{"room-worker"};
  /// Of its own: endings of many endpoints must not hold up a recording's end, nor a slow disk theirs.
  Worker recording_worker_{"room-recording"};
  config::ServerConfig config_;
  std::string id_;
  Emit emit_;
  std::string started_at_;
  MemoryWatch memory_;
  config::Pipelines pipelines_;
  config::Layouts layouts_;
  std::unique_ptr<media::Canvas> canvas_;
  std::unique_ptr<media::Renditions> renditions_;
  SoundSettings sound_settings_;
  std::unique_ptr<media::Bridge> bridge_;
  std::unique_ptr<PictureDirector> director_;
  std::unique_ptr<Avatars> avatars_;
  std::map<std::string, std::shared_ptr<Seat>> seats_;
  std::unique_ptr<DecodeBudget> decode_budget_;
  std::unique_ptr<RoomSound> sound_;
  std::vector<std::string> speakers_;
  std::unique_ptr<RoomRecording> recording_;
  std::map<std::string, std::int64_t> connections_;  ///< participant → number of the join that holds the seat
  std::int64_t next_connection_ = 1;
  std::shared_ptr<RecordingNotes> notes_;  ///< until they are closed
  SourceGuard notes_tick_;
  std::map<std::string, SourceGuard> resume_deadlines_;
  struct End {
    std::chrono::steady_clock::time_point when;
    SourceGuard timer;
  };
  std::map<std::string, End> ends_;  ///< of seats that end by themselves
  SourceGuard empty_deadline_;
  SourceGuard floor_tick_;
  SourceGuard connect_tick_;
  SourceGuard memory_tick_;
  SourceGuard trim_deadline_;
  SourceGuard close_deadline_;
  SourceGuard close_poll_;
  std::uint64_t next_participant_ = 1;
  bool picture_scheduled_ = false;
  bool closing_ = false;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  ///< posted work checks it
};

}  // namespace tessera::room
