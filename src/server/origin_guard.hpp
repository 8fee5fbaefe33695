#pragma once
#include <string_view>

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

}  // namespace tessera::server
