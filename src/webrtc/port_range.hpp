#pragma once
#include <atomic>
#include <cstdint>

namespace tessera::webrtc {

/// Endpoints of this process that found no free port in the configured range. Any thread.
inline std::atomic<std::uint64_t>& ports_used_up() {
  static std::atomic<std::uint64_t> count{0};
  return count;
}

}  // namespace tessera::webrtc
