// A room's recording: what starts it, what is asked of it, what it tells.
#include <algorithm>

#include "base/log.hpp"
#include "room/room.hpp"

namespace tessera::room {
namespace {

constexpr std::chrono::seconds notes_period{5};

/// As a timeline names it.
std::string name_of(recording::RecorderEvent::Kind kind) {
  using Kind = recording::RecorderEvent::Kind;
  switch (kind) {
    case Kind::part:
      return "part";
    case Kind::paused:
      return "paused";
    case Kind::resumed:
      return "resumed";
    case Kind::part_end:
      return "part-end";
    case Kind::dropped:
      return "dropped";
    case Kind::warning:
      return "warning";
    case Kind::ended:
      return "ended";
  }
  return "?";
}

}  // namespace

Result<Json> Room::start_recording(const RecordingOrder& order) {
  if (recording_open())
    return error("conflict", "recording {} is already running in this room; stop it first", recording_->id());
  if (order.id.empty() || order.directory.empty())
    return error("bad-request", "id and directory are required");
  auto options = recording::RecordingOptions::from_json(order.options, {});
  if (!options) return std::move(options).error();
  auto pipeline = pipelines_.get(options->format.pipeline);
  if (!pipeline) return error("bad-pipeline", "{}", pipeline.error().message);

  Json people = Json::array();
  for (const auto& [key, member] : seats_)
    people.push(Json::object({{"id", key}, {"name", member->identity().name}}));
  RoomRecording::Request request;
  request.id = order.id;
  request.room = id_;
  request.directory = order.directory;
  request.options = std::move(*options);
  request.channels = sound_settings_.bridge.encoder.channels;
  request.resume = order.resume;
  request.paused = order.paused;
  request.pipeline = std::move(*pipeline);
  request.reserve_bytes = static_cast<std::uint64_t>(config_.recording.reserve_mb) * 1'000'000;
  request.quota_bytes = order.quota_bytes;
  request.warn_before = std::chrono::minutes(config_.recording.warn_minutes);
  const auto clock = request.clock = std::make_shared<recording::RecordedClock>();
  const bool tracks = request.options.tracks, chat = request.options.chat;
  request.details = Json::object({{"participants", people}, {"layout", director_->chosen()}});
  sound_->recording_notice().begin(order.id, request.options.announce, order.resume);
  auto started = RoomRecording::start(
      {loop_, recording_worker_, *canvas_, *renditions_, *bridge_}, std::move(request),
      {[this, alive = alive_, id = order.id](const std::string& state, const std::string& failure) {
         if (*alive) on_recording_state(id, state, failure);
       },
       [this, alive = alive_](const recording::RecorderEvent& event) {
         if (*alive) on_recorder_event(event);
       }});
  if (!started) return std::move(started).error();
  recording_ = std::move(*started);
  start_notes(order, clock, tracks, chat);
  watch_emptiness();
  return recording_->describe();
}

Result<Json> Room::set_recording(const std::string& id, const std::string& state) {
  if (!recording_ || recording_->id() != id)
    return error("unknown-recording", "no recording {} in this room", id);
  Result<void> done;
  if (state == "paused")
    done = recording_->pause();
  else if (state == "recording")
    done = recording_->resume();
  else if (state == "stopped")
    recording_->stop("stopped");
  else
    return error("bad-request", "state is \"stopped\", \"paused\" or \"recording\", found \"{}\"", state);
  if (!done) return std::move(done).error();
  return recording_->describe();
}

void Room::start_notes(const RecordingOrder& order, const std::shared_ptr<recording::RecordedClock>& clock,
                       bool tracks, bool chat) {
  notes_ = RecordingNotes::start(
      loop_, recording_worker_,
      {.directory = order.directory,
       .clock = clock,
       .tracks = tracks,
       .chat = chat,
       .resume = order.resume,
       .playout_delay = static_cast<GstClockTime>(config_.room.playout_delay_ms) * GST_MSECOND,
       .warning = [this, alive = alive_](const Error& failure) {
         if (*alive)
           emit("notice",
                Json::object({{"code", failure.code}, {"text", failure.message}, {"for", "operator"}}));
       }});
  std::vector<std::shared_ptr<Seat>> seats;
  for (const auto& [id, member] : seats_) seats.push_back(member);
  std::sort(seats.begin(), seats.end(),
            [](const auto& a, const auto& b) { return a->joined_order() < b->joined_order(); });
  Json participants = Json::array();
  for (const auto& member : seats) {
    participants.push(member->describe());
    member->record_tracks(notes_->track_source());
  }
  notes_->begin(participants, director_->describe(), speakers_);
  notes_tick_ = loop_.every(notes_period, [this] { notes_->statistics(statistics()["endpoints"]); });
}

void Room::on_recording_state(const std::string& id, const std::string& state, const std::string& failure) {
  const bool closed = state == "finishing" || state == "failed";
  if (closed && recording_ && recording_->id() == id) recording_->detach();
  sound_->recording_notice().recording_is(id, state);
  if (!closed || !notes_) return tell_recording(id, state, failure);
  // Whoever is told takes the folder over: what lies beside the recording is closed first.
  notes_tick_.reset();
  for (const auto& [key, member] : seats_) member->record_tracks({});
  notes_->close([this, alive = alive_, id, state, failure] {
    if (!*alive) return;
    notes_.reset();
    tell_recording(id, state, failure);
  });
}

void Room::tell_recording(const std::string& id, const std::string& state, const std::string& failure) {
  Json data = Json::object({{"id", id}, {"state", state}});
  if (recording_ && recording_->id() == id) data = recording_->describe();
  data.set("state", state);
  if (!failure.empty()) data.set("error", failure);
  emit("recording", data);
  if (recording_ && recording_->closed()) watch_emptiness();
  log::info("recording {}: {}{}{}", id, state, failure.empty() ? "" : ": ", failure);
}

void Room::on_recorder_event(const recording::RecorderEvent& event) {
  if (notes_) notes_->recorder_event(name_of(event.kind), event.at, event.place, event.details);
  if (event.kind != recording::RecorderEvent::Kind::warning) return;
  Json notice = event.details;
  notice.set("for", "operator");
  emit("notice", notice);
}

}  // namespace tessera::room
