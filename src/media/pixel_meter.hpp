#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>

namespace tessera::media {

/// Counts the pixels that one video stream asks to have decoded, and lets through what it may. The stream's
/// thread asks, the control thread reads and decides (see PixelBudget).
class PixelMeter {
 public:
  using Time = std::chrono::steady_clock::time_point;
  enum class Mode { all, key_frames, nothing };

  /// Streaming thread: whether a frame is decoded. After one that was not, only a key frame is.
  bool admit(std::uint64_t pixels, bool key, Time now);

  /// Pixels that were asked for since the last call, decoded or not. Control thread.
  std::uint64_t take_asked() { return asked_.exchange(0, std::memory_order_relaxed); }
  void set_mode(Mode mode) { mode_.store(mode, std::memory_order_relaxed); }
  [[nodiscard]] Mode mode() const { return mode_.load(std::memory_order_relaxed); }
  /// At most so many pixels within a second, whatever the control thread has found out by then; 0: no limit.
  void set_ceiling(std::uint64_t pixels) { ceiling_.store(pixels, std::memory_order_relaxed); }
  /// Frames that were not decoded.
  [[nodiscard]] std::uint64_t skipped() const { return skipped_.load(std::memory_order_relaxed); }

 private:
  [[nodiscard]] bool allowed(std::uint64_t pixels, bool key, Time now);

  std::atomic<std::uint64_t> asked_{0}, ceiling_{0}, skipped_{0};
  std::atomic<Mode> mode_{Mode::all};
  // The streaming thread's own.
  Time window_began_{};
  std::uint64_t in_window_ = 0;
  bool waits_for_key_ = false;
};

}  // namespace tessera::media
