#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "audio/format.hpp"

namespace tessera::audio {

/// Decoded sound on its way out: appended at the end, read and consumed at the front. Counts are samples per
/// channel; spans hold samples × channels values, interleaved. What was consumed last can be had back.
class SampleFifo {
 public:
  explicit SampleFifo(int channels = 1) : channels_(static_cast<std::size_t>(channels)) {}

  [[nodiscard]] int channels() const { return static_cast<int>(channels_); }
  [[nodiscard]] std::size_t size() const { return values_.size() / channels_ - head_; }
  [[nodiscard]] std::span<std::int16_t> data() {
    return {values_.data() + head_ * channels_, size() * channels_};
  }
  /// The first `count` samples.
  [[nodiscard]] std::span<std::int16_t> front(std::size_t count) { return data().first(count * channels_); }
  /// The last `count` samples, those consumed last included when there are no more; fewer when there never
  /// were as many.
  [[nodiscard]] std::span<std::int16_t> back(std::size_t count) {
    return std::span(values_).last(std::min(count * channels_, values_.size()));
  }

  /// Room for `count` more samples, to be written by the caller; zero until then.
  std::span<std::int16_t> extend(std::size_t count) {
    values_.resize(values_.size() + count * channels_);
    return std::span(values_).last(count * channels_);
  }
  /// Takes the last `count` samples back.
  void shrink(std::size_t count) { values_.resize(values_.size() - count * channels_); }

  void consume(std::size_t count) {
    head_ += count;
    if (head_ < compact_at) return;
    const std::size_t gone = head_ - remembered;
    values_.erase(values_.begin(), values_.begin() + static_cast<std::ptrdiff_t>(gone * channels_));
    head_ -= gone;
  }
  /// Up to `count` of the samples consumed last stand at the front again. Returns how many.
  std::size_t rewind(std::size_t count) {
    count = std::min({count, head_, remembered});
    head_ -= count;
    return count;
  }
  /// At the front.
  void insert(std::span<const std::int16_t> values) {
    values_.insert(values_.begin() + static_cast<std::ptrdiff_t>(head_ * channels_), values.begin(),
                   values.end());
  }
  void clear() {
    values_.clear();
    head_ = 0;
  }

  static constexpr std::size_t remembered = 3 * tick_samples;  ///< samples that can be had back

 private:
  static constexpr std::size_t compact_at = 8'192;
  const std::size_t channels_;
  Samples values_;
  std::size_t head_ = 0;
};

}  // namespace tessera::audio
