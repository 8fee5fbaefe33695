#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tessera::audio {

/// Decoded samples on their way out: appended at the end, read and consumed at the front.
class SampleFifo {
 public:
  [[nodiscard]] std::size_t size() const { return samples_.size() - head_; }
  [[nodiscard]] std::span<std::int16_t> data() { return {samples_.data() + head_, size()}; }

  /// Room for `count` more samples, to be written by the caller; zero until then.
  std::span<std::int16_t> extend(std::size_t count) {
    samples_.resize(samples_.size() + count);
    return {samples_.data() + samples_.size() - count, count};
  }
  /// Takes the last `count` samples back.
  void shrink(std::size_t count) { samples_.resize(samples_.size() - count); }

  void consume(std::size_t count) {
    head_ += count;
    if (head_ < compact_at) return;
    samples_.erase(samples_.begin(), samples_.begin() + static_cast<std::ptrdiff_t>(head_));
    head_ = 0;
  }
  void insert(std::size_t at, std::span<const std::int16_t> samples) {
    samples_.insert(samples_.begin() + static_cast<std::ptrdiff_t>(head_ + at), samples.begin(),
                    samples.end());
  }
  void clear() {
    samples_.clear();
    head_ = 0;
  }

 private:
  static constexpr std::size_t compact_at = 4'096;
  std::vector<std::int16_t> samples_;
  std::size_t head_ = 0;
};

}  // namespace tessera::audio
