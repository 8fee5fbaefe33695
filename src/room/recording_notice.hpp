#pragma once
// Who has been told that the meeting is being recorded.

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace tessera::room {

/// Everybody who hears the room is told once for each recording: those who are there all together when it
/// begins, who comes later alone, a few at a time (each costs an encode while it is told). Decides only; what
/// plays is `Say`'s. Lives on the control thread.
class RecordingNotice {
 public:
  struct Hearer {
    std::string id;
    bool settled = true;  ///< hears long enough not to miss the first word
  };
  /// Those who hear the room now, in the order in which they are to be told.
  using Hearers = std::function<std::vector<Hearer>()>;
  /// Plays the words to the room ("") or to one participant, and gives the announcement's id; `words_are` is
  /// told later what becomes of it. "" when there is nothing to play.
  using Say = std::function<std::string(const std::string& to)>;
  /// Ends an announcement.
  using Unsay = std::function<void(const std::string& announcement)>;

  RecordingNotice(Hearers hearers, Say say, Unsay unsay)
      : hearers_(std::move(hearers)), say_(std::move(say)), unsay_(std::move(unsay)) {}

  /// A recording is about to start. `continues`: it goes on after a crash, so the room was told before; who
  /// comes back is told again, since nobody knows who of them was there.
  void begin(const std::string& recording, bool announce, bool continues);
  /// "recording", "paused", "finishing" … Nothing is said before the file runs, so that it holds the words;
  /// they end with it.
  void recording_is(const std::string& recording, const std::string& state);
  /// The words to the room ("") or to one participant: "playing", "ended", "stopped", "failed".
  void words_are(const std::string& announcement, const std::string& to, const std::string& state);
  /// Somebody may hear who did not.
  void look();

 private:
  void end();
  [[nodiscard]] std::set<std::string> hearing(bool settled) const;

  std::string recording_;  // "": none that is announced
  bool running_ = false;
  bool room_told_ = false;
  std::string room_words_;                         // while they wait or play
  std::map<std::string, std::string> being_told_;  // participants to announcements
  std::set<std::string> told_;
  Hearers hearers_;
  Say say_;
  Unsay unsay_;
};

}  // namespace tessera::room
