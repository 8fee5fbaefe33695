#include "remix/story.hpp"

#include <algorithm>

namespace tessera::remix {

using recording::TimelineEvent;

layout::Presence Actor::presence() const {
  return layout::presence_of(
      {.viewer = layout::is_viewer(kind, role), .held = held, .audio = audio, .video = video});
}

Story::Story(recording::Timeline timeline, const std::vector<recording::PartSpan>& parts) {
  std::vector<Scene> scenes;
  for (auto& event : timeline.events) {
    const std::int64_t ms = recording::position_of(event.time, parts);
    scenes.push_back({ms, std::move(event)});
  }
  std::stable_sort(scenes.begin(), scenes.end(), [](const Scene& a, const Scene& b) { return a.ms < b.ms; });
  scenes_ = std::make_shared<const std::vector<Scene>>(std::move(scenes));
}

bool Story::advance(std::int64_t ms) {
  const std::size_t before = next_;
  while (next_ < scenes_->size() && (*scenes_)[next_].ms <= ms) apply((*scenes_)[next_++].event);
  return next_ > before;
}

void Story::apply(const TimelineEvent& event) {
  const Json& data = event.data;
  const std::string id = data["id"].as_string();
  if (event.type == "part" && data["reason"].as_string() == "crash") {
    // Another process: whoever came back did so under a new id, and is named behind this line.
    actors_.clear();
    talkers_.clear();
  } else if (event.type == "participant-joined") {
    actors_[id] = {id,
                   data["name"].as_string(),
                   data["role"].as_string(),
                   data["kind"].as_string("participant"),
                   ++joins_,
                   data["audio"].as_bool(true),
                   data["video"].as_bool(true)};
  } else if (event.type == "participant-left") {
    actors_.erase(id);
    std::erase(talkers_, id);
  } else if (event.type == "speakers") {
    talkers_.clear();
    for (const auto& talker : data["ids"].items()) talkers_.push_back(talker.as_string());
  } else if (event.type == "layout") {
    layout_ = data["name"].as_string();
    assigned_.clear();
    for (const auto& [region, who] : data["pinned"].members()) assigned_[region] = who.as_string();
  } else if (const auto actor = actors_.find(id); actor != actors_.end()) {
    Actor& who = actor->second;
    const bool audio = data["what"].as_string() != "video";
    if (event.type == "muted" || event.type == "unmuted")
      (audio ? who.audio : who.video) = event.type == "unmuted";
    if (event.type == "screen-started" || event.type == "screen-stopped")
      who.screen = event.type == "screen-started";
    if (event.type == "hand-raised" || event.type == "hand-lowered") who.hand = event.type == "hand-raised";
    if (event.type == "pinned" || event.type == "unpinned") who.pinned = event.type == "pinned";
    if (event.type == "held" || event.type == "unheld") who.held = event.type == "held";
    if (event.type == "renamed") who.name = data["name"].as_string();
    if (event.type == "role") who.role = data["role"].as_string();
  }
}

bool Story::is_heard(const std::string& participant) const {
  const auto actor = actors_.find(participant);
  return actor != actors_.end() && actor->second.presence().heard;
}

bool Story::is_screen_heard(const std::string& participant) const {
  const auto actor = actors_.find(participant);
  return actor != actors_.end() && actor->second.presence().screen_sound;
}

std::vector<Actor> Story::actors() const {
  std::vector<Actor> all;
  for (const auto& [id, actor] : actors_)
    if (actor.presence().shown) all.push_back(actor);
  std::sort(all.begin(), all.end(), [](const Actor& a, const Actor& b) { return a.joined < b.joined; });
  return all;
}

}  // namespace tessera::remix
