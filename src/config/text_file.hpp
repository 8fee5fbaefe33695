#pragma once
#include <cstddef>
#include <string>

#include "base/result.hpp"

namespace tessera::config {

/// The whole of a regular file of at most `max_bytes`. Error: "cannot-read", naming the file and the reason.
Result<std::string> read_text_file(const std::string& path, std::size_t max_bytes);

}  // namespace tessera::config
