#include "media/tile_view.hpp"

#include <algorithm>

#include "media/drawing.hpp"
#include "media/label.hpp"

namespace tessera::media {
namespace {

/// Frames waiting for their playout delay: two seconds of 30 a second. Older ones go first.
constexpr std::size_t most_waiting = 60;
/// A speaking border is seen even where the layout draws none.
constexpr int speaking_border = 4;

}  // namespace

Look look_of(const Rect& rect, const TileStyle& style, std::shared_ptr<const BackdropPicture> behind,
             bool over) {
  over = over && style.radius > 0;
  // Only a rounded corner on an image shows where the tile lies; elsewhere a tile that moves keeps its
  // pictures.
  const bool anywhere = behind->is_plain() || style.radius == 0 || over;
  return {rect.w, rect.h, style, std::move(behind), anywhere ? 0 : rect.x, anywhere ? 0 : rect.y, over};
}

TileView::TileView(Look look)
    : look_(std::move(look)),
      pool_(look_.width, look_.height),
      scaler_(look_.width, look_.height, look_.style.fit, to_yuv(look_.behind->backdrop().color)) {
  const TileStyle& style = look_.style;
  quiet_frame_ = frame_of(style.border, style.border_color);
  speaking_frame_ = frame_of(std::max(style.border, speaking_border), style.speaking_color);
  more_ = draw_more(style.more, style.label_position, look_.width, look_.height, inset());
}

TileFrame TileView::frame_of(int border, std::uint32_t color) const {
  return {{look_.width, look_.height, look_.style.radius, border, color, look_.over},
          *look_.behind,
          look_.x,
          look_.y};
}

int TileView::inset() const {
  // A third of the radius is what a rounding takes from a corner's diagonal, nearly.
  return std::max(look_.style.border, speaking_border) + look_.style.radius / 3;
}

void TileView::set_dress(const Dress& dress) {
  using layout::LabelShow;
  const LabelShow show = look_.style.label;
  const bool named = show == LabelShow::always || (show == LabelShow::speaking && dress.speaking);
  const LabelText text{named ? dress.name : "", dress.muted, dress.hand};
  dress_ = dress;
  if (text == text_) return;
  text_ = text;
  label_ = draw_label(text, look_.style.label_position, look_.width, look_.height, inset());
}

void TileView::dress_up(GstVideoFrame* frame) const {
  (dress_.speaking ? speaking_frame_ : quiet_frame_).draw(frame);
  label_.blend(frame);
  more_.blend(frame);
}

bool TileView::draw_frame(const GstVideoInfo& info, GstBuffer* raw, GstClockTime running_time) {
  auto buffer = pool_.acquire();
  if (!buffer) return false;
  {
    MappedFrame frame(pool_.info(), buffer.get(), GST_MAP_READWRITE);
    if (!frame || !scaler_.scale(info, raw, frame.get())) return false;
    dress_up(frame.get());
  }
  const std::lock_guard lock(mutex_);
  if (!queue_.empty() && queue_.back().running_time == running_time) {  // the same frame in a new dress
    queue_.back().buffer = std::move(buffer);
    return true;
  }
  queue_.push_back({running_time, std::move(buffer), false});
  if (queue_.size() > most_waiting) queue_.pop_front();
  return true;
}

void TileView::draw_card(const std::string& caption) {
  auto buffer = pool_.acquire();
  if (!buffer) return;
  {
    MappedFrame frame(pool_.info(), buffer.get(), GST_MAP_READWRITE);
    if (!frame) return;
    media::draw_card(frame.get(), dress_.name, dress_.avatar.get(), caption);
    dress_up(frame.get());
  }
  set_still(std::move(buffer));
}

void TileView::draw_stalled(const GstVideoInfo& info, GstBuffer* raw, const std::string& caption) {
  auto buffer = pool_.acquire();
  if (!buffer) return;
  {
    MappedFrame frame(pool_.info(), buffer.get(), GST_MAP_READWRITE);
    if (!frame || !scaler_.scale(info, raw, frame.get())) return;
    dim(frame.get(), 45);
    draw_caption(caption, look_.width, look_.height).blend(frame.get());
    dress_up(frame.get());
  }
  set_still(std::move(buffer));
}

void TileView::set_still(gst::Ptr<GstBuffer> picture) {
  const std::lock_guard lock(mutex_);
  still_ = std::move(picture);
}

void TileView::forget_frames() {
  const std::lock_guard lock(mutex_);
  queue_.clear();
}

gst::Ptr<GstBuffer> TileView::due(GstClockTimeDiff cutoff, bool& fresh) {
  const std::lock_guard lock(mutex_);
  if (queue_.empty()) return nullptr;
  while (queue_.size() > 1 && static_cast<GstClockTimeDiff>(queue_[1].running_time) <= cutoff)
    queue_.pop_front();
  Picture& picture = queue_.front();
  fresh = !std::exchange(picture.shown, true);
  return gst::ref(picture.buffer.get());
}

gst::Ptr<GstBuffer> TileView::still() {
  const std::lock_guard lock(mutex_);
  return gst::ref(still_.get());
}

}  // namespace tessera::media
