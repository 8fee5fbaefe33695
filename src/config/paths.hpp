#pragma once
#include <string>

#include "config/server_config.hpp"

namespace tessera::config {

/// Where the running binary is, or "" when /proc does not say.
std::string executable_directory();

/// Finds the directories that were left at their defaults: in the working directory, else two above the
/// executable (build/release/tessera in a source tree), else in ../share/tessera beside it (installed; not
/// for recordings). What is found nowhere is left as it is. Directories that were set are not touched.
void resolve_default_directories(ServerConfig& config, const std::string& executable_dir);

}  // namespace tessera::config
