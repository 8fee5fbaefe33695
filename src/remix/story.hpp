#pragma once
// A meeting told again from its timeline: who is there, who talks, what they have switched on, at each moment
// of recorded time. Pure.

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "layout/presence.hpp"
#include "recording/timeline.hpp"

namespace tessera::remix {

struct Actor {
  std::string id, name, role, kind;
  std::int64_t joined = 0;  ///< grows with each join
  bool audio = true, video = true, screen = false, hand = false, pinned = false;
  bool held = false;
  /// Whether the room heard and saw this person: by the same rule as in the room itself.
  [[nodiscard]] layout::Presence presence() const;
};

/// A copy tells the same story from the same moment on, and costs little.
class Story {
 public:
  /// `parts`: where each part begins; better the measured ones of the manifest than timeline.parts().
  Story(recording::Timeline timeline, const std::vector<recording::PartSpan>& parts);

  /// Goes on to a position (ms of recorded time over all parts), which never goes back. True when anything
  /// changed.
  bool advance(std::int64_t ms);

  /// Who was in the picture, in the order of joining: not viewers, nor who was on hold.
  [[nodiscard]] std::vector<Actor> actors() const;
  [[nodiscard]] bool is_heard(const std::string& participant) const;
  /// Of a screen that they share.
  [[nodiscard]] bool is_screen_heard(const std::string& participant) const;
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

  std::shared_ptr<const std::vector<Scene>> scenes_;
  std::size_t next_ = 0;
  std::int64_t joins_ = 0;
  std::map<std::string, Actor> actors_;
  std::vector<std::string> talkers_;
  std::string layout_;
  std::map<std::string, std::string> assigned_;
};

}  // namespace tessera::remix
