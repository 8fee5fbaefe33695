#include "room/room.hpp"

#include <fmt/chrono.h>
#include <malloc.h>

#include <algorithm>

#include "base/log.hpp"
#include "base/random.hpp"
#include "base/text.hpp"
#include "config/room_settings.hpp"
#include "messages/limits.hpp"
#include "room/names.hpp"
#include "room/participant_changes.hpp"
#include "room/places.hpp"
#include "room/roles.hpp"
#include "room/source_hint.hpp"

namespace tessera::room {
namespace {

constexpr auto close_limit = std::chrono::seconds(6);  // the front kills a room that takes longer than 10 s

std::string utc_now() {
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}Z", fmt::gmtime(std::time(nullptr)));
}

Error no_participant(const std::string& id) {
  return error("unknown-participant", "nobody with the id \"{}\" is in this room", id);
}

}  // namespace

Room::Room(Loop& loop, config::ServerConfig config, std::string id, Emit emit)
    : loop_(loop),
      config_(std::move(config)),
      id_(std::move(id)),
      emit_(std::move(emit)),
      started_at_(utc_now()),
      memory_(std::uint64_t{1024} * 1024 * static_cast<std::uint64_t>(config_.limits.room_memory_mb)) {}

Result<std::unique_ptr<Room>> Room::create(Loop& loop, config::ServerConfig config, std::string id,
                                           const Json& settings, Emit emit) {
  log::configure(log::level_from(config.log.level), "room " + id);
  std::unique_ptr<Room> room(new Room(loop, std::move(config), std::move(id), std::move(emit)));
  if (auto started = room->start(settings); !started) return std::move(started).error();
  return room;
}

Result<void> Room::start(const Json& settings) {
  auto pipelines = config::Pipelines::load(config_.paths.pipelines);
  if (!pipelines) return std::move(pipelines).error();
  pipelines_ = std::move(*pipelines);
  // From the front, which has checked them and keeps the last good ones; alone (in a test) from the folder.
  auto layouts = settings["layouts"].is_object()
                     ? config::Layouts::from_sources(config_.paths.layouts, settings["layouts"])
                     : config::Layouts::load(config_.paths.layouts);
  if (!layouts) return std::move(layouts).error();
  layouts_ = std::move(*layouts);

  auto wanted = config::room_with(config_.room, settings);
  if (!wanted) return std::move(wanted).error();
  config_.room = std::move(*wanted);
  media::CanvasSpec spec;
  spec.width = config_.room.width;
  spec.height = config_.room.height;
  spec.framerate = config_.room.framerate;
  spec.max_tiles = config_.room.max_tiles;
  auto canvas = media::Canvas::create(loop_, spec);
  if (!canvas) return std::move(canvas).error();
  canvas_ = std::move(*canvas);
  canvas_->on_stuck([] {
    log::error(
        "the compositor gives no picture any more; ending this process so that a fresh one takes over");
    std::_Exit(EXIT_FAILURE);
  });
  renditions_ = media::Renditions::create(loop_, *canvas_, pipelines_);

  auto sound = sound_settings(config_.audio, settings);
  if (!sound) return std::move(sound).error();
  sound_settings_ = std::move(*sound);
  auto bridge = media::Bridge::create(loop_, sound_settings_.bridge);
  if (!bridge) return std::move(bridge).error();
  bridge_ = std::move(*bridge);
  bridge_->on_speakers([this](const std::vector<std::string>& talkers) { on_speakers(talkers); });

  sound_ = std::make_unique<RoomSound>(loop_, *bridge_, config_, seats_,
                                       settings["chimes"].as_bool(config_.announcements.chimes),
                                       [this](std::string name, Json data, std::string to) {
                                         if (!closing_) emit(std::move(name), std::move(data), std::move(to));
                                       });

  director_ = std::make_unique<PictureDirector>(*canvas_, layouts_);
  avatars_ = std::make_unique<Avatars>(config_.paths.layouts + "/avatars");
  if (auto known = director_->set_default(config_.room.layout); !known) return std::move(known).error();
  if (const std::string chosen = settings["operatorLayout"].as_string(); !chosen.empty())
    if (auto known = director_->choose(chosen); !known)
      log::warn("the layout that was chosen before is not there any more: {}", known.error().message);
  // The floor changes by time too (hold and hysteresis), not only when somebody starts to talk.
  floor_tick_ = loop_.every(std::chrono::milliseconds(100), [this] {
    if (director_->floor_moved(speakers_) || director_->sources_changed(seats_)) schedule_picture();
  });
  connect_tick_ = loop_.every(std::chrono::seconds(1), [this] {
    give_up_unconnected();
    for (const auto& [id, seat] : seats_) seat->show_life();
  });
  constexpr std::uint64_t million = 1'000'000;
  decode_budget_ = std::make_unique<DecodeBudget>(
      loop_,
      media::PixelBudget::Limits{
          .endpoint = million * static_cast<std::uint64_t>(config_.limits.endpoint_megapixels),
          .room = million * static_cast<std::uint64_t>(config_.limits.room_megapixels)},
      seats_, [this] {
        if (!closing_) send_source_hints();
      });
  watch_memory();
  watch_emptiness();
  log::info("open: {}x{} at {} fps, layout {}", spec.width, spec.height, spec.framerate, config_.room.layout);
  return {};
}

Room::~Room() {
  *alive_ = false;
  closing_ = true;
  floor_tick_.reset();
  connect_tick_.reset();
  memory_tick_.reset();
  decode_budget_.reset();
  if (bridge_) bridge_->on_speakers({});
  recording_.reset();
  sound_.reset();
  seats_.clear();
  director_.reset();
  renditions_.reset();
  bridge_.reset();
  canvas_.reset();
  // Endpoints whose last reference went on a streaming thread are in the queue and still need the worker.
  for (int turn = 0; turn < 1000 && g_main_context_iteration(loop_.context(), FALSE); ++turn) {
  }
}

Result<std::shared_ptr<Seat>> Room::seat(const std::string& participant) const {
  const auto found = seats_.find(participant);
  if (found == seats_.end()) return no_participant(participant);
  return found->second;
}

SeatEvents Room::events_for(const std::string& participant) {
  SeatEvents events;
  events.changed = [this, participant] {
    const auto found = seats_.find(participant);
    if (!closing_ && found != seats_.end()) emit("participant-updated", found->second->describe());
  };
  events.picture_changed = [this] { schedule_picture(); };
  events.local_candidate = [this, participant](const std::string& endpoint, const std::string& candidate,
                                               int mline, const std::string& mid) {
    emit("candidate",
         Json::object({{"endpoint", endpoint},
                       {"candidate", candidate},
                       {"sdpMid", mid.empty() ? Json() : Json(mid)},
                       {"sdpMLineIndex", mline}}),
         participant);
  };
  events.endpoint_state = [this, participant](const std::string& endpoint, const std::string& state,
                                              const std::string& reason) {
    if (closing_) return;
    emit("endpoint", Json::object({{"endpoint", endpoint}, {"state", state}, {"reason", reason}}),
         participant);
    if (state == "connected") sound_->connected();
    // A WHIP or WHEP session is its connection: when that is gone nobody can come back to the seat.
    const auto found = seats_.find(participant);
    if (state == "closed" && endpoint == "main" && found != seats_.end() &&
        found->second->identity().kind != SeatKind::participant)
      loop_.post([this, alive = alive_, participant, reason] {
        if (*alive) (void)leave(participant, reason);
      });
  };
  return events;
}

Result<Json> Room::join(const JoinRequest& request) {
  if (closing_) return error("conflict", "the room is closing");
  std::shared_ptr<Seat> seat;
  if (!request.resume.empty())
    for (const auto& [id, candidate] : seats_)
      if (candidate->resume_token() == request.resume) seat = candidate;
  const bool resumed = seat != nullptr;
  if (!resumed && request.resume_only)
    return error("unknown-participant", "no seat of this room waits for that resume token");
  if (resumed) {
    resume_deadlines_.erase(seat->identity().id);
    seat->set_detached(false);
    emit("participant-updated", seat->describe());
  } else {
    if (auto place = make_place(request); !place) return std::move(place).error();
    const std::uint64_t number = next_participant_++;
    Seat::Identity identity{fmt::format("p{}-{}", number, random_token(4)),
                            clean_name(request.name, fmt::format("Guest {}", number)), request.role,
                            seat_kind_from(request.kind),
                            request.allowed.empty() ? request.role : request.allowed};
    // Publishing is what a viewer may not do; the front has seen that this one may.
    if (identity.kind == SeatKind::publisher && identity.role == "viewer") identity.role = "speaker";
    const SeatDeps deps{loop_,    worker_,    *canvas_, *renditions_,
                        *bridge_, pipelines_, config_,  sound_settings_};
    const std::string id = identity.id;
    seat = std::make_shared<Seat>(deps, std::move(identity), events_for(id));
    seat->set_joined_order(number);
    if (request.muted) seat->set_muted(true);
    if (request.held) seat->set_held(true);
    if (seat->tile()) seat->tile()->set_avatar(avatars_->of(seat->identity().name));
    emit("participant-joined", seat->describe());
    seats_[id] = seat;
    if (notes_) seat->record_tracks(notes_->track_source());
    log::info("{} joined as {} ({} in the room)", seat->identity().name, name_of(seat->identity().kind),
              seats_.size());
    sound_->joined(*seat);
    if (request.held) sound_->hold_changed();
    schedule_picture();
  }
  empty_deadline_.reset();
  end_seat_in(seat->identity().id, request.ends_in);
  const std::int64_t connection = connections_[seat->identity().id] = next_connection_++;
  return Json::object({{"participant", seat->identity().id},
                       {"resume", seat->resume_token()},
                       {"resumed", resumed},
                       {"connection", connection},
                       {"room", describe(seat.get())}});
}

bool Room::superseded(const std::string& participant, std::int64_t connection) const {
  const auto current = connections_.find(participant);
  return connection != 0 && current != connections_.end() && current->second != connection;
}

Result<void> Room::detach(const std::string& participant) {
  auto found = seat(participant);
  if (!found) return std::move(found).error();
  (*found)->set_detached(true);
  emit("participant-updated", (*found)->describe());
  resume_deadlines_[participant] =
      loop_.after(std::chrono::seconds(config_.room.resume_seconds), [this, alive = alive_, participant] {
        loop_.post([this, alive, participant] {
          if (*alive && resume_deadlines_.contains(participant)) (void)leave(participant, "lost");
        });
      });
  return {};
}

Result<void> Room::make_place(const JoinRequest& request) {
  const config::RoomConfig& room = config_.room;
  const bool viewer = seat_kind_from(request.kind) == SeatKind::viewer ||
                      (seat_kind_from(request.kind) != SeatKind::publisher && request.role == "viewer");
  const auto operates = [](const std::string& role) { return rank_of(role).value_or(0) >= 2; };
  std::vector<TakenPlace> taken;
  for (const auto& [id, seat] : seats_)
    taken.push_back({id, !seat->in_picture(), operates(seat->identity().allowed), seat->waiting()});
  const PlaceLimits limits{
      room.max_participants, room.max_viewers,
      room.reserved_for_operators < 0 ? usual_reserve(room.max_participants) : room.reserved_for_operators,
      std::chrono::seconds(room.connect_seconds)};
  const auto verdict =
      place_for(viewer, operates(request.allowed.empty() ? request.role : request.allowed), taken, limits);
  if (!verdict.admitted)
    return viewer ? error("room-full", "the room is full ({} viewers)", room.max_viewers)
                  : error("room-full", "the room is full ({} participants, some places kept for operators)",
                          room.max_participants);
  if (verdict.gives_up) return leave(*verdict.gives_up, "no-media");
  return {};
}

void Room::give_up_unconnected() {
  for (const auto& [id, seat] : seats_)
    seat->give_up_unconnected(std::chrono::seconds(config_.room.connect_seconds));
}

void Room::end_seat_in(const std::string& participant, std::optional<std::chrono::milliseconds> left) {
  using Clock = std::chrono::steady_clock;
  constexpr std::chrono::milliseconds longest_timer = std::chrono::hours(24);  // GLib counts to 49 days
  if (!left) {
    ends_.erase(participant);
    return;
  }
  const auto when = Clock::now() + *left;
  auto timer = loop_.after(std::min(*left, longest_timer), [this, alive = alive_, participant, when] {
    // Posted: the timer must not go while it runs.
    loop_.post([this, alive, participant, when] {
      if (!*alive) return;
      const auto end = ends_.find(participant);
      if (end == ends_.end() || end->second.when != when) return;  // another token counts by now
      const auto rest = std::chrono::ceil<std::chrono::milliseconds>(when - Clock::now());
      if (rest.count() > 0) return end_seat_in(participant, rest);
      (void)leave(participant, "token-expired");
    });
  });
  ends_[participant] = {when, std::move(timer)};
}

Result<void> Room::leave(const std::string& participant, const std::string& reason) {
  const auto found = seats_.find(participant);
  if (found == seats_.end()) return no_participant(participant);
  const std::shared_ptr<Seat> seat = found->second;
  seats_.erase(found);
  connections_.erase(participant);
  resume_deadlines_.erase(participant);
  ends_.erase(participant);
  std::erase(speakers_, participant);
  sound_->left(*seat);
  Json data = seat->describe();
  data.set("reason", reason);
  emit("participant-left", data);
  if (reason != "left") emit("bye", Json::object({{"reason", reason}}), participant);
  log::info("{} left: {} ({} in the room)", seat->identity().name, reason, seats_.size());
  schedule_picture();
  watch_emptiness();
  // What an endpoint's threads freed lies scattered over the heap; give whole pages back once leaving has
  // calmed down.
  trim_deadline_ = loop_.after(std::chrono::seconds(1),
                               [this] { worker_.run("returning memory", [] { malloc_trim(0); }); });
  return {};
}

// The front is asked to close the room, as it is when nobody is left: so everybody hears the reason,
// recordings are closed and the room's name is free at once.
void Room::watch_memory() {
  memory_tick_ = loop_.every(std::chrono::seconds(1), [this] {
    const auto resident = resident_memory();
    const auto megabytes = resident >> 20U;
    switch (memory_.look(resident)) {
      case MemoryWatch::Finding::fine:
        return;
      case MemoryWatch::Finding::warning:
        return log::warn("this room's process holds {} MB of its {} (limits.roomMemoryMb)", megabytes,
                         config_.limits.room_memory_mb);
      case MemoryWatch::Finding::over:
        log::error("this room's process holds {} MB, more than its {} (limits.roomMemoryMb): the room ends",
                   megabytes, config_.limits.room_memory_mb);
        return emit("ending", Json::object({{"reason", "room-out-of-memory"}}));
    }
  });
}

void Room::watch_emptiness() {
  if (!seats_.empty() || closing_) return;
  // A recording goes on for a while in a room where nobody is: they may come back, and it was not they who
  // started it.
  const bool recording = recording_ && !recording_->closed();
  const std::chrono::seconds patience = std::max<std::chrono::seconds>(
      std::chrono::seconds(config_.room.idle_seconds),
      recording ? std::chrono::minutes(config_.recording.empty_minutes) : std::chrono::minutes(0));
  empty_deadline_ = loop_.after(patience, [this] {
    if (seats_.empty()) emit("empty", Json::object());
  });
}

Result<void> Room::chat(const std::string& participant, const std::string& text) {
  auto found = seat(participant);
  if (!found) return std::move(found).error();
  if (text.empty()) return error("bad-request", "text is required");
  if (characters_in(text) > messages::max_chat_characters)
    return error("too-large", "a chat message has at most {} characters", messages::max_chat_characters);
  emit("chat", Json::object({{"from", participant}, {"name", (*found)->identity().name}, {"text", text}}));
  return {};
}

Result<void> Room::may_change(const std::string& participant, const Json& by) const {
  auto found = seat(participant);
  if (!found) return std::move(found).error();
  return room::may_change(actor_from(by), participant, (*found)->identity().allowed);
}

Result<Json> Room::update_participant(const std::string& participant, const Json& changes) {
  auto found = seat(participant);
  if (!found) return std::move(found).error();
  auto read = ParticipantChanges::read(changes, sound_settings_.music);
  if (!read) return std::move(read).error();
  const ParticipantChanges& wanted = *read;
  if (!wanted.only_pins())
    if (auto may = may_change(participant, changes["by"]); !may) return std::move(may).error();

  Seat& target = **found;
  if (wanted.muted) target.set_muted(*wanted.muted);
  if (wanted.gain) target.set_gain(*wanted.gain);
  if (wanted.noise_suppression || wanted.auto_gain)
    target.set_processing(wanted.noise_suppression, wanted.auto_gain);
  if (wanted.name) {
    target.set_name(clean_name(*wanted.name, target.identity().name));
    if (target.tile()) target.tile()->set_avatar(avatars_->of(target.identity().name));
  }
  if (wanted.role) target.set_role(*wanted.role);
  if (wanted.held) {
    target.set_held(*wanted.held);
    sound_->hold_changed();
  }
  if (wanted.pinned) target.set_pinned(*wanted.pinned);
  emit("participant-updated", target.describe());
  schedule_picture();
  return Json::object({{"participant", target.describe()}});
}

void Room::on_speakers(const std::vector<std::string>& talkers) {
  speakers_ = talkers;
  Json ids = Json::array();
  for (const auto& id : talkers) ids.push(id);
  for (const auto& [id, member] : seats_)
    member->set_talking(std::find(talkers.begin(), talkers.end(), id) != talkers.end());
  emit("speakers", Json::object({{"speakers", ids}}));
  if (director_->floor_moved(speakers_)) schedule_picture();
}

void Room::schedule_picture() {
  if (picture_scheduled_ || closing_) return;
  picture_scheduled_ = true;
  loop_.post([this, alive = alive_] {
    if (!*alive) return;
    picture_scheduled_ = false;
    update_picture();
  });
}

void Room::update_picture() {
  if (!director_->update(seats_)) return;
  emit("layout", director_->describe());
  send_source_hints();
}

void Room::send_source_hints() {
  for (auto hint : source_hints(director_->placed(), canvas_->spec().framerate)) {
    const auto found = seats_.find(hint.participant);
    if (found == seats_.end()) continue;
    if (const auto limit = decode_budget_->limit_of(hint.participant, hint.endpoint); limit != 0)
      hint = within(hint, limit);
    Json data = hint.to_json();
    Json& sent = found->second->sent_hints[hint.endpoint];
    if (sent == data) continue;
    sent = data;
    emit("source-hint", data, hint.participant);
  }
}

void Room::close(const std::string& reason, std::function<void()> done) {
  if (closing_) return;
  closing_ = true;
  log::info("closing: {}", reason);
  emit("bye", Json::object({{"reason", reason}}));
  if (recording_ && !recording_->closed()) recording_->stop(reason);
  floor_tick_.reset();
  empty_deadline_.reset();
  resume_deadlines_.clear();
  ends_.clear();
  seats_.clear();
  const auto finish = std::make_shared<std::function<void()>>(std::move(done));
  const auto once = [this, finish] {
    close_poll_.reset();
    if (auto call = std::exchange(*finish, nullptr)) call();
  };
  close_deadline_ = loop_.after(close_limit, [this, once] {
    log::warn("the recording did not close in time; it will be recovered");
    loop_.post(once);
  });
  close_poll_ = loop_.every(std::chrono::milliseconds(20), [this, once] {
    if (!recording_open()) loop_.post(once);
  });
}

}  // namespace tessera::room
