#pragma once
// From what the room tells everybody to the lines of a recording's timeline. Pure.

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "room/line_budget.hpp"

namespace tessera::room {

/// A line without its time: what happened and the members that belong to it (recording/timeline.hpp).
struct TimelineNote {
  std::string type;
  Json data = Json::object();
};
using TimelineNotes = std::vector<TimelineNote>;

/// Owned by RecordingNotes; used on the control thread. Remembers who is here, because the room says only how
/// somebody is now, and a timeline says what changed.
///
/// What strangers can cause at will (coming and going, switches, hands, and with them another layout) has a
/// budget. Beyond it a line is written later, by due(), and says how things are then: what came and went in
/// between is left out. What operators do (hold, role, name, pin) is written at once.
class TimelineFeed {
 public:
  using Time = std::chrono::nanoseconds;  ///< of a clock that does not go back
  struct Spec {
    bool chat = false;                           ///< chat is kept
    std::uint64_t most_chat_bytes = 10'000'000;  ///< of its lines; after them one "chat-truncated"
    LineBudget::Spec person{16'384, 100};        ///< each person's own changes
    LineBudget::Spec visits{262'144, 1024};      ///< coming, of all
    LineBudget::Spec layout{262'144, 2048}, speakers{65'536, 1024};
  };
  TimelineFeed() : TimelineFeed(Spec{}) {}
  explicit TimelineFeed(Spec spec);

  /// How things are when the recording begins. `participants` in the order of joining.
  TimelineNotes begin(const Json& participants, const Json& layout, const std::vector<std::string>& speakers,
                      Time now);
  /// An event of messages.hpp. Gives nothing for those that a recording does not tell of.
  TimelineNotes note(const std::string& event, const Json& data, Time now);
  /// What had to wait, and has room now.
  TimelineNotes due(Time now);
  /// The line of somebody whose coming had to wait, now that there is a track of theirs.
  TimelineNotes introduce(const std::string& participant, Time now);
  /// The figures of `statistics().endpoints`: a line for each endpoint that lost packets since the last call,
  /// or somebody whose sound had to be made up.
  TimelineNotes losses(const Json& endpoints);

  /// Recorded time stands still: what is written in the chat meanwhile is not kept.
  void set_paused(bool paused) { paused_ = paused; }
  /// What a process before this one had kept; `full`: it had reached the limit.
  void continue_chat(std::uint64_t bytes, bool full) {
    chat_bytes_ += bytes;
    chat_full_ = chat_full_ || full;
  }

 private:
  struct Person {
    std::string name, role, kind;
    bool audio = false, video = false, screen = false, hand = false, pinned = false, held = false;
  };
  struct Entry {
    Person now;
    std::optional<Person> told;  ///< as the timeline has it; nothing while the coming waits
    LineBudget budget;
  };
  struct Loss {
    std::int64_t packets = 0, concealed = 0;
  };
  static Person person_of(const Json& participant);
  void tell(const std::string& id, Entry& entry, bool at_once, Time now, TimelineNotes& notes);
  void tell_changes(const std::string& id, Entry& entry, Time now, TimelineNotes& notes);
  void tell_latest(std::optional<TimelineNote>& waiting, LineBudget& budget, Time now, TimelineNotes& notes);
  TimelineNotes left(const std::string& id, const Json& reason);
  TimelineNotes chat(const Json& data);
  [[nodiscard]] TimelineNotes told(const Json& announcement) const;

  const Spec spec_;
  std::map<std::string, Entry> people_;
  std::map<std::string, Loss> losses_;
  LineBudget visits_, layout_, speakers_;
  std::optional<TimelineNote> next_layout_, next_speakers_;  ///< the latest, while they wait
  std::uint64_t chat_bytes_ = 0;
  bool chat_full_ = false, paused_ = false;
};

}  // namespace tessera::room
