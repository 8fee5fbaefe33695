#include "room/picture_director.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "base/text.hpp"
#include "gst/element.hpp"
#include "media/placement_style.hpp"
#include "room/seat.hpp"

namespace tessera::room {
namespace {

std::chrono::milliseconds now_ms() {
  return std::chrono::milliseconds(gst::now() / GST_MSECOND);
}

std::vector<std::shared_ptr<Seat>> in_order(const PictureDirector::Seats& seats) {
  std::vector<std::shared_ptr<Seat>> ordered;
  for (const auto& [id, seat] : seats)
    if (seat->is_shown() && seat->tile()) ordered.push_back(seat);
  std::sort(ordered.begin(), ordered.end(),
            [](const auto& a, const auto& b) { return a->joined_order() < b->joined_order(); });
  return ordered;
}

Error unknown_layout(const config::Layouts& layouts, const std::string& name) {
  return error("unknown-layout", "there is no layout \"{}\"; there are {}", shortened(name, 80),
               fmt::join(layouts.names(), ", "));
}

// The regions that hold one person each, in any template.
std::set<std::string> single_regions(const layout::Layout& layout) {
  std::set<std::string> ids;
  for (const auto& one : layout.templates)
    for (const auto& region : one.regions)
      if (!region.grid) ids.insert(region.id);
  return ids;
}

// What clients know: somebody without a picture still has a camera's tile.
std::string_view kind_of(layout::Kind kind) {
  return layout::name_of(kind == layout::Kind::audio_only ? layout::Kind::camera : kind);
}

}  // namespace

Result<void> PictureDirector::set_default(const std::string& name) {
  if (!layouts_.find(name)) return unknown_layout(layouts_, name);
  default_ = name;
  if (choice_.name.empty()) choice_.name = name;
  return {};
}

Result<void> PictureDirector::choose(const std::string& name) {
  if (!name.empty() && !layouts_.find(name)) return unknown_layout(layouts_, name);
  operators_ = name;
  return {};
}

Result<void> PictureDirector::assign(Assignments assignments, const Seats& seats) {
  const auto* layout = layouts_.find(choice_for(layout::Facts::of(people(seats))).name);
  const auto regions = layout ? single_regions(*layout) : std::set<std::string>();
  for (const auto& [region, participant] : assignments) {
    if (!regions.contains(region))
      return error("bad-request", "pinned: this layout has no region \"{}\" for one person; it has {}",
                   shortened(region, 40),
                   regions.empty() ? "none" : fmt::format("{}", fmt::join(regions, ", ")));
    if (!seats.contains(participant))
      return error("unknown-participant", "pinned.{}: nobody with the id \"{}\" is in this room", region,
                   shortened(participant, 40));
  }
  assignments_ = std::move(assignments);
  return {};
}

void PictureDirector::layouts_changed() {
  images_.forget();
  solved_with_.clear();
}

layout::Choice PictureDirector::choice_for(const layout::Facts& facts) const {
  static const std::vector<layout::Rule> none;
  const auto* base = layouts_.find(default_);
  return layout::choose_layout(operators_, base ? base->rules : none, facts, default_,
                               [&](const std::string& name) { return layouts_.find(name) != nullptr; });
}

bool PictureDirector::sources_changed(const Seats& seats) const {
  const auto now = people(seats);
  return !std::equal(now.begin(), now.end(), solved_for_.begin(), solved_for_.end(),
                     [](const layout::Person& a, const layout::Person& b) {
                       return a.width == b.width && a.height == b.height;
                     });
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

std::string PictureDirector::path_of(const std::string& image) const {
  return (std::filesystem::path(layouts_.directory()) / image).string();
}

std::shared_ptr<media::Tile> PictureDirector::tile_of(const layout::Placement& placement,
                                                      const Seats& seats) {
  if (placement.kind == layout::Kind::image)
    return images_.tile(path_of(placement.image), solution_.background);
  const auto seat = seats.find(placement.id);
  if (seat == seats.end()) return nullptr;
  return placement.kind == layout::Kind::screen ? seat->second->screen_tile() : seat->second->tile();
}

void PictureDirector::note_places(const std::vector<layout::Person>& people) {
  placed_.clear();
  for (const auto& person : people) {
    const auto* placement = solution_.find(person.id, person.kind);
    const std::string kind = person.kind == layout::Kind::screen ? "screen" : "camera";
    const layout::Rect rect = placement ? placement->rect : layout::Rect{};
    placed_.push_back({person.id, kind, {rect.x, rect.y, rect.w, rect.h}});
  }
}

bool PictureDirector::update(const Seats& seats) {
  present_.clear();
  for (const auto& seat : in_order(seats)) present_.push_back(seat->identity().id);
  const auto& spec = canvas_.spec();
  layout::Situation situation;
  situation.people = people(seats);
  const layout::Choice choice = choice_for(layout::Facts::of(situation.people));
  const layout::Layout* layout = layouts_.find(choice.name);
  if (!layout) return false;
  situation.floor = speaker_policy_.update(now_ms(), talkers_, present_);
  situation.assigned = assignments_;
  situation.max_tiles = spec.max_tiles;
  const bool same_layout = solved_with_ == choice.name;
  auto solution =
      layout::solve(*layout, spec.width, spec.height, situation, same_layout ? &solution_ : nullptr);

  const bool same = same_layout && choice == choice_ && solution == solution_;
  choice_ = choice;
  solution_ = std::move(solution);
  solved_with_ = choice.name;
  note_places(situation.people);
  solved_for_ = std::move(situation.people);
  std::vector<std::shared_ptr<media::Tile>> shown;
  for (const auto& placement : solution_.placements) shown.push_back(tile_of(placement, seats));
  // The same answer with another tile object (a new screen) is a change too.
  if (same && shown == shown_) return false;
  shown_ = std::move(shown);
  show();
  return true;
}

void PictureDirector::show() {
  media::Scene scene;
  for (std::size_t i = 0; i < shown_.size(); ++i) {
    const auto& placement = solution_.placements[i];
    const auto& r = placement.rect;
    if (shown_[i]) scene.placements.push_back({shown_[i], {r.x, r.y, r.w, r.h}, media::style_of(placement)});
  }
  scene.backdrop.color = solution_.background;
  if (!solution_.background_image.empty())
    scene.backdrop.image = images_.image(path_of(solution_.background_image));
  scene.transition = std::chrono::milliseconds(solution_.transition_ms);
  canvas_.apply(std::move(scene));
}

Json PictureDirector::describe() const {
  const auto& spec = canvas_.spec();
  Json placements = Json::array();
  for (const auto& placement : solution_.placements)
    placements.push(Json::object({{"participant", placement.id},
                                  {"kind", kind_of(placement.kind)},
                                  {"region", placement.region},
                                  {"x", placement.rect.x},
                                  {"y", placement.rect.y},
                                  {"w", placement.rect.w},
                                  {"h", placement.rect.h}}));
  Json pinned = Json::object();
  for (const auto& [region, participant] : assignments_) pinned.set(region, participant);
  return Json::object({{"name", choice_.name},
                       {"choice", layout::name_of(choice_.by)},
                       {"default", default_},
                       {"width", spec.width},
                       {"height", spec.height},
                       {"placements", placements},
                       {"overflow", solution_.overflow},
                       {"pinned", pinned}});
}

}  // namespace tessera::room
