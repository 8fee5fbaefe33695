#include "recording/switch_history.hpp"

namespace tessera::recording {
namespace {

/// Nobody asks for longer ago: a packet waits for less than a second.
constexpr GstClockTime kept = 10 * GST_SECOND;

}  // namespace

void SwitchHistory::set(GstClockTime at, bool audio, bool video) {
  changes_.push_back({at, audio, video});
  // One change older than the limit stays: it says how things were at the limit.
  while (changes_.size() > 1 && changes_[1].at + kept < at) changes_.pop_front();
}

SwitchHistory::Change SwitchHistory::at(GstClockTime time) const {
  for (auto change = changes_.rbegin(); change != changes_.rend(); ++change)
    if (change->at <= time) return *change;
  return changes_.front();
}

}  // namespace tessera::recording
