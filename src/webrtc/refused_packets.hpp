#pragma once
#include <array>
#include <atomic>
#include <mutex>

#include "payload/bad_packet_budget.hpp"
#include "payload/fault.hpp"

namespace tessera::webrtc {

/// What the payload gates of one endpoint refused. Streaming threads count, any thread reads.
class RefusedPackets {
 public:
  explicit RefusedPackets(double tolerated = payload::BadPacketBudget::usual_capacity) : budget_(tolerated) {}

  /// True once: with the malformed packet that is one too many.
  bool note(payload::Fault fault);
  /// Nothing of this endpoint is let through any more.
  [[nodiscard]] bool shut() const { return shut_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t malformed() const { return malformed_.load(std::memory_order_relaxed); }
  /// The fault of the last malformed packet.
  [[nodiscard]] payload::Fault last() const { return last_.load(std::memory_order_relaxed); }

 private:
  std::mutex mutex_;
  payload::BadPacketBudget budget_;
  std::atomic<bool> shut_{false};
  std::atomic<std::uint64_t> malformed_{0};
  std::atomic<payload::Fault> last_{payload::Fault::none};
};

/// Packets that the gates of this process refused, by fault: for the room's metrics.
std::array<std::atomic<std::uint64_t>, payload::fault_count>& refused_counters();

}  // namespace tessera::webrtc
