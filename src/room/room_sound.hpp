#pragma once
// The room's sound as operators steer it: announcements, mute for all, hold, chimes; and the meters' levels.

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "room/announcements.hpp"
#include "room/recording_notice.hpp"
#include "room/seat.hpp"

namespace tessera::room {

/// Owned by the Room; lives on the control thread.
class RoomSound {
 public:
  using Seats = std::map<std::string, std::shared_ptr<Seat>>;
  using Emit = std::function<void(std::string event, Json data, std::string to)>;

  RoomSound(Loop& loop, media::Bridge& bridge, const config::ServerConfig& config, const Seats& seats,
            bool chimes, Emit emit);

  /// {file | builtin, to?, gain?, duckDb?, attackMs?, releaseMs?} → {announcement}; see Announcements::play.
  void announce(const Json& wanted, Announcements::Reply reply);
  Result<void> stop_announcement(const std::string& id) { return announcements_.stop(id); }
  /// {announcements: [<announcement>], files: [names], builtin: [names]}
  [[nodiscard]] Json announcements() const;
  /// What plays or waits; for one participant without what is for another alone, unless it is an operator.
  [[nodiscard]] Json playing(const Seat* participant = nullptr) const;

  /// Mutes (or unmutes) everybody but those in `except`, and those to whom `by` may do nothing.
  /// → {changed: [ids]}
  Result<Json> mute_all(const Json& wanted);
  /// Who wants `levels` events.
  Result<void> watch_levels(const std::string& participant, bool on);
  void set_chimes(bool on) { chimes_ = on; }
  [[nodiscard]] bool chimes() const { return chimes_; }

  // What happens in the room.
  void joined(const Seat& seat);
  void left(const Seat& seat);
  /// Somebody's connection is up.
  void connected() { hears_anew(); }
  void hold_changed();
  RecordingNotice& recording_notice() { return notice_; }

 private:
  void send_levels();
  void tell(Json announcement);
  void hears_anew();
  [[nodiscard]] std::vector<RecordingNotice::Hearer> hearers() const;
  [[nodiscard]] Json heard_by(const std::string& to) const;
  std::string say_recording(const std::string& to);

  Loop& loop_;
  const Seats& seats_;
  bool chimes_;
  Emit emit_;
  std::set<std::string> watchers_;  ///< of the levels
  bool silent_ = false;             ///< what the last `levels` said
  SourceGuard level_tick_;
  Announcements announcements_;
  RecordingNotice notice_;
  bool somebody_settles_ = false;
  SourceGuard settled_;
};

}  // namespace tessera::room
