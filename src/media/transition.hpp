#pragma once
// An animated switch from one picture of the room to another. While it lasts the canvas paints whole frames
// itself: a pad of the compositor would have to be renegotiated for every tile and frame.

#include <memory>
#include <vector>

#include "media/backdrop.hpp"
#include "media/canvas.hpp"
#include "media/frame.hpp"
#include "media/picture_tile.hpp"

namespace tessera::media {

/// A tile in its place.
struct PlacedView {
  std::shared_ptr<PictureTile> tile;
  std::shared_ptr<TileView> view;
  Rect rect;
};

/// Lives on the canvas tick. Tiles in both pictures move, those of the old one alone shrink away below the
/// others, those of the new one alone grow. Each shows its running picture all the time.
class Transition {
 public:
  /// `from` as it is shown at `start`; `to` as it shall be at `start` + `duration`.
  Transition(std::vector<PlacedView> from, const std::vector<PlacedView>& to, GstClockTime start,
             GstClockTime duration);

  /// Whether there is anything to move at all.
  static bool moves(const std::vector<PlacedView>& from, const std::vector<PlacedView>& to);

  [[nodiscard]] bool over(GstClockTime time) const { return time >= start_ + duration_; }
  /// Everything where it is at `time`, bottom first.
  [[nodiscard]] std::vector<PlacedView> at(GstClockTime time) const;
  /// The whole frame of `time`; tiles give what is due at `cutoff` (PictureTile::take). Null: no memory.
  gst::Ptr<GstBuffer> paint(FramePool& frames, const BackdropPicture& behind, GstClockTime time,
                            GstClockTime cutoff) const;

 private:
  struct Moving {
    PlacedView one;  ///< its view: the larger of the two, because shrinking looks better than blowing up
    Rect from, to;
  };
  GstClockTime start_, duration_;
  std::vector<Moving> moving_;
};

}  // namespace tessera::media
