#include "layout/speaker_policy.hpp"

#include <algorithm>

namespace tessera::layout {
namespace {

bool holds(const std::vector<std::string>& ids, const std::string& id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

}  // namespace

std::string SpeakerPolicy::update(Time now, const std::vector<std::string>& talkers,
                                  const std::vector<std::string>& present) {
  std::vector<std::string> heard;
  for (const auto& id : talkers)
    if (holds(present, id)) heard.push_back(id);
  note_speech(now, heard, present);

  if (!holds(present, floor_)) {
    // Nobody to hold it for: at once to the loudest, or to who came first.
    give_floor(now, !heard.empty() ? heard.front() : present.empty() ? std::string() : present.front());
    return floor_;
  }
  follow_challenger(now, heard);
  if (!challenger_.empty() && challenger_heard_ - challenger_since_ >= timing_.confirm &&
      now - floor_since_ >= timing_.hold && holds(heard, challenger_))
    give_floor(now, challenger_);
  return floor_;
}

std::int64_t SpeakerPolicy::last_spoke(const std::string& id) const {
  const auto found = heard_.find(id);
  return found == heard_.end() ? 0 : found->second.count() + 1;
}

void SpeakerPolicy::note_speech(Time now, const std::vector<std::string>& talkers,
                                const std::vector<std::string>& present) {
  std::erase_if(heard_, [&](const auto& entry) { return !holds(present, entry.first); });
  for (const auto& id : talkers) heard_[id] = now;
}

void SpeakerPolicy::give_floor(Time now, const std::string& id) {
  floor_ = id;
  floor_since_ = now;
  challenger_.clear();
}

// The challenger is the loudest who is louder than the floor. One stays the challenger while it goes on
// talking so: two who take turns in being loudest would otherwise restart each other's clock.
void SpeakerPolicy::follow_challenger(Time now, const std::vector<std::string>& talkers) {
  const auto floor = std::find(talkers.begin(), talkers.end(), floor_);
  const bool goes_on = std::find(talkers.begin(), floor, challenger_) != floor;
  if (!challenger_.empty() && goes_on) {
    challenger_heard_ = now;
    return;
  }
  if (!challenger_.empty() && now - challenger_heard_ <= timing_.breath) return;
  challenger_ = floor != talkers.begin() ? talkers.front() : std::string();
  challenger_since_ = challenger_heard_ = now;
}

}  // namespace tessera::layout
