#pragma once
// The pictures of one tile at one size and look. A tile has one view per placement; a layout change makes new
// views before the plan changes, and the old ones go with the old plan.

#include <deque>
#include <mutex>
#include <string>

#include "media/backdrop.hpp"
#include "media/canvas.hpp"
#include "media/frame.hpp"
#include "media/label.hpp"
#include "media/overlay.hpp"
#include "media/scaler.hpp"
#include "media/tile_frame.hpp"

namespace tessera::media {

struct Look {
  int width = 0, height = 0;
  TileStyle style;
  std::shared_ptr<const BackdropPicture> behind;
  int x = 0, y = 0;   ///< on the canvas; 0 where it makes no difference to the picture
  bool over = false;  ///< lies over another tile: its rounded corners are cut out at each tick
  bool operator==(const Look&) const = default;
};

/// The look of a tile with that style in that place. `over`: it lies over another tile.
Look look_of(const Rect& rect, const TileStyle& style, std::shared_ptr<const BackdropPicture> behind,
             bool over = false);

/// What is drawn over a picture, or instead of one.
struct Dress {
  std::string name;
  bool speaking = false, muted = false, hand = false;
  std::shared_ptr<const Image> avatar;
};

/// The drawing calls are made under the tile's drawing lock, on any thread except where said; `due` and
/// `still` on the canvas tick.
class TileView {
 public:
  explicit TileView(Look look);

  [[nodiscard]] const Look& look() const { return look_; }

  /// Control thread: draws text. Takes effect with the next picture drawn.
  void set_dress(const Dress& dress);
  /// Scales and dresses a frame and puts it in the queue. False when the frame is unusable.
  bool draw_frame(const GstVideoInfo& info, GstBuffer* raw, GstClockTime running_time);
  /// Control thread. The still picture: a card with initials and a caption (may be empty).
  void draw_card(const std::string& caption);
  /// Control thread. The still picture: the last frame without colour, darkened, with a caption.
  void draw_stalled(const GstVideoInfo& info, GstBuffer* raw, const std::string& caption);
  void forget_frames();

  /// The newest frame with running time ≤ `cutoff`, again and again until a newer one is due; before the
  /// first one is due, that one. `fresh` when it was not returned before. Null when there is none.
  gst::Ptr<GstBuffer> due(GstClockTimeDiff cutoff, bool& fresh);
  /// The still picture, or null.
  gst::Ptr<GstBuffer> still();

 private:
  struct Picture {
    GstClockTime running_time = 0;
    gst::Ptr<GstBuffer> buffer;
    bool shown = false;
  };
  [[nodiscard]] TileFrame frame_of(int border, std::uint32_t color) const;
  [[nodiscard]] int inset() const;
  void dress_up(GstVideoFrame* frame) const;
  void set_still(gst::Ptr<GstBuffer> picture);

  const Look look_;
  FramePool pool_;
  Scaler scaler_;
  Dress dress_;
  TileFrame quiet_frame_, speaking_frame_;
  LabelText text_;  ///< of label_
  Overlay label_, more_;

  std::mutex mutex_;  ///< guards the pictures; held for moments only
  std::deque<Picture> queue_;
  gst::Ptr<GstBuffer> still_;
};

}  // namespace tessera::media
