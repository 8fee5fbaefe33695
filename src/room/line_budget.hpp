#pragma once
// How much of a recording's timeline somebody may fill. Pure.

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace tessera::room {

/// A reserve of bytes that time refills. A line may be taken while anything is left, so the reserve goes
/// below nothing by one line at most.
class LineBudget {
 public:
  struct Spec {
    double reserve = 0;     ///< bytes at once
    double per_second = 0;  ///< bytes that come back
  };
  explicit LineBudget(Spec spec) : spec_(spec), left_(spec.reserve) {}

  /// `now` does not go back.
  [[nodiscard]] bool has_room(std::chrono::nanoseconds now) {
    const double seconds = std::chrono::duration<double>(now - at_).count();
    left_ = std::min(spec_.reserve, left_ + std::max(seconds, 0.0) * spec_.per_second);
    at_ = now;
    return left_ > 0;
  }
  void spend(std::size_t bytes) { left_ -= static_cast<double>(bytes); }

 private:
  Spec spec_;
  double left_ = 0;
  std::chrono::nanoseconds at_{0};
};

}  // namespace tessera::room
