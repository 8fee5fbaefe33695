#pragma once
#include <cstdint>
#include <span>

namespace tessera::payload {

/// Takes bits, the highest of each byte first. A read beyond the end gives zeros and is remembered.
class BitReader {
 public:
  explicit BitReader(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  unsigned bits(unsigned count) {
    unsigned value = 0;
    for (; count > 0; --count, ++at_) {
      const bool there = at_ / 8 < bytes_.size();
      beyond_ = beyond_ || !there;
      value = value << 1U | (there ? bytes_[at_ / 8] >> (7 - at_ % 8) & 1U : 0U);
    }
    return value;
  }
  bool flag() { return bits(1) != 0; }
  [[nodiscard]] bool beyond() const { return beyond_; }

 private:
  std::span<const std::uint8_t> bytes_;
  std::size_t at_ = 0;
  bool beyond_ = false;
};

}  // namespace tessera::payload
