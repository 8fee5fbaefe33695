#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/json.hpp"

namespace tessera::recording {

/// "950 B", "12.3 MB", "1.2 GB": powers of 1000.
std::string size_text(std::int64_t bytes);
/// "0:59", "1:02:03".
std::string duration_text(std::int64_t milliseconds);
/// One row for each manifest under a heading; columns as wide as they need to be.
std::string table_of(const std::vector<Json>& manifests);

}  // namespace tessera::recording
