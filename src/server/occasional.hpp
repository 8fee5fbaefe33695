#pragma once
#include <chrono>
#include <cstddef>
#include <utility>

namespace tessera::server {

/// For log lines about what strangers cause: at most one in each period, whatever happens.
class Occasional {
 public:
  explicit Occasional(std::chrono::steady_clock::duration period) : period_(period) {}

  /// Calls `work(times)` unless it was called within the period; `times`: calls of run() since it last was.
  template <typename Work>
  void run(Work&& work) {
    ++times_;
    const auto now = std::chrono::steady_clock::now();
    if (now < next_) return;
    next_ = now + period_;
    std::forward<Work>(work)(std::exchange(times_, 0));
  }

 private:
  std::chrono::steady_clock::duration period_;
  std::chrono::steady_clock::time_point next_{};
  std::size_t times_ = 0;
};

}  // namespace tessera::server
