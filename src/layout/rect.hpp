#pragma once

namespace tessera::layout {

/// Pixels of the canvas, all even.
struct Rect {
  int x = 0, y = 0, w = 0, h = 0;
  [[nodiscard]] bool empty() const { return w <= 0 || h <= 0; }
  bool operator==(const Rect&) const = default;
};

}  // namespace tessera::layout
