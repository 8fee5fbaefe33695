#pragma once
// This process's own DTLS certificate. GStreamer would make one of RSA; ECDSA on P-256 is what browsers use
// (RFC 8827, section 6.5), and its handshake costs a fraction.

#include <optional>
#include <string>

#include "base/result.hpp"
#include "gst/ptr.hpp"
#include "gst/signal.hpp"

namespace tessera::webrtc {

/// A fresh self-signed certificate with its private key, both as PEM. It is good from a day ago, for clocks
/// that are slow, and for as long as a process may live. Error "internal".
Result<std::string> make_dtls_certificate();

/// That of this process, made at the first call. Any thread.
const Result<std::string>& own_dtls_certificate();

/// What the answer says of it, "AB:CD:…". webrtcbin (1.22) hashes the private key as well when it was given
/// one, so what its own answer says is wrong, and browsers would refuse the handshake. Nothing when there is
/// no such certificate.
std::optional<std::string> own_dtls_fingerprint();

/// Has webrtcbin use it: connect before the first transport is made.
gst::Signal use_own_certificate(GstElement* webrtcbin);

}  // namespace tessera::webrtc
