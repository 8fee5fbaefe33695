#include "webrtc/offer_identity.hpp"

#include <algorithm>

#include "webrtc/sdp.hpp"

namespace tessera::webrtc {
namespace {

constexpr std::size_t max_kept = 64;  // of each kind; an offer has one or two

std::string upper(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  return result;
}

bool meet(const std::set<std::string>& one, const std::set<std::string>& other) {
  return std::any_of(one.begin(), one.end(), [&](const auto& value) { return other.contains(value); });
}

}  // namespace

OfferIdentity OfferIdentity::of(std::string_view offer) {
  constexpr std::string_view fingerprint = "a=fingerprint:", ufrag = "a=ice-ufrag:";
  OfferIdentity identity;
  while (!offer.empty()) {
    const auto end = std::min(offer.find('\n'), offer.size());
    std::string_view line = offer.substr(0, end);
    offer.remove_prefix(std::min(end + 1, offer.size()));
    while (line.ends_with('\r') || line.ends_with(' ')) line.remove_suffix(1);
    if (line.starts_with("o=") && identity.session.empty()) {
      if (const auto pieces = split(line.substr(2), ' '); pieces.size() > 1) identity.session = pieces[1];
    } else if (line.starts_with(fingerprint) && identity.fingerprints.size() < max_kept) {
      if (const auto pieces = split(line.substr(fingerprint.size()), ' '); pieces.size() == 2)
        identity.fingerprints.insert(upper(pieces[1]));
    } else if (line.starts_with(ufrag) && identity.ufrags.size() < max_kept) {
      identity.ufrags.emplace(line.substr(ufrag.size()));
    }
  }
  return identity;
}

bool same_connection(const OfferIdentity& one, const OfferIdentity& other) {
  if (meet(one.fingerprints, other.fingerprints)) return true;
  return !one.session.empty() && one.session == other.session && meet(one.ufrags, other.ufrags);
}

}  // namespace tessera::webrtc
