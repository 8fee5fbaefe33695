#include "room/picture_director.hpp"

#include <algorithm>

#include "gst/element.hpp"
#include "room/seat.hpp"

namespace tessera::room {
namespace {

std::chrono::milliseconds now_ms() { return std::chrono::milliseconds(gst::now() / GST_MSECOND); }

std::vector<std::shared_ptr<Seat>> in_order(const PictureDirector::Seats& seats) {
  std::vector<std::shared_ptr<Seat>> ordered;
  for (const auto& [id, seat] : seats)
    if (seat->in_picture()) ordered.push_back(seat);
  std::sort(ordered.begin(), ordered.end(),
            [](const auto& a, const auto& b) { return a->joined_order() < b->joined_order(); });
  return ordered;
}

media::TileStyle style_of(const layout::Placement& placement) {
  media::TileStyle style;
  style.fit = placement.fit == layout::Fit::contain ? media::Fit::contain : media::Fit::cover;
  style.border = placement.border;
  style.border_color = placement.border_color;
  style.speaking_color = placement.speaking_color;
  style.label = placement.label;
  return style;
}

}  // namespace

Result<void> PictureDirector::choose(const std::string& name) {
  if (!layouts_.find(name))
    return error("unknown-layout", "there is no layout \"{}\"; there are {}", name, fmt::join(layouts_.names(), ", "));
  chosen_ = name;
  return {};
}

bool PictureDirector::floor_moved(const std::vector<std::string>& talkers) {
  talkers_ = talkers;
  const std::string before = speaker_policy_.floor();
  return speaker_policy_.update(now_ms(), talkers, present_) != before;
}

std::vector<layout::Person> PictureDirector::people(const Seats& seats) const {
  std::vector<layout::Person> result;
  for (const auto& seat : in_order(seats)) {
    const auto& identity = seat->identity();
    layout::Person person;
    person.id = identity.id;
    person.role = identity.role;
    person.joined = static_cast<std::int64_t>(seat->joined_order());
    person.last_spoke = speaker_policy_.last_spoke(identity.id);
    person.pinned = seat->pinned();
    person.hand = seat->hand();
    person.kind = seat->shows_video() ? layout::Kind::camera : layout::Kind::audio_only;
    const auto camera = seat->tile()->stats();
    person.width = camera.source_width;
    person.height = camera.source_height;
    result.push_back(person);
    if (const auto screen = seat->screen_tile()) {
      const auto source = screen->stats();
      person.kind = layout::Kind::screen;
      person.width = source.source_width;
      person.height = source.source_height;
      result.push_back(person);
    }
  }
  return result;
}

bool PictureDirector::update(const Seats& seats) {
  present_.clear();
  for (const auto& seat : in_order(seats)) present_.push_back(seat->identity().id);
  const auto& spec = canvas_.spec();
  const layout::Layout* layout = layouts_.find(chosen_);
  if (!layout) return false;

  layout::Situation situation;
  situation.people = people(seats);
  situation.floor = speaker_policy_.update(now_ms(), talkers_, present_);
  situation.max_tiles = spec.max_tiles;
  const bool same_layout = solved_with_ == chosen_;
  auto solution =
      layout::solve(*layout, spec.width, spec.height, situation, same_layout ? &solution_ : nullptr);

  std::vector<media::TilePlacement> placements;
  std::vector<std::shared_ptr<media::Tile>> shown;
  placed_.clear();
  for (const auto& person : situation.people) {
    const auto* placement = solution.find(person.id, person.kind);
    const std::string kind = person.kind == layout::Kind::screen ? "screen" : "camera";
    const layout::Rect rect = placement ? placement->rect : layout::Rect{};
    placed_.push_back({person.id, kind, {rect.x, rect.y, rect.w, rect.h}});
  }
  for (const auto& placement : solution.placements) {
    const auto seat = seats.find(placement.id);
    if (seat == seats.end()) continue;  // an image of the layout
    const auto tile = placement.kind == layout::Kind::screen ? seat->second->screen_tile() : seat->second->tile();
    if (!tile) continue;
    const auto& r = placement.rect;
    placements.push_back({tile, {r.x, r.y, r.w, r.h}, style_of(placement)});
    shown.push_back(tile);
  }
  // The same answer with another tile object (a new screen) is a change too.
  if (same_layout && solution == solution_ && shown == shown_) return false;
  solution_ = std::move(solution);
  solved_with_ = chosen_;
  shown_ = std::move(shown);
  canvas_.apply(std::move(placements), solution_.background);
  return true;
}

Json PictureDirector::describe() const {
  const auto& spec = canvas_.spec();
  Json placements = Json::array();
  for (const auto& placement : solution_.placements)
    placements.push(Json::object({{"participant", placement.id},
                                  {"kind", placement.kind == layout::Kind::screen ? "screen" : "camera"},
                                  {"x", placement.rect.x},
                                  {"y", placement.rect.y},
                                  {"w", placement.rect.w},
                                  {"h", placement.rect.h}}));
  return Json::object({{"name", chosen_},
                       {"width", spec.width},
                       {"height", spec.height},
                       {"placements", placements},
                       {"overflow", solution_.overflow}});
}

}  // namespace tessera::room
