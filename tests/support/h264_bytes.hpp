#pragma once
// H.264 written by hand: parameter sets of any size, as somebody hostile would send them.

#include <cstdint>
#include <vector>

namespace tessera::test {

/// Bits, most significant first.
class BitWriter {
 public:
  void bits(std::uint32_t value, int count) {
    while (count-- > 0) {
      if (filled_ == 0) bytes.push_back(0);
      if (value >> count & 1) bytes.back() |= static_cast<std::uint8_t>(0x80 >> filled_);
      filled_ = (filled_ + 1) % 8;
    }
  }
  /// Exp-Golomb, ue(v).
  void golomb(std::uint32_t value) {
    int length = 0;
    while ((value + 1) >> (length + 1)) ++length;
    bits(0, length);
    bits(value + 1, length + 1);
  }
  std::vector<std::uint8_t> bytes;

 private:
  int filled_ = 0;
};

/// A NAL unit (header and all) of constrained baseline; sides in multiples of 16.
inline std::vector<std::uint8_t> sequence_parameter_set(int width, int height) {
  BitWriter set;
  set.bits(0x6742c01f, 32);  // type 7, baseline, constrained, level 3.1
  set.golomb(0);             // id
  set.golomb(0);             // log2_max_frame_num − 4
  set.golomb(2);             // order of output: of decoding
  set.golomb(1);             // reference frames
  set.bits(0, 1);
  set.golomb(static_cast<std::uint32_t>(width / 16 - 1));
  set.golomb(static_cast<std::uint32_t>(height / 16 - 1));
  set.bits(0b1100, 4);  // frames only, direct 8×8, no cropping, no VUI
  set.bits(1, 1);       // stop
  std::vector<std::uint8_t> unit;
  int zeros = 0;
  for (const auto byte : set.bytes) {
    if (zeros >= 2 && byte <= 3) {
      unit.push_back(3);  // so that it does not look like a start code
      zeros = 0;
    }
    unit.push_back(byte);
    zeros = byte == 0 ? zeros + 1 : 0;
  }
  return unit;
}

/// The units one after another, each behind a start code.
inline std::vector<std::uint8_t> annex_b(const std::vector<std::vector<std::uint8_t>>& units) {
  std::vector<std::uint8_t> bytes;
  for (const auto& unit : units) {
    bytes.insert(bytes.end(), {0, 0, 0, 1});
    bytes.insert(bytes.end(), unit.begin(), unit.end());
  }
  return bytes;
}

}  // namespace tessera::test
