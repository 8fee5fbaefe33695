#pragma once
#include <cstdint>
#include <string>

namespace tessera::recording {

/// A place in a recording worth jumping to.
struct Chapter {
  std::int64_t ms = 0;  ///< position in recorded time
  std::string title;
  bool operator==(const Chapter&) const = default;
};

}  // namespace tessera::recording
