#pragma once
// STUN and TURN servers as clients are told of them. Pure.

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "config/server_config.hpp"

namespace tessera::server {

struct TurnCredentials {
  std::string username;
  std::string password;
};

/// Time-limited credentials that coturn's `use-auth-secret` accepts: username "<expiry>:<participant>",
/// password base64(HMAC-SHA1(secret, username)).
TurnCredentials turn_credentials(const std::string& secret, std::string_view participant,
                                 std::chrono::system_clock::time_point expires);

/// RTCConfiguration.iceServers for this participant.
Json ice_servers(const config::IceConfig& ice, std::string_view participant,
                 std::chrono::system_clock::time_point now);

/// One Link header value per server URL (RFC 9725 section 4.6): `<stun:host:port>; rel="ice-server"`, with
/// username, credential and credential-type for TURN.
std::vector<std::string> ice_server_links(const config::IceConfig& ice, std::string_view participant,
                                          std::chrono::system_clock::time_point now);

/// What the server's own endpoint for this participant relays through, as webrtcbin takes it
/// ("turn://user:password@host:port?transport=udp", escaped), an array for the room: empty unless
/// `ice.turn.forServer`.
Json own_turn_servers(const config::TurnConfig& turn, std::string_view participant,
                      std::chrono::system_clock::time_point now);

}  // namespace tessera::server
