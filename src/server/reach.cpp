#include "server/reach.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tessera::server {
namespace {

std::string media_ports(const config::IceConfig& ice) {
  if (ice.min_port == 0 && ice.max_port == 0)
    return "UDP, any port of 1024 and above: media (ice.minPort and ice.maxPort narrow it)";
  return fmt::format("UDP {} to {}: media, a port for each connection", ice.min_port ? ice.min_port : 1024,
                     ice.max_port ? ice.max_port : 65535);
}

bool without_udp(const std::string& url) {
  return url.starts_with("turns:") || url.find("transport=tcp") != std::string::npos;
}

}  // namespace

std::vector<std::string> needed_reach(const config::ServerConfig& config) {
  std::vector<std::string> lines{
      fmt::format("TCP {}:{}: pages, WebSocket, WHIP, WHEP, REST", config.listen.address, config.listen.port),
      media_ports(config.ice)};
  const auto& relays = config.ice.turn.urls;
  const auto relay = std::find_if(relays.begin(), relays.end(), without_udp);
  lines.push_back(
      relay == relays.end()
          ? "clients whose network has no UDP cannot take part (ice.turn has no relay over TCP or TLS)"
          : fmt::format("clients whose network has no UDP come through {}", *relay));
  return lines;
}

}  // namespace tessera::server
