#pragma once
// Which connection of a client an offer is of. Pure.

#include <set>
#include <string>
#include <string_view>

namespace tessera::webrtc {

/// Read without judging: what does not parse is as if absent, for an offer that is refused may be of the
/// running connection as well.
struct OfferIdentity {
  std::string session;                 ///< the session id of the o= line (RFC 8866 section 5.2)
  std::set<std::string> fingerprints;  ///< values of a=fingerprint, in upper case
  std::set<std::string> ufrags;

  static OfferIdentity of(std::string_view offer);
};

/// Whether both offers are of one peer connection of the client. The certificate tells: a new connection has
/// a new one. Some clients (aiortc) write a new session id into every offer, others (hand-made ones) the same
/// into all, so that it counts only together with the ICE credentials.
[[nodiscard]] bool same_connection(const OfferIdentity& one, const OfferIdentity& other);

}  // namespace tessera::webrtc
