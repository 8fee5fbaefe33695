#include "recording/recorded_clock.hpp"

#include <algorithm>

namespace tessera::recording {

void RecordedClock::run(int part, GstClockTime at, GstClockTime position) {
  const std::lock_guard lock(mutex_);
  Stretch next{.part = part, .from = at, .position = position};
  if (stretches_.empty()) {
    next.total = position;
  } else {
    Stretch& last = stretches_.back();
    last.until = std::max(last.from, std::min(last.until, at));
    next.total = last.total + (last.until - last.from);
    next.cut = last.cut + (at > last.until ? 1 : 0);
  }
  stretches_.push_back(next);
}

void RecordedClock::hold(GstClockTime at) {
  const std::lock_guard lock(mutex_);
  if (stretches_.empty()) return;
  Stretch& last = stretches_.back();
  last.until = std::max(last.from, std::min(last.until, at));
}

RecordedClock::Place RecordedClock::place_in(std::size_t stretch, GstClockTime running_time) const {
  const Stretch& found = stretches_[stretch];
  const GstClockTime into = std::clamp(running_time, found.from, found.until) - found.from;
  return {found.part, found.position + into, found.total + into, found.cut};
}

std::optional<RecordedClock::Place> RecordedClock::at(GstClockTime running_time) const {
  const std::lock_guard lock(mutex_);
  for (std::size_t i = stretches_.size(); i-- > 0;) {
    if (running_time < stretches_[i].from) continue;
    if (running_time >= stretches_[i].until) return {};
    return place_in(i, running_time);
  }
  return {};
}

RecordedClock::Place RecordedClock::nearest(GstClockTime running_time) const {
  const std::lock_guard lock(mutex_);
  if (stretches_.empty()) return {};
  std::size_t i = stretches_.size() - 1;
  while (i > 0 && running_time < stretches_[i].from) --i;
  return place_in(i, running_time);
}

bool RecordedClock::begun() const {
  const std::lock_guard lock(mutex_);
  return !stretches_.empty();
}

}  // namespace tessera::recording
