#pragma once
// Landlock: which files, TCP ports, signals and abstract sockets this process can reach (Linux 5.13 and
// later). A restriction holds for the calling thread, the threads it makes from then on, and for ever.

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "sandbox/policy.hpp"

namespace tessera::sandbox {

/// The version of Landlock that the kernel speaks; 0: none, or switched off.
int landlock_version();

/// What is asked of the kernel. Pure: the same on every machine.
struct LandlockPlan {
  std::uint64_t handled_files = 0;    ///< what is denied unless a rule allows it
  std::uint64_t handled_network = 0;  ///< likewise; no rule allows any of it
  std::uint64_t scoped = 0;           ///< what does not reach beyond the sandbox
  struct Rule {
    std::string path;
    std::uint64_t in_folder = 0;  ///< rights when the path is a folder
    std::uint64_t on_file = 0;    ///< and when it is a file or a device
  };
  std::vector<Rule> rules;
  std::size_t attribute_bytes = 0;  ///< of the attributes that this version knows
};
LandlockPlan plan_landlock(const Policy& policy, int version);

/// Restricts this thread. Error "sandbox" says what was refused.
Result<void> apply_landlock(const LandlockPlan& plan);

}  // namespace tessera::sandbox
