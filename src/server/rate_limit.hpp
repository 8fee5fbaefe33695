#pragma once
#include <algorithm>
#include <chrono>

namespace tessera::server {

/// A token bucket. The caller brings the time, so tests need no clock.
class RateLimit {
 public:
  using Clock = std::chrono::steady_clock;
  RateLimit(double per_second, double burst, Clock::time_point now)
      : per_second_(per_second), burst_(burst), tokens_(burst), filled_(now) {}

  /// True when one more may pass at `now`.
  bool take(Clock::time_point now) {
    const std::chrono::duration<double> passed = now - filled_;
    filled_ = now;
    tokens_ = std::min(burst_, tokens_ + std::max(0.0, passed.count()) * per_second_);
    if (tokens_ < 1) return false;
    tokens_ -= 1;
    return true;
  }

 private:
  double per_second_;
  double burst_;
  double tokens_;
  Clock::time_point filled_;
};

}  // namespace tessera::server
