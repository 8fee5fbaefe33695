#include "media/picture_tile.hpp"

#include "base/log.hpp"
#include "gst/cpu_stage.hpp"
#include "gst/element.hpp"
#include "media/frame.hpp"

namespace tessera::media {
namespace {

constexpr GstClockTime stall_after = 2 * GST_SECOND;
/// A frame this far from now has a broken clock behind it: it is shown as it comes.
constexpr GstClockTimeDiff plausible = 5 * GST_SECOND;

const char* caption_of(TileState state) {
  switch (state) {
    case TileState::connecting:
      return "connecting…";
    case TileState::live:
      return "connecting…";  // live, and no frame yet
    case TileState::camera_off:
      return "";
    case TileState::stalled:
      return "connection lost";
    case TileState::gone:
      return "left";
  }
  return "";
}

}  // namespace

PictureTile::PictureTile(std::string name) {
  dress_.name = std::move(name);
}

PictureTile::PictureTile(std::string name, gst::Ptr<GstSample> picture) : for_ever_(true) {
  dress_.name = std::move(name);
  state_ = TileState::live;
  push(picture.get());
}

bool PictureTile::read(GstSample* sample, GstClockTime now) {
  GstCaps* caps = sample ? gst_sample_get_caps(sample) : nullptr;
  if (!caps || !gst_sample_get_buffer(sample)) return false;
  if (caps != caps_.get()) {
    GstVideoInfo info;
    if (!gst_video_info_from_caps(&info, caps)) return false;
    if (info.width < 1 || info.height < 1 || info.width > largest_side || info.height > largest_side)
      return false;
    raw_.info = info;
    caps_ = gst::ref(caps);
    source_width_ = info.width;
    source_height_ = info.height;
  }
  const GstClockTime running_time = gst::running_time(sample);
  const bool usable =
      GST_CLOCK_TIME_IS_VALID(running_time) && std::abs(GST_CLOCK_DIFF(running_time, now)) < plausible;
  raw_.running_time = usable ? running_time : now;
  raw_.sample = gst::ref(sample);
  return true;
}

void PictureTile::push(GstSample* sample) {
  const gst::StageTimer timer(gst::Stage::scale);
  const std::lock_guard lock(drawing_);
  if (!shows_frames(state_)) return;
  const GstClockTime now = gst::now();
  if (!read(sample, now)) {
    log::debug("tile {}: a sample that is no raw picture was dropped", dress_.name);
    return;
  }
  bool drawn = true;
  for (const auto& view : views())
    drawn = view->draw_frame(raw_.info, gst_sample_get_buffer(raw_.sample.get()), raw_.running_time) && drawn;
  if (!drawn) {
    raw_.sample.reset();
    log::debug("tile {}: a frame could not be scaled and was dropped", dress_.name);
    return;
  }
  ++frames_in_;
  waiting_since_ = now;
  stalled_ = false;
}

void PictureTile::set_state(TileState state) {
  const std::lock_guard lock(drawing_);
  const TileState before = state_;
  if (state == before && state != TileState::stalled) return;
  waiting_since_ = gst::now();
  if (!shows_frames(state))
    raw_.sample.reset();  // a picture from before must not come back with the next state
  state_ = state;
  stalled_ = state == TileState::stalled;
  for (const auto& view : views()) {
    if (!shows_frames(state)) view->forget_frames();
    draw(*view);
  }
}

void PictureTile::heard() {
  const std::lock_guard lock(drawing_);
  waiting_since_ = gst::now();
  if (state_ == TileState::stalled || !stalled_.exchange(false)) return;
  for (const auto& view : views()) draw(*view);
}

void PictureTile::redress(auto change) {
  const std::lock_guard lock(drawing_);
  if (!change(dress_)) return;
  for (const auto& view : views()) draw(*view);
}

void PictureTile::set_name(const std::string& name) {
  redress([&](Dress& dress) { return std::exchange(dress.name, name) != name; });
}

void PictureTile::set_speaking(bool speaking) {
  redress([&](Dress& dress) { return std::exchange(dress.speaking, speaking) != speaking; });
}

void PictureTile::set_muted(bool muted) {
  redress([&](Dress& dress) { return std::exchange(dress.muted, muted) != muted; });
}

void PictureTile::set_hand(bool raised) {
  redress([&](Dress& dress) { return std::exchange(dress.hand, raised) != raised; });
}

void PictureTile::set_avatar(std::shared_ptr<const Image> avatar) {
  redress([&](Dress& dress) { return std::exchange(dress.avatar, avatar) != avatar; });
}

void PictureTile::set_playout_delay(std::chrono::milliseconds delay) {
  playout_delay_ = std::chrono::nanoseconds(delay).count();
}

std::vector<std::shared_ptr<TileView>> PictureTile::views() {
  std::vector<std::shared_ptr<TileView>> living;
  std::erase_if(views_, [&](const auto& weak) {
    auto view = weak.lock();
    if (!view) return true;
    living.push_back(std::move(view));
    return false;
  });
  return living;
}

void PictureTile::draw(TileView& view) {
  view.set_dress(dress_);
  GstBuffer* raw = raw_.sample ? gst_sample_get_buffer(raw_.sample.get()) : nullptr;
  if (stalled_ && raw)
    view.draw_stalled(raw_.info, raw, caption_of(TileState::stalled));
  else if (stalled_)
    view.draw_card(caption_of(TileState::stalled));
  else if (raw)
    view.draw_frame(raw_.info, raw, raw_.running_time);
  else
    view.draw_card(caption_of(state_));
}

std::shared_ptr<TileView> PictureTile::view_for(const Look& look) {
  const std::lock_guard lock(drawing_);
  for (auto& view : views())
    if (view->look() == look) return view;
  auto view = std::make_shared<TileView>(look);
  draw(*view);
  views_.push_back(view);
  return view;
}

void PictureTile::watch(GstClockTime now) {
  const std::lock_guard lock(drawing_);
  const bool expecting = state_ == TileState::live || (state_ == TileState::connecting && raw_.sample);
  if (!expecting || for_ever_ || stalled_ || now < waiting_since_ + stall_after) return;
  stalled_ = true;
  for (const auto& view : views()) draw(*view);
}

gst::Ptr<GstBuffer> PictureTile::take(TileView& view, GstClockTime cutoff) {
  const TileState state = state_;
  if (!shows_frames(state) || stalled_) {
    shown_ = shows_frames(state) ? TileState::stalled : state;
    if (auto still = view.still()) return still;
  }
  bool fresh = false;
  if (auto frame = view.due(static_cast<GstClockTimeDiff>(cutoff) - playout_delay_, fresh)) {
    if (fresh) ++frames_shown_;
    shown_ = TileState::live;
    return frame;
  }
  shown_ = shows_frames(state) ? TileState::connecting : state;
  return view.still();
}

Tile::Stats PictureTile::stats() const {
  return {frames_in_, frames_shown_, source_width_, source_height_, shown_};
}

}  // namespace tessera::media
