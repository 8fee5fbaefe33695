#pragma once
// Offers as clients make them.

#include <string>
#include <vector>

namespace tessera::webrtc::test {

struct NamedOffer {
  const char* name;
  std::string sdp;
};

std::string chromium_offer();         ///< camera and microphone, candidates hidden behind mDNS
std::string chromium_viewer_offer();  ///< two recvonly transceivers
std::string firefox_offer();          ///< credentials and fingerprint at session level
std::string safari_offer();
std::string obs_offer();        ///< WHIP: sendonly, H.264 only
std::string gstreamer_offer();  ///< webrtcbin as the offerer

std::vector<NamedOffer> all_offers();

/// tests/cases/offers/<name>.sdp: an offer as some client really writes it.
std::string case_offer(const std::string& name);
/// The names of all of them.
std::vector<std::string> case_names();

/// The text with the first (or every) occurrence of `from` replaced; fails loudly when there is none.
std::string replaced(std::string text, const std::string& from, const std::string& to, bool every = false);
/// Without the lines that start with `prefix`.
std::string without(const std::string& text, const std::string& prefix);
std::vector<std::string> lines_of(const std::string& text);
std::string joined(const std::vector<std::string>& lines);

}  // namespace tessera::webrtc::test
