#include "webrtc/refused_packets.hpp"

namespace tessera::webrtc {

bool RefusedPackets::note(payload::Fault fault) {
  refused_counters()[static_cast<std::size_t>(fault)].fetch_add(1, std::memory_order_relaxed);
  if (!payload::is_malformed(fault)) return false;
  malformed_.fetch_add(1, std::memory_order_relaxed);
  last_.store(fault, std::memory_order_relaxed);
  const std::lock_guard lock(mutex_);
  return budget_.add(std::chrono::steady_clock::now()) && !shut_.exchange(true);
}

std::array<std::atomic<std::uint64_t>, payload::fault_count>& refused_counters() {
  static std::array<std::atomic<std::uint64_t>, payload::fault_count> counters{};
  return counters;
}

}  // namespace tessera::webrtc
