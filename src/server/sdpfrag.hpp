#pragma once
// application/trickle-ice-sdpfrag (RFC 8840 section 9) as WHIP and WHEP send it in PATCH. Pure.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace tessera::server {

struct FragmentCandidate {
  std::string candidate;           ///< "candidate:…", empty for the end of candidates
  std::string mid;                 ///< of the media section it stands in, "" before any a=mid
  std::optional<int> media_index;  ///< which m= line of the fragment, counting from 0
};

struct SdpFragment {
  std::string ufrag;  ///< "" when the fragment names none
  std::string password;
  std::vector<FragmentCandidate> candidates;
};

/// At most this many candidates and ends of candidates in one fragment: a client has one per address and
/// protocol, and each becomes a message to the room.
inline constexpr std::size_t max_fragment_candidates = 200;

/// Errors: "bad-sdpfrag" with the line.
Result<SdpFragment> parse_sdpfrag(std::string_view text);

/// ICE user fragment of the first media section, or of the session when it stands there ("" when there is
/// none).
std::string ice_ufrag_of(std::string_view sdp);

/// The a=mid of each media section in order, "" where one has none.
std::vector<std::string> media_mids_of(std::string_view sdp);

}  // namespace tessera::server
