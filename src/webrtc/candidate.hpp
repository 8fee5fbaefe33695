#pragma once
// ICE candidate lines (RFC 8839): read strictly, kept only when libnice can use them, written afresh.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace tessera::webrtc {

struct Candidate {
  std::string foundation;
  int component = 1;
  std::string transport;  ///< as written: "udp", "UDP", "tcp" …
  std::uint32_t priority = 0;
  std::string address;
  int port = 0;
  std::string type;  ///< host, srflx, prflx or relay
  std::string related_address;
  int related_port = 0;
};

/// Reads "candidate:…" or "a=candidate:…". Extensions after the known fields are ignored. "bad-request" when
/// malformed.
Result<Candidate> parse_candidate(std::string_view line);

/// Whether it can be handed to the ICE agent: UDP, component 1 (RTP and RTCP share it), a literal unicast
/// address. mDNS names (".local") and host names are not: resolving them would need the network's help, and
/// the peer's own checks arrive as peer-reflexive candidates anyway.
bool usable(const Candidate& candidate);

/// Addresses that mean another machine to the peer than to us: a stranger who names them has us send to
/// services of this machine, or of its neighbours.
enum class Nearness { ordinary, loopback, link_local };
/// That of a literal address, IPv4 mapped into IPv6 included; anything else is ordinary.
Nearness nearness_of(const std::string& address);

/// Which of them a peer may have.
struct Reach {
  bool loopback = false, link_local = false;
};
/// Whether connectivity checks may go there.
bool within(const Reach& reach, const Candidate& candidate);

/// "candidate:…", with nothing in it that was not understood.
std::string to_line(const Candidate& candidate);

inline constexpr int max_candidates = 100;  ///< per endpoint

}  // namespace tessera::webrtc
