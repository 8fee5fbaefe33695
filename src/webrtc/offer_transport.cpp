#include "webrtc/offer_transport.hpp"

#include <algorithm>
#include <cctype>
#include <set>

namespace tessera::webrtc {
namespace {

constexpr std::size_t max_ssrcs = 16;
constexpr std::size_t max_candidate_lines = 256;

Error unsupported(const SdpMedia& media, std::string_view reason) {
  return error("unsupported-offer", "the {} section at line {} of the offer {}", media.kind, media.line,
               reason);
}
Error malformed(const SdpMedia& media, std::string_view reason) {
  return error("bad-sdp", "the {} section at line {} of the session description: {}", media.kind, media.line,
               reason);
}

bool is_ice_text(std::string_view text, std::size_t min) {
  return text.size() >= min && text.size() <= 256 &&
         std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return std::isalnum(c) || c == '+' || c == '/'; });
}

// The BUNDLE group's mids; empty when there is none.
std::vector<std::string_view> bundle_of(const Sdp& sdp) {
  for (const auto value : sdp.session.all("group")) {
    auto mids = split(value, ' ');
    if (!mids.empty() && mids.front() == "BUNDLE") {
      mids.erase(mids.begin());
      return mids;
    }
  }
  return {};
}

Result<void> check_bundle(const Sdp& sdp, AnswerPlan& plan) {
  const auto mids = bundle_of(sdp);
  const auto served = plan.accepted();
  plan.grouped = !mids.empty();
  if (served.size() < 2 && !plan.grouped) return {};
  for (const auto* media : served)
    if (std::find(mids.begin(), mids.end(), media->mid) == mids.end())
      return error("unsupported-offer",
                   "the offer must put all its sections into one BUNDLE group (mid \"{}\" is in none)",
                   media->mid);
  return {};
}

// "sha-256 AB:CD:…" → "AB:CD:…" in upper case; nothing for other hash functions.
Result<std::optional<std::string>> read_fingerprint(const SdpMedia& media, std::string_view value) {
  const auto pieces = split(value, ' ');
  if (pieces.size() != 2) return malformed(media, "a=fingerprint needs a hash function and a value");
  if (!equals_ignoring_case(pieces[0], "sha-256")) return std::optional<std::string>{};
  std::string hash(pieces[1]);
  bool good = hash.size() == 32 * 3 - 1;
  for (std::size_t i = 0; good && i < hash.size(); ++i) {
    good = i % 3 == 2 ? hash[i] == ':' : std::isxdigit(static_cast<unsigned char>(hash[i])) != 0;
    hash[i] = static_cast<char>(std::toupper(static_cast<unsigned char>(hash[i])));
  }
  if (!good) return malformed(media, "a=fingerprint:sha-256 is not 32 pairs of hexadecimal digits");
  return std::optional(hash);
}

Result<void> read_fingerprints(const Sdp& sdp, const SdpMedia& media, AnswerPlan& plan) {
  const auto& level = media.attributes.has("fingerprint") ? media.attributes : sdp.session;
  for (const auto value : level.all("fingerprint")) {
    const auto hash = read_fingerprint(media, value);
    if (!hash) return hash.error();
    if (*hash && plan.fingerprints.size() < 8) plan.fingerprints.push_back(**hash);
  }
  if (plan.fingerprints.empty()) return unsupported(media, "has no a=fingerprint:sha-256");
  return {};
}

Result<void> read_credentials(const Sdp& sdp, const SdpMedia& media, AnswerPlan& plan) {
  const auto* ufrag = sdp.find(media, "ice-ufrag");
  const auto* password = sdp.find(media, "ice-pwd");
  if (!ufrag || !password) return unsupported(media, "has no ICE credentials (a=ice-ufrag, a=ice-pwd)");
  if (!is_ice_text(*ufrag, 4)) return malformed(media, "a=ice-ufrag is not 4 to 256 ICE characters");
  if (!is_ice_text(*password, 22)) return malformed(media, "a=ice-pwd is not 22 to 256 ICE characters");
  plan.ufrag = *ufrag;
  plan.password = *password;
  const auto* setup = sdp.find(media, "setup");
  if (!setup) return unsupported(media, "has no a=setup");
  if (*setup != "actpass" && *setup != "active" && *setup != "passive")
    return unsupported(media, "has an a=setup that is none of actpass, active and passive");
  plan.setup = *setup;
  return {};
}

Result<void> read_candidates(const Sdp& sdp, AnswerPlan& plan) {
  std::set<std::string> seen;
  std::size_t lines = 0;
  for (const auto* media : plan.accepted()) {
    const auto& section = sdp.media[static_cast<std::size_t>(media->mline)];
    for (const auto value : section.attributes.all("candidate")) {
      if (++lines > max_candidate_lines) return malformed(section, "too many candidates");
      const auto candidate = parse_candidate(fmt::format("candidate:{}", value));
      if (!candidate) return malformed(section, candidate.error().message);
      if (!usable(*candidate) || plan.candidates.size() >= max_candidates) continue;
      if (seen.insert(fmt::format("{} {} {}", candidate->address, candidate->port, candidate->type)).second)
        plan.candidates.push_back(*candidate);
    }
  }
  return {};
}

// SSRCs let webrtcbin tell which m-line a packet is for. An SSRC that two sections claim belongs to the
// first.
void read_ssrcs(const Sdp& sdp, AnswerPlan& plan) {
  std::set<std::uint32_t> taken;
  for (auto& media : plan.media) {
    if (media.refused() || !media.receives) continue;
    const auto& attributes = sdp.media[static_cast<std::size_t>(media.mline)].attributes;
    for (const auto value : attributes.all("ssrc")) {
      const auto pieces = split(value, ' ');
      if (pieces.size() < 2 || !pieces[1].starts_with("cname:") || media.ssrcs.size() >= max_ssrcs) continue;
      const auto ssrc = to_number(pieces[0], 1, 0xffffffffL);
      const auto cname = pieces[1].substr(6);
      if (ssrc && taken.insert(static_cast<std::uint32_t>(*ssrc)).second)
        media.ssrcs.emplace_back(static_cast<std::uint32_t>(*ssrc),
                                 is_token(cname) ? std::string(cname) : "peer");
    }
    const auto own = [&](std::optional<long> ssrc) {
      return ssrc && std::any_of(media.ssrcs.begin(), media.ssrcs.end(),
                                 [&](const auto& s) { return s.first == *ssrc; });
    };
    for (const auto value : attributes.all("ssrc-group")) {
      const auto pieces = split(value, ' ');
      if (pieces.size() != 3 || pieces[0] != "FID") continue;
      const auto first = to_number(pieces[1], 1, 0xffffffffL), second = to_number(pieces[2], 1, 0xffffffffL);
      if (own(first) && own(second) && media.repairs.size() < max_ssrcs)
        media.repairs.emplace_back(static_cast<std::uint32_t>(*first), static_cast<std::uint32_t>(*second));
    }
  }
}

}  // namespace

Result<void> read_transport(const Sdp& sdp, AnswerPlan& plan) {
  if (auto good = check_bundle(sdp, plan); !good) return good.error();
  // With BUNDLE one m-line speaks for all: the first that is not refused.
  const auto& carrier = sdp.media[static_cast<std::size_t>(plan.accepted().front()->mline)];
  plan.ice_lite = sdp.session.has("ice-lite");
  if (auto good = read_credentials(sdp, carrier, plan); !good) return good.error();
  if (auto good = read_fingerprints(sdp, carrier, plan); !good) return good.error();
  if (auto good = read_candidates(sdp, plan); !good) return good.error();
  read_ssrcs(sdp, plan);
  return {};
}

}  // namespace tessera::webrtc
