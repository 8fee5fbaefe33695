#pragma once
#include <string>
#include <vector>

#include "config/server_config.hpp"
#include "sandbox/enter.hpp"

namespace tessera::upload {

/// The process that the server starts for one recording: reads a line {"directory", "logLevel", "upload":
/// {…}} from `fd`, and writes lines to it: {"progress": 0…1} as it goes, at last {"state": "done", "url"} or
/// {"state": "failed", "code", "message"}. Exit status 0 when done. Confines itself to that recording and the
/// network (sandbox/policy.hpp).
int upload_process(int fd, sandbox::Mode mode, const sandbox::Extra& extra);

/// `tessera recording upload [ID…]`: uploads those named, or all that still have to be (or to go here
/// after it). 0 when all are there, 1 when one failed or cannot be read, 2 when one does not exist, or no
/// place is configured, or not what it needs.
int upload_command(const config::RecordingConfig& config, const std::vector<std::string>& ids);

}  // namespace tessera::upload
