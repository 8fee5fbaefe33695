#pragma once
// What plays in a room that nobody says: announcements, chimes, music on hold.

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "base/json.hpp"
#include "base/loop.hpp"
#include "base/result.hpp"
#include "config/server_config.hpp"
#include "media/bridge.hpp"
#include "media/program_player.hpp"
#include "media/sound_feeder.hpp"

namespace tessera::room {

/// Owned by RoomSound; lives on the control thread. Announcements to one audience (the room, or one
/// participant) play one after the other; chimes play over everything at once.
class Announcements {
 public:
  using Reply = std::function<void(Result<Json>)>;
  /// An announcement's state has changed: <announcement> of messages.hpp.
  using Changed = std::function<void(const Json&)>;
  struct Target {
    std::string participant;  ///< "" for the whole room
    std::shared_ptr<media::BridgeSeat> seat;
  };

  Announcements(Loop& loop, media::Bridge& bridge, const config::ServerConfig& config, Changed changed);
  ~Announcements();

  /// `wanted`: {file | builtin, gain?, duckDb?, attackMs?, releaseMs?}. Replies when the sound is open, with
  /// {announcement: <announcement>}. Errors: "bad-request", "unknown-sound", "bad-sound", "conflict" (too
  /// many are waiting).
  void play(const Json& wanted, Target target, Reply reply);
  /// Error: "unknown-announcement".
  Result<void> stop(const std::string& id);
  /// Those that play or wait, oldest first.
  [[nodiscard]] Json describe() const;
  /// Names that `file` can have, sorted.
  [[nodiscard]] Json files() const;

  void chime(bool joins);
  /// "This meeting is being recorded", however many wait; it comes after the one that plays. Its id; what
  /// becomes of it comes by `Changed` with "purpose": "recording", and "state": "failed" when it cannot be
  /// played at all.
  std::string say_recording(Target target);
  /// Whether anybody is on hold: the music plays while somebody is.
  void set_hold(bool anyone);
  /// The seat is gone, and with it what was for it alone.
  void forget(const std::string& participant);

 private:
  struct Item {
    std::string id, file, builtin, to;
    std::string state = "opening";  ///< → waiting → playing → ended | stopped | failed
    bool tells_of_recording = false;
    audio::Clip clip;
    std::optional<std::chrono::milliseconds> length;
  };
  struct Audience {
    std::shared_ptr<media::ProgramPlayer> player;
    std::shared_ptr<media::BridgeSeat> seat;  ///< of one participant
  };
  [[nodiscard]] Result<Item> read(const Json& wanted) const;
  std::string begin(Item item, Target target, Reply reply);
  [[nodiscard]] media::SoundFeeder::Open opener(const std::string& file, const std::string& builtin) const;
  void open(std::uint64_t number, Target target, Reply reply);
  void not_opened(std::uint64_t number, Target target, Reply reply, Error failure);
  media::ProgramPlayer& player_for(const Target& target);
  void on_event(audio::ProgramMix::Event event);
  void finish(std::uint64_t number, const std::string& state);
  [[nodiscard]] Json describe(const Item& item) const;

  Loop& loop_;
  media::Bridge& bridge_;
  const config::ServerConfig& config_;
  Changed changed_;
  media::SoundFeeder feeder_;
  std::map<std::uint64_t, Item> items_;
  std::map<std::string, Audience> audiences_;  ///< by participant; "" is the room
  std::shared_ptr<media::ProgramPlayer> hold_;
  std::uint64_t last_number_ = 0;
  std::uint64_t last_chime_ = 0, chimes_playing_ = 0;
};

}  // namespace tessera::room
