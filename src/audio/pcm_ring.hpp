#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tessera::audio {

/// Mono samples at 48 kHz on their way from one thread that may wait (a file's decoder) to one that must not
/// (the tick). Bounded, without locks; one writer and one reader.
class PcmRing {
 public:
  explicit PcmRing(std::size_t capacity) : samples_(capacity) {}

  // The writer.
  [[nodiscard]] std::size_t space() const { return samples_.size() - size(); }
  /// Returns how many fitted.
  std::size_t write(std::span<const std::int16_t> samples);
  /// Nothing more will be written.
  void finish() { finished_.store(true, std::memory_order_release); }

  // The reader.
  /// Returns how many there were.
  std::size_t read(std::span<std::int16_t> out);
  /// Everything has been read and nothing more will come.
  [[nodiscard]] bool drained() const { return finished() && size() == 0; }

  // Either.
  [[nodiscard]] std::size_t size() const {
    return written_.load(std::memory_order_acquire) - read_.load(std::memory_order_acquire);
  }
  [[nodiscard]] std::size_t capacity() const { return samples_.size(); }
  [[nodiscard]] bool finished() const { return finished_.load(std::memory_order_acquire); }

 private:
  std::vector<std::int16_t> samples_;
  std::atomic<std::size_t> written_ = 0, read_ = 0;  // in all
  std::atomic<bool> finished_ = false;
};

}  // namespace tessera::audio
