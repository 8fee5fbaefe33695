#pragma once
#include <string>

#include "base/result.hpp"
#include "config/server_config.hpp"

namespace tessera::config {

/// Whether media can be sent and received on that address of this machine now.
[[nodiscard]] bool is_host_address(const std::string& address);

/// Error "bad-config" names each of ice.addresses that this machine does not have. Not part of validate(): a
/// configuration may be checked on another machine than it is for.
Result<void> check_host_addresses(const IceConfig& ice);

}  // namespace tessera::config
