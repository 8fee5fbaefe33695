#pragma once
// From what the room tells everybody to the lines of a recording's timeline. Pure.

#include <map>
#include <string>
#include <vector>

#include "base/json.hpp"

namespace tessera::room {

/// A line without its time: what happened and the members that belong to it (recording/timeline.hpp).
struct TimelineNote {
  std::string type;
  Json data = Json::object();
};

/// Owned by RecordingNotes; used on the control thread. Remembers who is here, because the room says only how
/// somebody is now, and a timeline says what changed.
class TimelineFeed {
 public:
  /// How things are when the recording begins. `participants` in the order of joining.
  std::vector<TimelineNote> begin(const Json& participants, const Json& layout,
                                  const std::vector<std::string>& speakers);
  /// An event of messages.hpp. Gives nothing for those that a recording does not tell of.
  std::vector<TimelineNote> note(const std::string& event, const Json& data);
  /// The figures of `statistics().endpoints`: a line for each endpoint that lost packets since the last call,
  /// or somebody whose sound had to be made up.
  std::vector<TimelineNote> losses(const Json& endpoints);

 private:
  static std::vector<TimelineNote> told(const Json& announcement);
  struct Person {
    std::string name, role;
    bool audio = false, video = false, screen = false, hand = false, pinned = false;
  };
  struct Loss {
    std::int64_t packets = 0, concealed = 0;
  };
  static Person person_of(const Json& participant);
  std::vector<TimelineNote> joined(const Json& participant);
  std::vector<TimelineNote> updated(const Json& participant);

  std::map<std::string, Person> people_;
  std::map<std::string, Loss> losses_;
};

}  // namespace tessera::room
