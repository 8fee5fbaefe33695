#include "remix/picture_mix.hpp"

#include <algorithm>
#include <filesystem>

#include "media/blit.hpp"
#include "media/image.hpp"
#include "media/placement_style.hpp"

namespace tessera::remix {
namespace {

using layout::Kind;

/// A picture that old is of somebody who has gone, or switched the camera off.
constexpr GstClockTime stale_after = 2 * GST_SECOND;

bool overlap(const layout::Rect& a, const layout::Rect& b) {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

const layout::Layout& fallback() {
  static const layout::Layout grid = [] {
    const auto json = Json::parse(R"({"name": "grid", "templates": [{"regions": [
        {"id": "all", "x": 0, "y": 0, "w": 1, "h": 1, "show": "others", "grid": {}}]}]})");
    auto made = json ? layout::Layout::from_json(*json) : Result<layout::Layout>(json.error());
    return made ? std::move(*made) : layout::Layout{};
  }();
  return grid;
}

}  // namespace

PictureMix::PictureMix(PictureSpec spec, Story story, std::vector<Footage> footage)
    : spec_(std::move(spec)),
      story_(std::move(story)),
      footage_(std::move(footage)),
      frames_(spec_.width, spec_.height) {}

bool PictureMix::is_wanted(const Actor& actor) const {
  return spec_.only.empty() || spec_.only.contains(actor.id) || spec_.only.contains(actor.name);
}

const layout::Layout& PictureMix::layout() const {
  if (spec_.layout) return *spec_.layout;
  const auto* known = spec_.layouts.find(story_.layout());
  if (!known) known = spec_.layouts.find("grid");
  return known ? *known : fallback();
}

void PictureMix::read_sources(GstClockTime time) {
  sources_.clear();
  // A frame that is due within half a period is shown now, as the live canvas does.
  const GstClockTime cutoff = time + GST_SECOND / static_cast<GstClockTime>(2 * spec_.framerate);
  for (const auto& footage : footage_) {
    const bool fresh = footage.track->advance(cutoff);
    const Picture* picture = footage.track->current();
    // A screen that does not move sends nothing, and is shown until it is not shared any more.
    if (!picture || (!footage.screen && picture->time + stale_after < time)) continue;
    Source& source = sources_[{footage.participant, footage.screen ? Kind::screen : Kind::camera}];
    // After a reconnection two files may both have a picture that is not old: the newer one counts.
    if (!source.picture || source.picture->time < picture->time) source = {picture, fresh};
  }
}

layout::Situation PictureMix::situation(GstClockTime time) {
  layout::Situation situation;
  if (!spec_.layout) situation.assigned = story_.assigned();  // another layout has other regions
  std::vector<std::string> present;
  for (const auto& actor : actors_) present.push_back(actor.id);
  // The policy's own milliseconds begin at 1: it takes 0 for never.
  situation.floor =
      floor_.update(std::chrono::milliseconds(1 + time / GST_MSECOND), story_.talkers(), present);
  for (const auto& actor : actors_) {
    layout::Person person;
    person.id = actor.id;
    person.role = actor.role;
    person.joined = actor.joined;
    person.last_spoke = floor_.last_spoke(actor.id);
    person.pinned = actor.pinned;
    person.hand = actor.hand;
    const auto camera = sources_.find({actor.id, Kind::camera});
    const bool shown = actor.presence().camera && camera != sources_.end();
    person.kind = shown ? Kind::camera : Kind::audio_only;
    if (shown) {
      person.width = camera->second.picture->info.width;
      person.height = camera->second.picture->info.height;
    }
    situation.people.push_back(person);
    const auto screen = sources_.find({actor.id, Kind::screen});
    if (!actor.screen || !actor.presence().screen || screen == sources_.end()) continue;
    person.kind = Kind::screen;
    person.width = screen->second.picture->info.width;
    person.height = screen->second.picture->info.height;
    situation.people.push_back(person);
  }
  return situation;
}

gst::Ptr<GstBuffer> PictureMix::paint(GstClockTime time) {
  if (story_.advance(static_cast<std::int64_t>(time / GST_MSECOND)) || actors_.empty()) {
    actors_ = story_.actors();
    std::erase_if(actors_, [this](const Actor& actor) { return !is_wanted(actor); });
    dresses_changed_ = true;
  }
  read_sources(time);
  const layout::Layout& now = layout();
  const bool same_layout = behind_ && solved_with_ == now.name;
  auto solution =
      layout::solve(now, spec_.width, spec_.height, situation(time), same_layout ? &solution_ : nullptr);
  if (!same_layout || solution != solution_) {
    solved_with_ = now.name;
    arrange(std::move(solution));
  }
  for (auto& tile : tiles_) {
    if (tile.placement.kind == Kind::image)
      draw_image(tile);
    else
      draw_source(tile);
  }
  dresses_changed_ = false;
  return compose();
}

void PictureMix::arrange(layout::Solution solution) {
  solution_ = std::move(solution);
  media::Backdrop backdrop{solution_.background, nullptr};
  const auto folder = std::filesystem::path(spec_.layout ? spec_.images : spec_.layouts.directory());
  if (!solution_.background_image.empty())
    if (auto image = media::Image::load((folder / solution_.background_image).string()))
      backdrop.image = std::move(*image);
  // Image compares by address: one that was loaded again is another, which costs a redraw and no more.
  if (!behind_ || behind_->backdrop() != backdrop)
    behind_ = std::make_shared<const media::BackdropPicture>(backdrop, spec_.width, spec_.height);
  std::vector<Tile> before = std::exchange(tiles_, {});
  for (const auto& placement : solution_.placements) {
    const auto& r = placement.rect;
    const media::Rect rect{r.x, r.y, r.w, r.h};
    const bool over = std::any_of(tiles_.begin(), tiles_.end(),
                                  [&](const Tile& below) { return overlap(below.placement.rect, r); });
    const auto look = media::look_of(rect, media::style_of(placement), behind_, over);
    Tile tile{placement, nullptr, nullptr, false};
    if (look.over) tile.cut = std::make_unique<media::CornerCut>(r.w, r.h, placement.radius);
    const auto kept = std::find_if(before.begin(), before.end(), [&](const Tile& old) {
      return old.view && old.placement.id == placement.id && old.placement.kind == placement.kind &&
             old.view->look() == look;
    });
    if (kept != before.end()) {
      tile.view = std::move(kept->view);
      tile.drawn = kept->drawn;
    } else {
      tile.view = std::make_shared<media::TileView>(look);
    }
    tiles_.push_back(std::move(tile));
  }
  dresses_changed_ = true;
}

media::Dress PictureMix::dress_of(const layout::Placement& placement) const {
  media::Dress dress;
  const auto actor =
      std::find_if(actors_.begin(), actors_.end(), [&](const Actor& one) { return one.id == placement.id; });
  if (actor == actors_.end()) return dress;
  const bool screen = placement.kind == Kind::screen;
  const auto& talkers = story_.talkers();
  dress.name = screen ? actor->name + " (screen)" : actor->name;
  dress.speaking = !screen && std::find(talkers.begin(), talkers.end(), actor->id) != talkers.end();
  dress.muted = !screen && !actor->audio;
  dress.hand = !screen && actor->hand;
  return dress;
}

void PictureMix::draw_source(Tile& tile) {
  if (dresses_changed_ || !tile.drawn) tile.view->set_dress(dress_of(tile.placement));
  if (tile.placement.kind == Kind::audio_only) {
    if (dresses_changed_ || !tile.drawn) tile.view->draw_card("");
    tile.drawn = true;
    return;
  }
  const auto source = sources_.find({tile.placement.id, tile.placement.kind});
  if (source == sources_.end()) return;
  if (!source->second.fresh && tile.drawn && !dresses_changed_) return;
  const Picture& picture = *source->second.picture;
  tile.drawn = tile.view->draw_frame(picture.info, picture.buffer.get(), picture.time) || tile.drawn;
}

void PictureMix::draw_image(Tile& tile) {
  if (std::exchange(tile.drawn, true)) return;
  const auto folder = std::filesystem::path(spec_.layout ? spec_.images : spec_.layouts.directory());
  const auto image = media::Image::load((folder / tile.placement.image).string());
  if (!image) return;
  const auto sample = (*image)->sample(solution_.background);
  GstVideoInfo info;
  if (gst_video_info_from_caps(&info, gst_sample_get_caps(sample.get())))
    tile.view->draw_frame(info, gst_sample_get_buffer(sample.get()), 0);
}

gst::Ptr<GstBuffer> PictureMix::compose() {
  auto frame = frames_.acquire();
  if (!frame) return nullptr;
  media::MappedFrame canvas(frames_.info(), frame.get(), GST_MAP_READWRITE);
  media::MappedFrame behind(frames_.info(), behind_->buffer(), GST_MAP_READ);
  if (!canvas || !behind) return nullptr;
  const media::Rect whole{0, 0, spec_.width, spec_.height};
  media::blit(canvas.get(), whole, behind.get(), whole);
  for (auto& tile : tiles_) {
    const auto& r = tile.placement.rect;
    bool fresh = false;
    auto picture =
        tile.placement.kind == Kind::audio_only ? tile.view->still() : tile.view->due(G_MAXINT64, fresh);
    if (!picture) continue;
    if (tile.cut) picture = gst::adopt(gst_buffer_copy_deep(picture.get()));  // the view's own is shared
    media::MappedFrame mapped(media::i420_info(r.w, r.h), picture.get(),
                              tile.cut ? GST_MAP_READWRITE : GST_MAP_READ);
    if (!mapped) continue;
    for (int corner = 0; tile.cut && corner < media::CornerCut::corners; ++corner)
      tile.cut->reveal(corner, mapped.get(), canvas.get(), r.x, r.y);
    media::blit(canvas.get(), {r.x, r.y, r.w, r.h}, mapped.get(), {0, 0, r.w, r.h});
  }
  return frame;
}

}  // namespace tessera::remix
