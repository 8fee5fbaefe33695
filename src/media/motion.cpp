#include "media/motion.hpp"

#include <algorithm>
#include <cmath>

#include "media/fit.hpp"

namespace tessera::media {

double eased(double elapsed, double duration) {
  if (duration <= 0) return 1;
  const double t = std::clamp(elapsed / duration, 0.0, 1.0);
  return t * t * (3 - 2 * t);  // the cubic without speed at either end
}

Rect between(const Rect& from, const Rect& to, double share) {
  if (share <= 0) return from;
  if (share >= 1) return to;
  const auto mix = [&](int a, int b) { return static_cast<int>(std::lround(a + (b - a) * share)); };
  // Edges, not sizes: two tiles with a common edge on the way from and to a common edge keep it.
  const int left = mix(from.x, to.x) & ~1, top = mix(from.y, to.y) & ~1;
  const int right = mix(from.x + from.w, to.x + to.w) & ~1, bottom = mix(from.y + from.h, to.y + to.h) & ~1;
  return {left, top, std::max(2, right - left), std::max(2, bottom - top)};
}

Rect speck_in(const Rect& rect) {
  return {(rect.x + rect.w / 2) & ~1, (rect.y + rect.h / 2) & ~1, 2, 2};
}

}  // namespace tessera::media
