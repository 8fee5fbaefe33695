#pragma once
#include <algorithm>
#include <cstdint>

#include "base/json.hpp"

namespace tessera::recording {

/// No recording and no part is longer: ten years, in milliseconds. The times of as many parts as a timeline
/// may name can be added up, and each can be counted in nanoseconds, without leaving 64 bits.
inline constexpr std::int64_t longest_recorded_ms = 10LL * 366 * 24 * 3600 * 1000;

/// A length or a position in recorded time as a timeline or a manifest has it, which anybody may have edited:
/// 0 … longest_recorded_ms.
inline std::int64_t bounded_ms(const Json& value, std::int64_t fallback = 0) {
  return std::clamp<std::int64_t>(value.as_int(fallback), 0, longest_recorded_ms);
}

}  // namespace tessera::recording
