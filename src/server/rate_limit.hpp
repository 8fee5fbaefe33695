#pragma once
#include <algorithm>
#include <chrono>

namespace tessera::server {

struct Rate {
  double per_second;
  double burst;
};

/// A token bucket. The caller brings the time, so tests need no clock.
class RateLimit {
 public:
  using Clock = std::chrono::steady_clock;
  RateLimit(double per_second, double burst, Clock::time_point now)
      : per_second_(per_second), burst_(burst), tokens_(burst), filled_(now) {}
  RateLimit(Rate rate, Clock::time_point now) : RateLimit(rate.per_second, rate.burst, now) {}

  /// True when one more, or something of that `cost`, may pass at `now`.
  bool take(Clock::time_point now, double cost = 1) {
    fill(now);
    if (tokens_ < cost) return false;
    tokens_ -= cost;
    return true;
  }
  /// Takes what something has cost already, though it be more than there is. Returns how long to wait until
  /// the debt is paid: 0 when there is none.
  std::chrono::milliseconds spend(Clock::time_point now, double cost) {
    fill(now);
    tokens_ -= cost;
    if (tokens_ >= 0) return std::chrono::milliseconds(0);
    return std::chrono::ceil<std::chrono::milliseconds>(
        std::chrono::duration<double>(-tokens_ / per_second_));
  }
  /// What is left of the burst, from 0 to 1, as of the last `take`.
  [[nodiscard]] double left() const { return tokens_ / burst_; }

 private:
  void fill(Clock::time_point now) {
    const std::chrono::duration<double> passed = now - filled_;
    filled_ = now;
    tokens_ = std::min(burst_, tokens_ + std::max(0.0, passed.count()) * per_second_);
  }

  double per_second_;
  double burst_;
  double tokens_;
  Clock::time_point filled_;
};

}  // namespace tessera::server
