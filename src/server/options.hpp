#pragma once
#include "config/server_config.hpp"
#include "server/serve.hpp"

namespace tessera::server {

/// Configuration as `tessera serve` would run with it: file, environment, flags; not yet validated.
Result<config::ServerConfig> configuration(const ServeOptions& options);

/// Prints the error, every line of it, and returns exit status 2.
int wrong_configuration(const Error& failure);

}  // namespace tessera::server
