#pragma once
#include <algorithm>
#include <chrono>

namespace tessera::payload {

/// How many malformed packets an endpoint may send: a bucket that leaks. A sender with a fault that shows now
/// and then stays; one that sends a burst is closed. Loss and line noise never fill it: SRTP drops damaged
/// packets, and what loss makes is not counted (see is_malformed). Pure.
class BadPacketBudget {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr double usual_capacity = 30;
  static constexpr double leak_per_second = 1;

  explicit BadPacketBudget(double capacity = usual_capacity) : capacity_(capacity) {}

  /// One malformed packet. True from the packet on that no longer fits.
  bool add(Time now) {
    const double seconds = std::chrono::duration<double>(now - last_).count();
    level_ = std::max(0.0, level_ - std::max(0.0, seconds) * leak_per_second) + 1;
    last_ = now;
    spent_ = spent_ || level_ > capacity_;
    return spent_;
  }
  [[nodiscard]] bool spent() const { return spent_; }

 private:
  double capacity_;
  double level_ = 0;
  Time last_{};
  bool spent_ = false;
};

}  // namespace tessera::payload
