#pragma once
#include <string_view>

#include "server/http.hpp"

namespace tessera::server {

/// Headers that every answer carries: what a browser may do with it (nosniff, Content-Security-Policy for
/// pages, camera, microphone and screen for our own pages only).
void add_security_headers(HttpResponse& response);

/// Cross-origin access (Fetch standard). WHIP and WHEP are made to be called from anywhere. The rest answers
/// any origin when tokens are required, since those do not travel by themselves as cookies do, and pages of
/// this machine when the server is open.
void add_cors_headers(HttpResponse& response, std::string_view path, std::string_view origin,
                      bool open_server);

/// The answer to OPTIONS: 204 with Allow and what a preflight asks for.
HttpResponse options_response(std::string_view allow);

/// Is this /whip/… or /whep/…?
bool is_whip_path(std::string_view path);

}  // namespace tessera::server
