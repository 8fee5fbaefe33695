#pragma once
#include <string>
#include <vector>

namespace tessera::config {

/// How the processes that read strangers' bytes are confined (docs/operating.md, "Sandbox").
struct SandboxConfig {
  std::string mode = "auto";          ///< "auto": what the kernel can do; "required"; "off"
  std::vector<std::string> readable;  ///< further places, for pipelines that need them
  std::vector<std::string> writable;  ///< likewise, devices included
  int room_threads = 16384;           ///< pids.max of a room, where a cgroup is delegated
  bool operator==(const SandboxConfig&) const = default;
};

}  // namespace tessera::config
