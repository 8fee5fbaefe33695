#include "audio/pcm_ring.hpp"

#include <algorithm>

namespace tessera::audio {

std::size_t PcmRing::write(std::span<const std::int16_t> samples) {
  const std::size_t at = written_.load(std::memory_order_relaxed);
  const std::size_t count = std::min(samples.size(), space());
  const std::size_t first = std::min(count, samples_.size() - at % samples_.size());
  std::copy_n(samples.begin(), first, samples_.begin() + static_cast<std::ptrdiff_t>(at % samples_.size()));
  std::copy_n(samples.begin() + static_cast<std::ptrdiff_t>(first), count - first, samples_.begin());
  written_.store(at + count, std::memory_order_release);
  return count;
}

std::size_t PcmRing::read(std::span<std::int16_t> out) {
  const std::size_t at = read_.load(std::memory_order_relaxed);
  const std::size_t count = std::min(out.size(), size());
  const std::size_t first = std::min(count, samples_.size() - at % samples_.size());
  std::copy_n(samples_.begin() + static_cast<std::ptrdiff_t>(at % samples_.size()), first, out.begin());
  std::copy_n(samples_.begin(), count - first, out.begin() + static_cast<std::ptrdiff_t>(first));
  read_.store(at + count, std::memory_order_release);
  return count;
}

}  // namespace tessera::audio
