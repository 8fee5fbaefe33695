#pragma once
#include <algorithm>
#include <cstdint>

namespace tessera::payload {

/// In pixels; 0×0: unknown.
struct PictureSize {
  int width = 0, height = 0;
  [[nodiscard]] bool known() const { return width > 0 && height > 0; }
  [[nodiscard]] std::uint64_t pixels() const {
    return static_cast<std::uint64_t>(width) * static_cast<std::uint64_t>(height);
  }
  bool operator==(const PictureSize&) const = default;
};

inline PictureSize larger(const PictureSize& a, const PictureSize& b) {
  return {std::max(a.width, b.width), std::max(a.height, b.height)};
}

}  // namespace tessera::payload
