#pragma once
// What an endpoint shares with its streaming threads: the callbacks (until they are cut), the gate, the
// counters.

#include <atomic>
#include <chrono>
#include <mutex>
#include <shared_mutex>
#include <utility>

#include "webrtc/endpoint.hpp"
#include "webrtc/fingerprint.hpp"
#include "webrtc/refused_packets.hpp"

namespace tessera::webrtc {

/// Owned by the endpoint and by every pad probe and signal handler that needs it, so it outlives them all.
class Link {
 public:
  Link(EndpointEvents events, std::vector<CertificateHash> fingerprints)
      : gate(std::move(fingerprints)), events_(std::move(events)) {}

  /// Runs `use(events)` unless the endpoint is gone. For streaming threads: cut() waits for it.
  template <typename Use>
  void with_events(Use&& use) {
    const std::shared_lock lock(mutex_);
    if (!cut_) use(events_);
  }
  /// The callbacks for use on the control thread, where they may drop the endpoint; empty ones after cut().
  EndpointEvents control_events() {
    const std::shared_lock lock(mutex_);
    return events_;
  }
  /// No callback starts after this, and none is under way when it returns.
  void cut() {
    EndpointEvents dropped;
    const std::unique_lock lock(mutex_);
    cut_ = true;
    std::swap(dropped, events_);
  }

  FingerprintGate gate;
  std::atomic<std::uint64_t> packets_received{0}, bytes_received{0};
  std::atomic<std::uint64_t> frames_sent{0}, frames_dropped{0};
  std::atomic<std::uint32_t> audio_ssrc{0};  ///< of what we send; 0: no sound
  const std::shared_ptr<RefusedPackets> refused = std::make_shared<RefusedPackets>();
  std::atomic<GstClockTime> last_heard{0};  ///< shared clock; of RTP or RTCP from the verified peer

 private:
  std::shared_mutex mutex_;
  bool cut_ = false;
  EndpointEvents events_;
};

}  // namespace tessera::webrtc
