#include "server/room_supervisor.hpp"

#include <algorithm>

#include "base/log.hpp"

namespace tessera::server {

RoomSupervisor::RoomSupervisor(Loop& loop, Spec spec, Listener listener)
    : loop_(loop), spec_(std::move(spec)), listener_(std::move(listener)) {
  keep_spares();
}

RoomSupervisor::~RoomSupervisor() {
  draining_ = true;
  listener_ = {};
  spares_.clear();
}

Result<std::shared_ptr<LiveRoom>> RoomSupervisor::open(const std::string& name, const Json& settings,
                                                       bool* created) {
  if (created) *created = false;
  if (draining_) return error("draining", "the server is shutting down");
  if (auto room = find(name)) return room;
  if (rooms_.size() >= spec_.max_rooms)
    return error("too-many-rooms", "this server has its limit of {} rooms open", spec_.max_rooms);
  auto process = take_process();
  if (!process) return std::move(process).error();

  const bool takes_over = crashed_.contains(name);
  const Json wanted = settings_for(name, settings);
  Json whole = wanted;
  if (spec_.layouts) whole.set("layouts", spec_.layouts());
  Spec::Confinement confinement;
  if (spec_.confinement) confinement = spec_.confinement(name);
  Json configure = Json::object({{"room", name},
                                 {"config", spec_.config},
                                 {"settings", std::move(whole)},
                                 {"confine", std::move(confinement.confine)}});
  auto room = std::make_shared<LiveRoom>(
      loop_, name, std::move(configure), spec_.timeouts,
      LiveRoom::Listener{[this](LiveRoom& live, const messages::Event& event) {
                           if (listener_.on_event) listener_.on_event(live, event);
                         },
                         [this](LiveRoom& live, const std::string& reason) {
                           // A join from now on opens a fresh room of that name.
                           const auto found = rooms_.find(live.name());
                           if (found == rooms_.end() || found->second.get() != &live) return;
                           closing_.push_back(found->second);
                           rooms_.erase(found);
                           if (listener_.on_closing) listener_.on_closing(live, reason);
                         },
                         [this, wanted, takes_over, since = std::chrono::steady_clock::now()](
                             LiveRoom& live, const std::string& reason) {
                           if (reason == "room-crashed") {
                             ++crashes_;
                             if (!takes_over || std::chrono::steady_clock::now() - since >= spec_.trial)
                               keep_settings_of(live, wanted);
                           }
                           if (listener_.on_ended) listener_.on_ended(live, reason);
                           std::erase_if(closing_, [&](const auto& one) { return one.get() == &live; });
                         },
                         [this](LiveRoom& live) {
                           if (listener_.on_opened) listener_.on_opened(live);
                         },
                         [this](LiveRoom& live, const std::string& participant) {
                           if (listener_.on_culprit) listener_.on_culprit(live, participant);
                         }});
  rooms_[name] = room;
  ++opened_;
  if (created) *created = true;
  room->keep(std::move(confinement.kept));
  room->start(std::move(*process));
  keep_spares();
  return room;
}

Json RoomSupervisor::settings_for(const std::string& name, const Json& settings) {
  const auto found = crashed_.find(name);
  if (found == crashed_.end()) return settings;
  Json merged = std::move(found->second.settings);
  crashed_.erase(found);
  // Whoever opens it with a layout has looked at what it shows: the choice of before is past.
  if (settings.has("layout")) merged.set("operatorLayout", Json());
  // The room that crashed could go on without its file; one that opens can not.
  if (spec_.layouts && !spec_.layouts().has(merged["layout"].as_string())) merged.set("layout", Json());
  for (const auto& [key, value] : settings.members()) merged.set(key, value);
  return merged;
}

void RoomSupervisor::keep_settings_of(const LiveRoom& room, Json opened_with) {
  for (const auto& [key, value] : room.changed_settings().members()) opened_with.set(key, value);
  if (opened_with.members().empty()) return;
  crashed_[room.name()] = {
      std::move(opened_with),
      loop_.after(spec_.keep_settings, [this, name = room.name()] { crashed_.erase(name); })};
}

std::shared_ptr<LiveRoom> RoomSupervisor::find(const std::string& name) const {
  const auto found = rooms_.find(name);
  return found == rooms_.end() ? nullptr : found->second;
}

std::vector<std::shared_ptr<LiveRoom>> RoomSupervisor::rooms() const {
  std::vector<std::shared_ptr<LiveRoom>> all;
  for (const auto& [name, room] : rooms_) all.push_back(room);
  return all;
}

void RoomSupervisor::drain(const std::string& reason) {
  draining_ = true;
  spare_timer_.reset();
  spares_.clear();
  for (const auto& room : rooms()) room->close(reason);
}

Result<std::unique_ptr<SpawnedRoom>> RoomSupervisor::take_process() {
  // The oldest first: it has had the most time to get ready.
  while (!spares_.empty()) {
    auto spare = std::move(spares_.front());
    spares_.erase(spares_.begin());
    if (!spare->gone()) return spare;
  }
  return spawn();
}

Result<std::unique_ptr<SpawnedRoom>> RoomSupervisor::spawn() {
  return SpawnedRoom::start(loop_, spec_.command, spec_.group ? spec_.group() : nullptr);
}

void RoomSupervisor::keep_spares() {
  if (draining_ || spare_timer_ || spares_.size() >= static_cast<std::size_t>(spec_.spares)) return;
  // A little later, so that starting one does not slow down the room that has just been asked for.
  const int doublings = std::min(spare_failures_, 7);
  spare_timer_ = loop_.after(std::chrono::milliseconds(250 * (1 << doublings)), [this] { start_spare(); });
}

void RoomSupervisor::start_spare() {
  spare_timer_.reset();
  auto made = spawn();
  if (!made) {
    log::error("no spare room process: {}", made.error().message);
    ++spare_failures_;
    return keep_spares();
  }
  spares_.push_back(std::move(*made));
  const SpawnedRoom* spare = spares_.back().get();
  spares_.back()->set_handlers({[this] { spare_failures_ = 0; }, nullptr,
                                [this, spare](const std::string& why) { on_spare_gone(spare, why); }});
  keep_spares();
}

void RoomSupervisor::on_spare_gone(const SpawnedRoom* spare, const std::string& why) {
  const auto erased = std::erase_if(spares_, [&](const auto& one) { return one.get() == spare; });
  if (erased == 0 || draining_) return;
  log::warn("a spare room process is gone: {}", why);
  ++spare_failures_;
  keep_spares();
}

}  // namespace tessera::server
