#pragma once
// Which address a request comes from when reverse proxies stand in front. Pure.

#include <string>
#include <string_view>
#include <vector>

#include "base/ip_address.hpp"

namespace tessera::server {

/// The proxies whose word about their clients is believed (http.trustedProxies).
class TrustedProxies {
 public:
  TrustedProxies() = default;
  /// `networks`: addresses and networks; what is neither is left out (the configuration was validated).
  explicit TrustedProxies(const std::vector<std::string>& networks);

  [[nodiscard]] bool contains(const IpAddress& address) const;
  /// The same for an address as text; false for what is none.
  [[nodiscard]] bool contains(std::string_view address) const;

 private:
  std::vector<IpNetwork> networks_;
};

/// The client's address: the peer's; or, when the peer is a trusted proxy, the rightmost address in
/// `x_forwarded_for` that is no trusted proxy itself. Entries further left are whatever the client wrote.
/// `forwarded` (RFC 7239) counts when there is no X-Forwarded-For. When every address is a trusted proxy's,
/// the leftmost one; an entry that is no address ("unknown", "_hidden") ends the search at the proxy that
/// wrote it.
std::string client_address(std::string_view peer, std::string_view x_forwarded_for,
                           std::string_view forwarded, const TrustedProxies& proxies);

/// What a limit per address counts by: an IPv4 address itself, the /64 of an IPv6 address ("2001:db8::/64"),
/// because one subscriber usually has a whole /64. Text that is no address stays as it is.
std::string address_group(std::string_view address);

}  // namespace tessera::server
