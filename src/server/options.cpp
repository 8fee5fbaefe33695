#include "server/options.hpp"

#include <fmt/core.h>

#include "base/log.hpp"

namespace tessera::server {

Result<config::ServerConfig> configuration(const ServeOptions& options) {
  auto loaded = config::ServerConfig::load(options.config_file);
  if (!loaded) return loaded;
  config::ServerConfig& config = *loaded;
  if (!options.listen.empty()) {
    auto listen = config::parse_listen(options.listen);
    if (!listen) return error("bad-config", "--listen: {}", listen.error().message);
    config.listen = std::move(*listen);
  }
  if (!options.recordings.empty()) config.recording.directory = options.recordings;
  if (!options.layouts.empty()) config.paths.layouts = options.layouts;
  if (!options.pipelines.empty()) config.paths.pipelines = options.pipelines;
  if (!options.log_level.empty()) config.log.level = options.log_level;
  if (!options.ice_addresses.empty()) config.ice.addresses = options.ice_addresses;
  return loaded;
}

int wrong_configuration(const Error& failure) {
  fmt::print(stderr, "tessera: {}\n", failure.message);
  return 2;
}

}  // namespace tessera::server
