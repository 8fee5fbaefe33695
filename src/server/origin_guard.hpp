#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace tessera::server {

/// An open server trusts whoever reaches it, and every page in a browser on this machine can reach loopback.
/// So an open server answers only under a name that cannot be somebody else's (an IP address or localhost; a
/// name of the attacker's that resolves to 127.0.0.1 would otherwise make its page "same origin"), and
/// refuses what pages from elsewhere send. Pure.

/// Whether a Host header ("127.0.0.1:8080", "localhost", "[::1]:8080") is an IP address or localhost.
bool is_local_host_header(std::string_view host);

/// Whether an Origin header may act on an open server: none (no browser, or a plain GET), or a page from this
/// machine.
bool is_local_origin(std::string_view origin);

/// Which pages may use this server, by the Origin header that browsers send and other clients do not.
class OriginRule {
 public:
  /// `open`: nobody needs a token here. `allowed`: exceptions from the rule for open servers
  /// (http.allowedOrigins); "*" for every page.
  OriginRule(bool open, std::vector<std::string> allowed) : open_(open), allowed_(std::move(allowed)) {}

  /// With tokens every page may: a token does not travel by itself, as a cookie does, so a page that has none
  /// can do nothing. Without, pages of this machine and the exceptions.
  [[nodiscard]] bool admits(std::string_view origin) const;
  /// Whether pages from elsewhere may show what this server sends without asking
  /// (Cross-Origin-Resource-Policy).
  [[nodiscard]] bool embeddable() const { return !open_ || !allowed_.empty(); }
  [[nodiscard]] bool open() const { return open_; }

 private:
  bool open_;
  std::vector<std::string> allowed_;
};

}  // namespace tessera::server
