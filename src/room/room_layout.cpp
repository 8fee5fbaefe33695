// The room's picture as operators steer it: which layout, who where, and layouts that change on disk.
#include "base/log.hpp"
#include "base/text.hpp"
#include "room/room.hpp"

namespace tessera::room {

Result<Json> Room::set_layout(const Json& wanted) {
  const Json& name = wanted["name"];
  if (!name.is_null() && !name.is_string())
    return error("bad-request",
                 "name is that of a layout, or null to leave the choice to the rules and the default");
  PictureDirector::Assignments assignments;
  if (!wanted["pinned"].is_null() && !wanted["pinned"].is_object())
    return error("bad-request", "pinned is an object: {{\"<region>\": \"<participant>\"}}");
  for (const auto& [region, participant] : wanted["pinned"].members()) {
    if (participant.is_null()) continue;
    if (!participant.is_string())
      return error("bad-request", "pinned.{} is the id of a participant", shortened(region, 40));
    assignments[region] = participant.as_string();
  }
  const std::string before = director_->operators_choice();
  if (wanted.has("name"))
    if (auto chosen = director_->choose(name.as_string()); !chosen) return std::move(chosen).error();
  // Another layout has other regions: what was assigned in the one before does not carry over.
  if (wanted.has("pinned") || wanted.has("name")) {
    if (auto assigned = director_->assign(std::move(assignments), seats_); !assigned) {
      (void)director_->choose(before);
      return std::move(assigned).error();
    }
  }
  update_picture();
  return Json::object({{"layout", director_->describe()}});
}

Result<Json> Room::set_layouts(const Json& sources) {
  auto layouts = config::Layouts::from_sources(config_.paths.layouts, sources);
  if (!layouts) return std::move(layouts).error();
  layouts_ = std::move(*layouts);
  director_->layouts_changed();
  log::info("layouts: {} of them now", layouts_.size());
  emit("layouts", Json::object({{"layouts", layouts_.titles()}}));
  update_picture();
  return Json::object();
}

}  // namespace tessera::room
