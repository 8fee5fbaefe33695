#include "room/recording_notice.hpp"

#include <utility>

namespace tessera::room {
namespace {

constexpr std::size_t most_at_once = 8;

}  // namespace

void RecordingNotice::begin(const std::string& recording, bool announce, bool continues) {
  end();
  recording_ = announce ? recording : "";
  room_told_ = continues;
  told_.clear();
}

/// Words that are still playing would not be true any more.
void RecordingNotice::end() {
  recording_.clear();
  running_ = false;
  const auto room = std::exchange(room_words_, "");
  const auto alone = std::exchange(being_told_, {});
  if (!room.empty()) unsay_(room);
  for (const auto& [id, announcement] : alone) unsay_(announcement);
}

void RecordingNotice::recording_is(const std::string& recording, const std::string& state) {
  if (recording_.empty() || recording != recording_) return;
  if (state == "stopping" || state == "finishing" || state == "failed") return end();
  running_ = state == "recording";
  if (running_ && !room_told_ && room_words_.empty()) {
    room_words_ = say_("");
    room_told_ = room_words_.empty();
  }
  look();
}

/// Who hears the room, and for long enough.
std::set<std::string> RecordingNotice::hearing(bool settled) const {
  std::set<std::string> ids;
  for (const auto& hearer : hearers_())
    if (hearer.settled || !settled) ids.insert(hearer.id);
  return ids;
}

void RecordingNotice::words_are(const std::string& announcement, const std::string& to,
                                const std::string& state) {
  const bool over = state != "playing";
  if (to.empty()) {
    if (announcement != room_words_) return;
    // Who was there from the beginning to the end has heard them; what an operator stops is not to begin
    // again for each.
    if (state == "playing")
      told_ = hearing(true);
    else if (state == "ended")
      std::erase_if(told_, [now = hearing(true)](const auto& id) { return !now.contains(id); });
    else
      told_.merge(hearing(false));
    if (over) room_words_.clear();
    room_told_ = over;
  } else {
    const auto found = being_told_.find(to);
    if (!over || found == being_told_.end() || found->second != announcement) return;
    being_told_.erase(found);
    // Whose connection was lost meanwhile, or is a new one, has not heard them.
    if (hearing(state == "ended").contains(to)) told_.insert(to);
  }
  look();
}

void RecordingNotice::look() {
  if (!running_ || !room_told_) return;
  for (const auto& hearer : hearers_()) {
    if (being_told_.size() >= most_at_once) return;
    if (!hearer.settled || told_.contains(hearer.id) || being_told_.contains(hearer.id)) continue;
    const std::string announcement = say_(hearer.id);
    if (announcement.empty())
      told_.insert(hearer.id);
    else
      being_told_[hearer.id] = announcement;
  }
}

}  // namespace tessera::room
