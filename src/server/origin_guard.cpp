#include "server/origin_guard.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <string>

#include "config/server_config.hpp"

namespace tessera::server {
namespace {

std::string_view without_port(std::string_view host) {
  if (host.starts_with('[')) {
    const auto end = host.find(']');
    return end == std::string_view::npos ? std::string_view{} : host.substr(1, end - 1);
  }
  return host.substr(0, host.find(':'));
}

bool is_localhost(std::string_view name) {
  return name == "localhost" || name.ends_with(".localhost");
}

}  // namespace

bool is_local_host_header(std::string_view host) {
  const std::string name(without_port(host));
  in6_addr binary;
  return is_localhost(name) || inet_pton(AF_INET, name.c_str(), &binary) == 1 ||
         inet_pton(AF_INET6, name.c_str(), &binary) == 1;
}

bool is_local_origin(std::string_view origin) {
  if (origin.empty()) return true;
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!origin.starts_with(scheme)) continue;
    const std::string_view name = without_port(origin.substr(scheme.size()));
    return is_localhost(name) || config::is_loopback(name);
  }
  return false;
}

bool OriginRule::admits(std::string_view origin) const {
  if (!open_ || is_local_origin(origin)) return true;
  return std::any_of(allowed_.begin(), allowed_.end(),
                     [&](const std::string& one) { return one == "*" || one == origin; });
}

}  // namespace tessera::server
