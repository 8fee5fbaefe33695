// How long the machine stood still, for limits of time that are for a machine that runs.
#pragma once

#include <gst/gst.h>
#include <pthread.h>
#include <sched.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

namespace tessera::test {

/// A virtual machine's host takes its processors away: for some ms of every few, or for some tenths of a
/// second. Whatever was to happen meanwhile happens later, and that is no fault of what is tested.
///
/// One thread a processor asks for 2 ms of sleep and sees how much longer it took. They run at the priority
/// of SCHED_FIFO: what this machine itself does excuses nothing, only its host does. Who may not give that
/// priority sees no standstill.
///
///     test::Stalls stalls;
///     …
///     EXPECT_LT(last - first, stalls.limit(100ms));
class Stalls {
 public:
  Stalls() : begin_(ticks()) {
    const unsigned processors = std::max(1U, std::thread::hardware_concurrency());
    for (unsigned i = 0; i < processors; ++i)
      watchers_.emplace_back([this, i](const std::stop_token& stop) { watch(stop, i); });
  }

  /// The longest time that any processor stood still so far.
  std::chrono::nanoseconds longest() const { return std::chrono::nanoseconds(longest_.load()); }

  /// The share of the time so far that the host took: 0 … 1.
  double stolen() const {
    const Ticks now = ticks();
    return now.all > begin_.all
               ? static_cast<double>(now.stolen - begin_.stolen) / static_cast<double>(now.all - begin_.all)
               : 0;
  }

  /// What a limit for the mean or the least of many becomes: everything takes as much longer as there was
  /// less machine.
  GstClockTime usual(std::chrono::nanoseconds undisturbed) const {
    return static_cast<GstClockTime>(static_cast<double>(undisturbed.count()) / std::max(0.1, 1 - stolen()));
  }

  /// What a limit for each becomes: two things that wait for each other may each have stood still, too.
  GstClockTime limit(std::chrono::nanoseconds undisturbed) const {
    return usual(undisturbed) + 2 * static_cast<GstClockTime>(longest_.load());
  }

 private:
  struct Ticks {
    std::uint64_t stolen = 0, all = 0;
  };

  static Ticks ticks() {
    std::ifstream file("/proc/stat");
    std::string name;
    file >> name;
    Ticks sum;
    std::uint64_t value = 0;
    for (int column = 0; column < 8 && file >> value; ++column) {
      sum.all += value;
      if (column == 7) sum.stolen = value;
    }
    return sum;
  }

  void watch(const std::stop_token& stop, unsigned processor) {
    cpu_set_t here;
    CPU_ZERO(&here);
    CPU_SET(processor, &here);
    pthread_setaffinity_np(pthread_self(), sizeof here, &here);
    sched_param priority{};
    priority.sched_priority = 50;
    if (pthread_setschedparam(pthread_self(), SCHED_FIFO, &priority) != 0) return;
    using std::chrono::steady_clock;
    constexpr std::chrono::milliseconds nap{2};
    constexpr std::chrono::milliseconds slack{3};  // a timer's, and a wake-up
    while (!stop.stop_requested()) {
      const auto before = steady_clock::now();
      std::this_thread::sleep_for(nap);
      const auto late =
          std::chrono::duration_cast<std::chrono::nanoseconds>(steady_clock::now() - before - nap);
      if (late > slack && late.count() > longest_.load()) longest_ = late.count();
    }
  }

  std::atomic<std::int64_t> longest_ = 0;
  Ticks begin_;
  std::vector<std::jthread> watchers_;  // last: they end before what they write to
};

}  // namespace tessera::test
