#pragma once
// Where the CPU goes, by stage of the media path: thread CPU time accounted around the work itself.

#include <time.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <string_view>

namespace tessera::gst {

enum class Stage { decode, scale, compose, encode, audio, network, record, other };
inline constexpr std::array<std::string_view, 8> stage_names = {"decode", "scale",   "compose", "encode",
                                                                "audio",  "network", "record",  "other"};

/// Process-wide counters of CPU nanoseconds per stage. Relaxed atomics: figures, not synchronisation.
inline std::array<std::atomic<std::uint64_t>, 8>& stage_counters() {
  static std::array<std::atomic<std::uint64_t>, 8> counters{};
  return counters;
}

inline std::uint64_t thread_cpu_ns() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<std::uint64_t>(t.tv_sec) * 1'000'000'000u + static_cast<std::uint64_t>(t.tv_nsec);
}

/// Adds the calling thread's CPU time between construction and destruction to a stage.
class StageTimer {
 public:
  explicit StageTimer(Stage stage) : stage_(stage), start_(thread_cpu_ns()) {}
  ~StageTimer() {
    stage_counters()[static_cast<std::size_t>(stage_)].fetch_add(thread_cpu_ns() - start_,
                                                                 std::memory_order_relaxed);
  }
  StageTimer(const StageTimer&) = delete;
  StageTimer& operator=(const StageTimer&) = delete;

 private:
  Stage stage_;
  std::uint64_t start_;
};

}  // namespace tessera::gst
