#pragma once
// The fingerprint gate. webrtcbin (1.22) does not compare the certificate of the DTLS handshake with the
// offer's a=fingerprint, so whoever sits on the path could take part. We do, and nothing passes before it
// matches.

#include <atomic>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "webrtc/certificate_hash.hpp"
#include "webrtc/gst_types.hpp"

namespace tessera::webrtc {

/// The hash of the certificate's DER form (RFC 8122); nothing when it is no certificate.
std::optional<CertificateHash> hash_of_certificate(std::string_view pem, HashFunction function);

/// Thread-safe. Opens once, or is shut for good.
class FingerprintGate {
 public:
  enum class State { waiting, open, shut };

  /// One of `expected` has to match.
  explicit FingerprintGate(std::vector<CertificateHash> expected) : expected_(std::move(expected)) {}

  /// The DTLS transport to look at; once, before media can flow.
  void watch(gst::Ptr<GstWebRTCDTLSTransport> transport);
  /// Looks at the peer's certificate if that is still to be done. Called per packet until it is decided, then
  /// free.
  State check();
  [[nodiscard]] bool open() const { return state_.load(std::memory_order_acquire) == State::open; }
  /// Lets go of the transport (it belongs to webrtcbin's world and must not outlive it).
  void release();

 private:
  const std::vector<CertificateHash> expected_;
  std::atomic<State> state_{State::waiting};
  std::mutex mutex_;
  gst::Ptr<GstWebRTCDTLSTransport> transport_;
};

}  // namespace tessera::webrtc
