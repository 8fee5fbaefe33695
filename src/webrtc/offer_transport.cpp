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

Result<void> check_bundle(const Sdp& sdp, AnswerPlan& plan) {
  const auto mids = bundled_mids(sdp);
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

// A peer may announce one certificate by several functions: the strongest that we know is checked.
Result<void> read_fingerprints(const Sdp& sdp, const SdpMedia& media, AnswerPlan& plan) {
  const auto& level = media.attributes.has("fingerprint") ? media.attributes : sdp.session;
  const auto lines = level.all("fingerprint");
  for (const auto value : lines) {
    auto hash = parse_fingerprint(value);
    if (!hash) continue;
    auto& known = plan.fingerprints;
    if (!known.empty() && known.front().function > hash->function) continue;
    if (!known.empty() && known.front().function < hash->function) known.clear();
    if (known.size() < 8) known.push_back(std::move(*hash));
  }
  if (plan.fingerprints.empty())
    return unsupported(media, lines.empty() ? "has no a=fingerprint"
                                            : "has no a=fingerprint that can be used (sha-256, sha-384 or "
                                              "sha-512, and pairs of hexadecimal digits)");
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

// One candidate that cannot be read costs no more than itself: the peer has others, and its own checks arrive
// all the same.
Result<void> read_candidates(const Sdp& sdp, AnswerPlan& plan) {
  std::set<std::string> seen;
  std::size_t lines = 0;
  const auto mids = bundled_mids(sdp);
  for (std::size_t i = 0; i < sdp.media.size(); ++i) {
    const auto& section = sdp.media[i];
    const auto& planned = plan.media[i];
    if (planned.refused() && std::find(mids.begin(), mids.end(), planned.mid) == mids.end()) continue;
    for (const auto value : section.attributes.all("candidate")) {
      if (++lines > max_candidate_lines) return malformed(section, "too many candidates");
      const auto candidate = parse_candidate(fmt::format("candidate:{}", value));
      if (!candidate) {
        if (plan.ignored.size() < 2 * sdp_max_ignored)
          plan.ignored.push_back(fmt::format("a candidate of the {} section at line {}: {}", section.kind,
                                             section.line, candidate.error().message));
        continue;
      }
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

// With BUNDLE one m-line speaks for all: the tagged one. A client that stopped it may have left nothing on
// it; then it is the first that is served.
const SdpMedia& carrier_of(const Sdp& sdp, const AnswerPlan& plan) {
  const auto* tagged = tagged_section(sdp);
  if (tagged && sdp.find(*tagged, "ice-ufrag") && sdp.find(*tagged, "fingerprint")) return *tagged;
  return sdp.media[static_cast<std::size_t>(plan.accepted().front()->mline)];
}

}  // namespace

std::vector<std::string_view> bundled_mids(const Sdp& sdp) {
  for (const auto value : sdp.session.all("group")) {
    auto mids = split(value, ' ');
    if (!mids.empty() && mids.front() == "BUNDLE") {
      mids.erase(mids.begin());
      return mids;
    }
  }
  return {};
}

const SdpMedia* tagged_section(const Sdp& sdp) {
  for (const auto mid : bundled_mids(sdp))
    for (const auto& section : sdp.media)
      if (const auto* own = section.attributes.find("mid"); own && *own == mid) return &section;
  return nullptr;
}

Result<void> read_transport(const Sdp& sdp, AnswerPlan& plan) {
  if (auto good = check_bundle(sdp, plan); !good) return good.error();
  const auto& carrier = carrier_of(sdp, plan);
  plan.ice_lite = sdp.session.has("ice-lite");
  if (auto good = read_credentials(sdp, carrier, plan); !good) return good.error();
  if (auto good = read_fingerprints(sdp, carrier, plan); !good) return good.error();
  if (auto good = read_candidates(sdp, plan); !good) return good.error();
  read_ssrcs(sdp, plan);
  return {};
}

}  // namespace tessera::webrtc
