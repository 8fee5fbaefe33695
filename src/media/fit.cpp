#include "media/fit.hpp"

#include <algorithm>
#include <cstdint>

namespace tessera::media {
namespace {

/// Offsets across: halving and doubling in GstVideoConverter 1.22 read and write chroma two bytes at a time,
/// with instructions that fault on an odd address.
int on_chroma_pair(std::int64_t offset) {
  return static_cast<int>(offset) & ~3;
}

int round_even(std::int64_t value, int most) {
  return static_cast<int>(std::clamp<std::int64_t>((value + 1) / 2 * 2, std::min(2, most), most));
}

}  // namespace

FitPlan plan_fit(SourceShape source, int tile_width, int tile_height, Fit fit) {
  const std::int64_t sw = std::max(1, source.width), sh = std::max(1, source.height);
  const std::int64_t tw = std::max(1, tile_width), th = std::max(1, tile_height);
  const std::int64_t pn = std::max(1, source.par_n), pd = std::max(1, source.par_d);
  FitPlan plan{{0, 0, static_cast<int>(sw), static_cast<int>(sh)},
               {0, 0, static_cast<int>(tw), static_cast<int>(th)}};
  // Compare the shapes without division: source is wider than the tile when sw·pn/(sh·pd) > tw/th.
  const std::int64_t source_side = sw * pn * th, tile_side = tw * sh * pd;
  if (source_side == tile_side) return plan;
  const bool wider = source_side > tile_side;
  if (fit == Fit::cover) {
    Rect& cut = plan.source;
    if (wider)
      cut.w = round_even(tw * sh * pd / (th * pn), cut.w);
    else
      cut.h = round_even(sw * pn * th / (tw * pd), cut.h);
    cut.x = on_chroma_pair((sw - cut.w) / 2);
    cut.y = static_cast<int>((sh - cut.h) / 2) & ~1;
  } else {
    Rect& box = plan.dest;
    if (wider)
      box.h = round_even(tw * sh * pd / (sw * pn), box.h);
    else
      box.w = round_even(sw * pn * th / (sh * pd), box.w);
    box.x = on_chroma_pair((tw - box.w) / 2);
    box.y = static_cast<int>((th - box.h) / 2) & ~1;
  }
  return plan;
}

Rect even(Rect rect) {
  if (rect.w <= 0 || rect.h <= 0) return {};
  return {rect.x & ~1, rect.y & ~1, std::max(2, rect.w & ~1), std::max(2, rect.h & ~1)};
}

}  // namespace tessera::media
