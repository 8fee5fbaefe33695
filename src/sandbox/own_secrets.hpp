#pragma once
// Keeps the secrets of the server's own process from others on the machine.

#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace tessera::sandbox {

/// Removes variables from the environment and overwrites them where they are: /proc/<pid>/environ shows the
/// memory that the process was started with. Call before threads read the environment.
void wipe_environment(const std::vector<std::string_view>& names);

/// From now on no process of another privilege reads this process's memory, environment or descriptors from
/// /proc, and it leaves no core dump. Error "sandbox".
Result<void> hide_memory();

}  // namespace tessera::sandbox
