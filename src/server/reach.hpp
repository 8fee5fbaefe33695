#pragma once
#include <string>
#include <vector>

#include "config/server_config.hpp"

namespace tessera::server {

/// What has to be open between clients and this machine, a line each, for `tessera check`. Pure.
std::vector<std::string> needed_reach(const config::ServerConfig& config);

}  // namespace tessera::server
