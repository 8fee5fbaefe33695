#pragma once
// Puts this process into a sandbox, and tells what the kernel can do of it.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "sandbox/policy.hpp"

namespace tessera::sandbox {

enum class Mode {
  automatic,  ///< as much as the kernel can do
  required,   ///< all of it, or nothing runs
  off
};
/// "auto", "required" or "off"; anything else is automatic.
Mode mode_from(std::string_view word);

/// Confines the calling process to `policy`, for ever. Call before the process starts threads that read
/// strangers' bytes: Landlock holds for the calling thread and those it makes afterwards. What the kernel
/// lacks is left out, unless the mode is `required`. Error "sandbox": something that the kernel has could not
/// be applied, or is missing and required.
Result<void> enter(const Policy& policy, Mode mode);

/// One part of the sandbox, and whether it holds.
struct Mechanism {
  std::string name;
  bool in_force = false;
  std::string detail;  ///< the version, or why not
};

/// Tries everything in a short-lived process of its own. Call before this process starts threads.
std::vector<Mechanism> probe();
/// "bad-config" with what is missing, when the mode is `required` and something is.
Result<void> check_required(const std::vector<Mechanism>& mechanisms, Mode mode);

}  // namespace tessera::sandbox
