#include "media/transition.hpp"

#include <algorithm>

#include "media/blit.hpp"
#include "media/fit.hpp"
#include "media/motion.hpp"

namespace tessera::media {
namespace {

const PlacedView* find(const std::vector<PlacedView>& list, const PictureTile* tile) {
  const auto found =
      std::find_if(list.begin(), list.end(), [&](const auto& one) { return one.tile.get() == tile; });
  return found == list.end() ? nullptr : &*found;
}

int area(const TileView& view) {
  return view.look().width * view.look().height;
}

}  // namespace

Transition::Transition(std::vector<PlacedView> from, const std::vector<PlacedView>& to, GstClockTime start,
                       GstClockTime duration)
    : start_(start), duration_(duration) {
  for (auto& one : from)
    if (!find(to, one.tile.get())) moving_.push_back({one, one.rect, speck_in(one.rect)});
  for (const auto& one : to) {
    const PlacedView* before = find(from, one.tile.get());
    Moving moving{one, before ? before->rect : speck_in(one.rect), one.rect};
    if (before && area(*before->view) > area(*one.view)) moving.one.view = before->view;
    moving_.push_back(std::move(moving));
  }
}

bool Transition::moves(const std::vector<PlacedView>& from, const std::vector<PlacedView>& to) {
  return !std::equal(from.begin(), from.end(), to.begin(), to.end(),
                     [](const auto& a, const auto& b) { return a.tile == b.tile && a.rect == b.rect; });
}

std::vector<PlacedView> Transition::at(GstClockTime time) const {
  const double elapsed = time > start_ ? static_cast<double>(time - start_) : 0;
  const double share = eased(elapsed, static_cast<double>(duration_));
  std::vector<PlacedView> placed;
  for (const auto& moving : moving_)
    placed.push_back({moving.one.tile, moving.one.view, between(moving.from, moving.to, share)});
  return placed;
}

gst::Ptr<GstBuffer> Transition::paint(FramePool& frames, const BackdropPicture& behind, GstClockTime time,
                                      GstClockTime cutoff) const {
  auto buffer = frames.acquire();
  if (!buffer) return nullptr;
  MappedFrame canvas(frames.info(), buffer.get(), GST_MAP_READWRITE);
  MappedFrame back(frames.info(), behind.buffer(), GST_MAP_READ);
  if (!canvas || !back) return nullptr;
  const Rect whole{0, 0, GST_VIDEO_INFO_WIDTH(&frames.info()), GST_VIDEO_INFO_HEIGHT(&frames.info())};
  blit(canvas.get(), whole, back.get(), whole);
  for (const auto& one : at(time)) {
    const auto picture = one.tile->take(*one.view, cutoff);
    if (!picture) continue;
    const int width = one.view->look().width, height = one.view->look().height;
    const GstVideoInfo info = i420_info(width, height);
    MappedFrame tile(info, picture.get(), GST_MAP_READ);
    if (!tile) continue;
    // On the way the shape is between two others: the picture is cropped to it, never stretched.
    const auto fit = plan_fit({width, height}, one.rect.w, one.rect.h, Fit::cover);
    blit(canvas.get(), one.rect, tile.get(), fit.source);
  }
  return buffer;
}

}  // namespace tessera::media
