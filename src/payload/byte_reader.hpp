#pragma once
#include <cstdint>
#include <span>

namespace tessera::payload {

/// Takes bytes from the front of a packet. A read beyond the end gives 0 and is remembered.
class ByteReader {
 public:
  explicit ByteReader(std::span<const std::uint8_t> bytes) : rest_(bytes) {}

  unsigned byte() {
    if (rest_.empty()) {
      beyond_ = true;
      return 0;
    }
    const unsigned value = rest_.front();
    rest_ = rest_.subspan(1);
    return value;
  }
  unsigned two_bytes() {
    const unsigned high = byte();
    return high << 8U | byte();
  }
  void skip(std::size_t count) {
    if (count > rest_.size()) {
      beyond_ = true;
      count = rest_.size();
    }
    rest_ = rest_.subspan(count);
  }

  [[nodiscard]] std::span<const std::uint8_t> rest() const { return rest_; }
  /// Whether something was read that is not there.
  [[nodiscard]] bool beyond() const { return beyond_; }

 private:
  std::span<const std::uint8_t> rest_;
  bool beyond_ = false;
};

}  // namespace tessera::payload
