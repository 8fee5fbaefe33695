// The part of PlayoutBuffer that keeps the delay where DelayTarget wants it.

#include <algorithm>
#include <cmath>

#include "audio/playout_buffer.hpp"
#include "audio/splice.hpp"

namespace tessera::audio {
namespace {

constexpr double millisecond = 48;
constexpr double dead_zone = 1 * millisecond;              // not worth a resampler
constexpr double ratio_per_sample = 0.0005 / millisecond;  // settles with a time constant of 2 s
constexpr double largest_ratio = 0.005;                    // 9 cents: not heard in speech
constexpr double resampled = 20 * millisecond;             // beyond: splices
constexpr double tolerated = 60 * millisecond;             // beyond, for half a second: a jump
constexpr double intolerable = 250 * millisecond;          // beyond: a jump at once
constexpr int tolerated_ticks = 25;
constexpr int splice_every = 4;    // ticks
constexpr int splice_anyway = 12;  // ticks without a good place for a joint
constexpr double jump_slack = 10 * millisecond;
constexpr std::size_t jump_fade = 240;

}  // namespace

void PlayoutBuffer::steer(const Now& now) {
  if (!now.how.heard) leave_out(now);
  const double off = delay(now) - now.target;
  off_ += (off - off_) / 4;
  ticks_over_ = off > tolerated ? ticks_over_ + 1 : 0;
  ++ticks_since_splice_;
  if (off > intolerable || ticks_over_ > tolerated_ticks) return jump(now);
  if (std::fabs(off_) > resampled && std::fabs(off) > resampled && ticks_since_splice_ >= splice_every)
    splice(now, off);
  const double beyond = std::fabs(off_) <= dead_zone ? 0 : off_ - std::copysign(dead_zone, off_);
  resampler_.set_ratio(1 + std::clamp(beyond * ratio_per_sample, -largest_ratio, largest_ratio));
}

/// Nobody hears a cut.
void PlayoutBuffer::leave_out(const Now& now) {
  const double off = delay(now) - now.target;
  if (off <= dead_zone) return;
  const auto excess = static_cast<std::size_t>(off);
  while (fifo_.size() < excess + tick_samples && !queue_.empty() &&
         queue_.front().start - end_ <= 10 * millisecond)
    if (append(now, tick_samples) != Next::appended) break;
  // Samples out of the fifo are off the delay whatever `append` did to the axis.
  fifo_.consume(std::min(excess, fifo_.size()));
  off_ = 0;
  ticks_over_ = 0;
}

void PlayoutBuffer::splice(const Now& now, double off) {
  // Decode ahead, but make nothing up for this.
  while (fifo_.size() < splice_needs + tick_samples && !queue_.empty() &&
         queue_.front().start - end_ <= 10 * millisecond)
    if (append(now, tick_samples) != Next::appended) break;
  const bool force = ticks_since_splice_ >= splice_anyway;
  const auto changed =
      off > 0 ? -static_cast<double>(shorten(fifo_, force)) : static_cast<double>(lengthen(fifo_, force));
  if (changed == 0) return;
  off_ += changed;
  ticks_since_splice_ = 0;
  ++stats_.splices;
}

void PlayoutBuffer::jump(const Now& now) {
  const auto left = fifo_.front(std::min(fifo_.size(), jump_fade));
  const Samples before(left.begin(), left.end());
  playing_ = false;
  ++stats_.jumps;
  if (!begin(now, jump_slack)) {  // nothing near enough: end in silence
    fifo_.clear();
    unheard_ = 0;
    end_ = now.time - now.target;
    playing_ = true;
    fifo_.extend(std::max(before.size() / static_cast<std::size_t>(fifo_.channels()), std::size_t{1}));
    end_ += static_cast<double>(fifo_.size());
  } else {
    while (fifo_.size() < jump_fade && append(now, tick_samples) == Next::appended) {
    }
  }
  crossfade(before, fifo_.data(), jump_fade, fifo_.channels());
}

}  // namespace tessera::audio
