#pragma once
#include <chrono>
#include <cstdint>

namespace tessera::server {

/// Whether a client takes what it is sent. Pure; asked now and then with what the kernel counted.
class StallWatch {
 public:
  using Clock = std::chrono::steady_clock;
  /// Bytes that count as progress. Less, and a client could hold an answer for ever by taking a byte at a
  /// time.
  static constexpr std::uint64_t least_progress = 16 * 1024;

  /// `pending`: bytes sent and not acknowledged; `acknowledged`: bytes acknowledged so far. True when
  /// something has been pending all the time for `limit` and less than `least_progress` was taken in that
  /// time.
  bool stalled(std::uint64_t pending, std::uint64_t acknowledged, Clock::time_point now,
               Clock::duration limit) {
    if (pending == 0 || acknowledged >= mark_ + least_progress || !watching_) {
      mark_ = acknowledged;
      watching_ = true;
      begin_ = now;
      return false;
    }
    return now - begin_ >= limit;
  }

 private:
  std::uint64_t mark_ = 0;
  Clock::time_point begin_{};
  bool watching_ = false;
};

}  // namespace tessera::server
