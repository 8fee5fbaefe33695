#include "webrtc/announced.hpp"

#include <algorithm>

#include "base/ip_address.hpp"

namespace tessera::webrtc {

bool is_private_address(const std::string& address) {
  static const std::vector<IpNetwork> networks = [] {
    std::vector<IpNetwork> all;
    for (const char* text : {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"})
      if (const auto network = IpNetwork::parse(text)) all.push_back(*network);
    return all;
  }();
  const auto parsed = IpAddress::parse(address);
  return parsed && std::any_of(networks.begin(), networks.end(),
                               [&](const auto& network) { return network.contains(*parsed); });
}

std::vector<Candidate> with_announced(const Candidate& local, const std::vector<std::string>& announced) {
  const auto own = IpAddress::parse(local.address);
  if (local.type != "host" || !own || nearness_of(local.address) != Nearness::ordinary) return {local};
  std::vector<Candidate> told;
  for (const auto& address : announced) {
    const auto outside = IpAddress::parse(address);
    if (!outside || outside->is_v4() != own->is_v4() || *outside == *own) continue;
    Candidate candidate = local;
    candidate.address = outside->text();
    // Another base is another foundation, and priorities must differ (RFC 8445, 5.1.1.3 and 5.1.2.1): the
    // local preference is the 16 bits above the lowest 8.
    candidate.foundation = fmt::format("{}a{}", local.foundation.substr(0, 28), told.size());
    candidate.priority -= std::min(local.priority, static_cast<std::uint32_t>(told.size() + 1) << 8U);
    told.push_back(std::move(candidate));
  }
  if (told.empty() || !is_private_address(local.address)) told.insert(told.begin(), local);
  return told;
}

}  // namespace tessera::webrtc
