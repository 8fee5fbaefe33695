#pragma once
// A meeting told again from its timeline: who is there, who talks, what they have switched on, at each moment
// of recorded time. Pure.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "recording/timeline.hpp"

namespace tessera::remix {

struct Actor {
  std::string id, name, role, kind;
  std::int64_t joined = 0;  ///< grows with each join
  bool audio = true, video = true, screen = false, hand = false, pinned = false;
};

class Story {
 public:
  /// `parts`: where each part begins; better the measured ones of the manifest than timeline.parts().
  Story(recording::Timeline timeline, const std::vector<recording::PartSpan>& parts);

  /// Goes on to a position (ms of recorded time over all parts), which never goes back. True when anything
  /// changed.
  bool advance(std::int64_t ms);

  /// Who is there, in the order of joining; viewers are left out.
  [[nodiscard]] std::vector<Actor> actors() const;
  /// Loudest first.
  [[nodiscard]] const std::vector<std::string>& talkers() const { return talkers_; }
  /// The layout that the room had; "" before it is known.
  [[nodiscard]] const std::string& layout() const { return layout_; }
  /// Whom operators had put into which of that layout's regions: region → participant.
  [[nodiscard]] const std::map<std::string, std::string>& assigned() const { return assigned_; }

 private:
  struct Scene {
    std::int64_t ms = 0;
    recording::TimelineEvent event;
  };
  void apply(const recording::TimelineEvent& event);

  std::vector<Scene> scenes_;
  std::size_t next_ = 0;
  std::int64_t joins_ = 0;
  std::map<std::string, Actor> actors_;
  std::vector<std::string> talkers_;
  std::string layout_;
  std::map<std::string, std::string> assigned_;
};

}  // namespace tessera::remix
