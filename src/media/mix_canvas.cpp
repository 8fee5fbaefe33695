#include "media/mix_canvas.hpp"

#include <pthread.h>
#include <time.h>

#include <algorithm>

#include "base/log.hpp"
#include "gst/cpu_stage.hpp"
#include "gst/element.hpp"
#include "media/drawing.hpp"
#include "media/fit.hpp"
#include "media/image.hpp"

namespace tessera::media {
namespace {

constexpr std::chrono::milliseconds watch_period{250};
/// A frame takes milliseconds; far less than this only on a machine that stands still altogether.
constexpr GstClockTime stuck_after = 5 * GST_SECOND;

bool overlap(const Rect& a, const Rect& b) {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}
bool contains(const Rect& outer, const Rect& inner) {
  return outer.x <= inner.x && outer.y <= inner.y && outer.x + outer.w >= inner.x + inner.w &&
         outer.y + outer.h >= inner.y + inner.h;
}

/// The shared clock is the monotonic one, so its nanoseconds are running times (gst::make_pipeline).
void sleep_until(GstClockTime time) {
  const timespec wake{static_cast<time_t>(time / GST_SECOND), static_cast<long>(time % GST_SECOND)};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &wake, nullptr) == EINTR) {
  }
}

}  // namespace

Result<std::unique_ptr<Canvas>> MixCanvas::create(Loop& loop, CanvasSpec spec) {
  gst::ensure_initialised();
  spec.width &= ~1;
  spec.height &= ~1;
  if (spec.width < 16 || spec.height < 16 || spec.framerate < 1 || spec.framerate > 120)
    return error("bad-request", "a canvas of {}×{} at {} frames a second cannot be made", spec.width,
                 spec.height, spec.framerate);
  std::unique_ptr<MixCanvas> canvas(new MixCanvas(spec));
  auto composer = Composer::create(loop, spec, [self = canvas.get()](gst::Ptr<GstBuffer> frame) {
    ++self->ticks_;
    self->consumers_.call(frame.get());
  });
  if (!composer) return std::move(composer).error();
  canvas->composer_ = std::move(*composer);
  warm_up_fonts();
  canvas->apply({}, spec.background);
  canvas->watch_ = loop.every(watch_period, [self = canvas.get()] { self->watch(); });
  canvas->thread_ = std::thread([self = canvas.get()] { self->run(); });
  return std::unique_ptr<Canvas>(std::move(canvas));
}

void MixCanvas::watch() {
  const GstClockTime now = gst::now();
  for (const auto& weak : tiles_)
    if (const auto tile = weak.lock()) tile->watch(now);
  const GstClockTime busy = busy_since_;
  if (busy == 0 || now < busy + stuck_after || !on_stuck_) return;
  std::exchange(on_stuck_, nullptr)();
}

MixCanvas::~MixCanvas() {
  watch_.reset();
  stopping_ = true;
  composer_->stop();  // first: it ends a push that the tick thread may be waiting in
  if (thread_.joinable()) thread_.join();
}

std::shared_ptr<Tile> MixCanvas::create_tile(const std::string& name) {
  auto tile = std::make_shared<PictureTile>(name);
  std::erase_if(tiles_, [](const auto& weak) { return weak.expired(); });
  tiles_.push_back(tile);
  return tile;
}

std::shared_ptr<Tile> MixCanvas::create_image_tile(const Image& image, std::uint32_t behind) {
  return std::make_shared<PictureTile>("", image.sample(behind));
}

void MixCanvas::apply(Scene scene) {
  auto& placements = scene.placements;
  if (static_cast<int>(placements.size()) > spec_.max_tiles) {
    log::warn("canvas: {} tiles asked for, {} are drawn", placements.size(), spec_.max_tiles);
    placements.resize(static_cast<std::size_t>(spec_.max_tiles));
  }
  if (!behind_ || behind_->backdrop() != scene.backdrop)
    behind_ = std::make_shared<const BackdropPicture>(scene.backdrop, spec_.width, spec_.height);
  auto plan = std::make_shared<Plan>();
  plan->behind = behind_;
  plan->transition = static_cast<GstClockTime>(std::chrono::nanoseconds(scene.transition).count());
  for (const TilePlacement& placement : placements) {
    const Rect rect = even(placement.rect);
    auto tile = std::dynamic_pointer_cast<PictureTile>(placement.tile);
    if (!tile || rect.w == 0 || rect.w > 2 * spec_.width || rect.h > 2 * spec_.height) continue;
    const bool over = std::any_of(plan->entries.begin(), plan->entries.end(),
                                  [&](const PlacedView& below) { return overlap(below.rect, rect); });
    const Look look = look_of(rect, placement.style, behind_, over);
    plan->cuts.push_back(look.over ? std::make_unique<CornerCut>(rect.w, rect.h, placement.style.radius)
                                   : nullptr);
    auto view = tile->view_for(look);
    plan->entries.push_back({std::move(tile), std::move(view), rect});
  }
  std::shared_ptr<const Plan> replaced = std::move(plan);
  {
    const std::lock_guard lock(plan_mutex_);
    next_plan_.swap(replaced);
  }
}

std::shared_ptr<void> MixCanvas::subscribe(RawFrameConsumer consumer) {
  return consumers_.subscribe(std::move(consumer));
}

GstClockTime MixCanvas::time_of(std::uint64_t number) const {
  return gst_util_uint64_scale(number, GST_SECOND, static_cast<guint64>(spec_.framerate));
}

void MixCanvas::run() {
  pthread_setname_np(pthread_self(), "canvas-tick");
  std::uint64_t number = 0;
  while (!stopping_) {
    // The next multiple of 1/framerate on the shared clock; ticks that were slept through are not made up
    // for.
    const std::uint64_t next =
        gst_util_uint64_scale(gst::now(), static_cast<guint64>(spec_.framerate), GST_SECOND) + 1;
    if (number != 0 && next > number + 1 && consumers_.size() > 0) skipped_ += next - number - 1;
    number = std::max(next, number + 1);
    sleep_until(time_of(number));
    if (!stopping_) tick(time_of(number));
  }
}

void MixCanvas::take_new_plan(GstClockTime time) {
  std::shared_ptr<const Plan> next;
  {
    const std::lock_guard lock(plan_mutex_);
    next.swap(next_plan_);
  }
  if (transition_ && transition_->over(time)) transition_.reset();
  if (!next) return;
  const auto before = std::exchange(plan_, std::move(next));
  // One that is under way is left where it is: the next starts there.
  auto from = transition_ ? transition_->at(time) : before ? before->entries : std::vector<PlacedView>{};
  const bool moves = before && plan_->transition > 0 && Transition::moves(from, plan_->entries);
  // The frame of this tick is the first that is on the way, not one more of before.
  const GstClockTime period = time_of(1);
  transition_ =
      moves ? std::make_unique<Transition>(std::move(from), plan_->entries, time - period, plan_->transition)
            : nullptr;
}

MixCanvas::Inputs MixCanvas::pictures(GstClockTime time) {
  const GstClockTime cutoff = time + GST_SECOND / static_cast<GstClockTime>(2 * spec_.framerate);
  const Rect whole{0, 0, spec_.width, spec_.height};
  Inputs inputs;
  if (transition_) {
    const gst::StageTimer timer(gst::Stage::compose);
    if (auto frame = transition_->paint(frames_, *plan_->behind, time, cutoff)) {
      inputs.push_back({whole, std::move(frame)});
      return inputs;
    }
  }
  inputs.reserve(plan_->entries.size() + 1);
  inputs.push_back({whole, gst::ref(plan_->behind->buffer())});
  for (std::size_t i = 0; i < plan_->entries.size(); ++i) {
    const auto& entry = plan_->entries[i];
    Composer::Input input{entry.rect, entry.tile->take(*entry.view, cutoff)};
    if (!input.picture) continue;
    if (plan_->cuts[i])
      if (auto cut = cut_corners(*plan_->cuts[i], input, inputs)) input.picture = std::move(cut);
    inputs.push_back(std::move(input));
  }
  return inputs;
}

// A copy of a (small) tile with what lies under its corners in them. Where no one picture lies under a whole
// corner, what is under that one is shown: the background lies under all.
gst::Ptr<GstBuffer> MixCanvas::cut_corners(const CornerCut& cut, const Composer::Input& tile,
                                           const Inputs& beneath) {
  const GstVideoInfo info = i420_info(tile.rect.w, tile.rect.h);
  auto copy = gst::adopt(gst_buffer_copy_deep(tile.picture.get()));
  MappedFrame frame(info, copy.get(), GST_MAP_READWRITE);
  if (!frame) return nullptr;
  for (int corner = 0; corner < CornerCut::corners; ++corner) {
    Rect place = cut.rect(corner);
    place.x += tile.rect.x, place.y += tile.rect.y;
    for (auto below = beneath.rbegin(); below != beneath.rend(); ++below) {
      if (!contains(below->rect, place)) continue;
      const GstVideoInfo below_info = i420_info(below->rect.w, below->rect.h);
      MappedFrame picture(below_info, below->picture.get(), GST_MAP_READ);
      if (picture)
        cut.reveal(corner, frame.get(), picture.get(), tile.rect.x - below->rect.x,
                   tile.rect.y - below->rect.y);
      break;
    }
  }
  return copy;
}

void MixCanvas::tick(GstClockTime time) {
  if (!composer_->idle()) {
    if (busy_since_ == 0) busy_since_ = gst::now();
    ++skipped_;
    return;
  }
  busy_since_ = 0;
  take_new_plan(time);
  if (consumers_.size() == 0) return;
  auto inputs = pictures(time);
  held_before_ = std::move(held_);
  held_.clear();
  for (const auto& input : inputs) held_.push_back(gst::ref(input.picture.get()));
  composer_->compose(std::move(inputs), time);
}

}  // namespace tessera::media
