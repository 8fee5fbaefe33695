#pragma once
#include <string_view>

#include "server/http.hpp"
#include "server/origin_guard.hpp"

namespace tessera::server {

/// Headers that every answer carries: what a browser may do with it (nosniff; for pages a
/// Content-Security-Policy, no window of another origin that can reach into them, and camera, microphone and
/// screen for our own pages only).
void add_security_headers(HttpResponse& response);

/// Strict-Transport-Security: a browser that has been here by HTTPS comes by HTTPS only, for a year. Not for
/// `host` "localhost" and addresses, where other programs have other ports.
void add_transport_security(HttpResponse& response, std::string_view host);

/// Cross-origin access (Fetch standard): any page when tokens are required; else those that `rule` admits, by
/// name.
void add_cors_headers(HttpResponse& response, std::string_view origin, const OriginRule& rule);

/// The answer to OPTIONS: 204 with Allow and what a preflight asks for.
HttpResponse options_response(std::string_view allow);

}  // namespace tessera::server
