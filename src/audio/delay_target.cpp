#include "audio/delay_target.hpp"

#include <algorithm>

namespace tessera::audio {
namespace {

using namespace std::chrono_literals;
constexpr Nanoseconds memory = 2s;
constexpr Nanoseconds first_margin = 10ms;
constexpr Nanoseconds margin = 5ms;
constexpr std::size_t known_after = 50;
constexpr Nanoseconds most_above_floor = 300ms;
constexpr Nanoseconds least_fall_per_tick = 400us;
constexpr int fall_share = 50;  // of the excess per tick: 63 % in a second
constexpr Nanoseconds burst = 2ms;

}  // namespace

void DelayTarget::note(Nanoseconds lateness, Nanoseconds arrival) {
  const bool same_burst = count_ > 0 && arrival - last_arrival_ < burst;
  last_arrival_ = arrival;
  dirty_ = true;
  if (same_burst) {
    Observation& last = seen_[(next_ + window - 1) % window];
    // What held up a stream's very first packets (its way here was being built) is over by the last of them.
    last.lateness = count_ == 1 ? std::min(last.lateness, lateness) : std::max(last.lateness, lateness);
    return;
  }
  seen_[next_] = {lateness, arrival};
  next_ = (next_ + 1) % window;
  count_ = std::min(count_ + 1, window);
}

void DelayTarget::update(Nanoseconds now) {
  if (dirty_) {
    std::array<Nanoseconds, window> recent;
    std::size_t n = 0;
    for (std::size_t i = 0; i < count_; ++i)
      if (now - seen_[i].arrival <= memory) recent[n++] = seen_[i].lateness;
    if (n > 0) {
      const auto at = recent.begin() + static_cast<std::ptrdiff_t>(n * 97 / 100);
      std::nth_element(recent.begin(), at, recent.begin() + static_cast<std::ptrdiff_t>(n));
      needed_ = tick_length + *at + (n < known_after ? first_margin : margin);
    }
    dirty_ = false;
  }
  const Nanoseconds wanted = std::clamp(needed_, floor_, floor_ + most_above_floor);
  const Nanoseconds fall = std::max(least_fall_per_tick, (delay_ - wanted) / fall_share);
  delay_ = wanted >= delay_ ? wanted : std::max(wanted, delay_ - fall);
}

void DelayTarget::forget() {
  count_ = next_ = 0;
  dirty_ = false;
  needed_ = tick_length + first_margin;
  delay_ = std::max(needed_, floor_);
}

}  // namespace tessera::audio
