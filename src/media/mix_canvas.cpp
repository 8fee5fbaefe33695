#include "media/mix_canvas.hpp"

#include <pthread.h>
#include <time.h>

#include "base/log.hpp"
#include "gst/cpu_stage.hpp"
#include "gst/element.hpp"
#include "media/drawing.hpp"
#include "media/fit.hpp"
#include "media/image.hpp"

namespace tessera::media {
namespace {

constexpr std::chrono::milliseconds watch_period{250};

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
  canvas->watch_ = loop.every(watch_period, [self = canvas.get()] {
    for (const auto& weak : self->tiles_)
      if (const auto tile = weak.lock()) tile->watch(gst::now());
  });
  canvas->thread_ = std::thread([self = canvas.get()] { self->run(); });
  return std::unique_ptr<Canvas>(std::move(canvas));
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
    auto view = tile->view_for(look_of(rect, placement.style, behind_));
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
  transition_ = moves ? std::make_unique<Transition>(std::move(from), plan_->entries, time - period, plan_->transition)
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
  for (const auto& entry : plan_->entries)
    if (auto picture = entry.tile->take(*entry.view, cutoff))
      inputs.push_back({entry.rect, std::move(picture)});
  return inputs;
}

void MixCanvas::tick(GstClockTime time) {
  if (!composer_->idle()) {
    ++skipped_;
    return;
  }
  take_new_plan(time);
  if (consumers_.size() == 0) return;
  auto inputs = pictures(time);
  held_before_ = std::move(held_);
  held_.clear();
  for (const auto& input : inputs) held_.push_back(gst::ref(input.picture.get()));
  composer_->compose(std::move(inputs), time);
}

}  // namespace tessera::media
