#pragma once
#include <functional>
#include <string>

#include "base/result.hpp"
#include "recording/source.hpp"

namespace tessera::recording {

/// Copies to <to>.part, syncs it, reads it back, and gives it its name. Goes on behind what an earlier
/// attempt left; a file of that name and content stays as it is. `sha256`: of the source, hexadecimal.
/// Errors: "cannot-read", "cannot-write", "disk-full", "verify-failed", "interrupted". Blocking.
Result<void> copy_verified(const Source& from, const std::string& to, const std::string& sha256,
                           const std::function<void(double)>& progress = {});

}  // namespace tessera::recording
