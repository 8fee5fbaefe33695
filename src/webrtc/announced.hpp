#pragma once
// Candidates behind a NAT that passes ports on one to one. Pure. Decision 25 says why it is so.

#include <string>
#include <vector>

#include "webrtc/candidate.hpp"

namespace tessera::webrtc {

/// Only its own network reaches it: RFC 1918, RFC 6598 (100.64.0.0/10), RFC 4193 (fc00::/7).
[[nodiscard]] bool is_private_address(const std::string& address);

/// What a peer is told of a local candidate: each of `announced` of the same family with its port, if it is a
/// host's; and the candidate itself unless those stand for it, since its address is private. Loopback and
/// link-local addresses are nobody's behind a NAT: those stay alone.
std::vector<Candidate> with_announced(const Candidate& local, const std::vector<std::string>& announced);

}  // namespace tessera::webrtc
