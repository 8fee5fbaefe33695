#pragma once
// Who has the floor: the one person that a layout's `speaker` region shows. Cutting to every cough would make
// the picture useless, so a change needs speech that lasts and a floor that has been held for a while.

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace tessera::layout {

/// Owned by the room, used on its control thread. Time is what the caller says it is.
class SpeakerPolicy {
 public:
  using Time = std::chrono::milliseconds;  ///< since any fixed moment

  struct Timing {
    Time hold{1500};     ///< a floor, once taken, is kept at least so long
    Time confirm{1000};  ///< somebody must talk so long before the floor moves; shorter is an interjection
    Time breath{300};    ///< a pause up to this long does not start the confirmation anew
  };

  SpeakerPolicy() = default;
  explicit SpeakerPolicy(Timing timing) : timing_(timing) {}

  /// `talkers`: who talks now, loudest first. `present`: everybody who may have the floor, in the order of
  /// joining. Gives the floor's id, or "" when nobody is present. Call on every change and at least a few
  /// times a second.
  std::string update(Time now, const std::vector<std::string>& talkers,
                     const std::vector<std::string>& present);

  [[nodiscard]] const std::string& floor() const { return floor_; }
  /// When somebody was last heard, in the callers' milliseconds plus one; 0: never. For Person::last_spoke.
  [[nodiscard]] std::int64_t last_spoke(const std::string& id) const;

 private:
  void note_speech(Time now, const std::vector<std::string>& talkers,
                   const std::vector<std::string>& present);
  void give_floor(Time now, const std::string& id);
  void follow_challenger(Time now, const std::vector<std::string>& talkers);

  Timing timing_;
  std::string floor_;
  Time floor_since_{0};
  std::string challenger_;  ///< talks, and does not have the floor
  Time challenger_since_{0};
  Time challenger_heard_{0};
  std::map<std::string, Time> heard_;
};

}  // namespace tessera::layout
