#include "server/room_recordings.hpp"

#include "base/log.hpp"
#include "recording/files.hpp"
#include "recording/manifest.hpp"
#include "recording/quota.hpp"
#include "recording/upload_state.hpp"

namespace tessera::server {
namespace {

messages::Reply refused(const Error& failure) {
  messages::Reply reply;
  reply.ok = false;
  reply.code = failure.code;
  reply.detail = failure.message;
  reply.status = messages::status_of(failure.code);
  return reply;
}

// A room that died is a process that the kernel may still be taking apart, with the folder's lock in its
// hand.
constexpr std::chrono::milliseconds after_crash{500};

constexpr std::chrono::seconds space_period{10};
constexpr std::chrono::milliseconds go_on_retry{200};
constexpr int max_go_on_attempts = 25;

recording::RecordingOptions defaults_of(const config::RecordingConfig& config) {
  recording::RecordingOptions options;
  if (const auto* format = recording::find_format(config.format)) options.format = *format;
  options.tracks = config.tracks;
  options.announce = config.announce;
  options.chat = config.chat;
  options.split_after = std::chrono::minutes(config.split_minutes);
  options.split_bytes = static_cast<std::uint64_t>(config.split_mb) * 1'000'000;
  options.max_duration = std::chrono::minutes(config.max_minutes);
  if (config.loudness != 0) options.loudness = config.loudness;
  return options;
}

}  // namespace

RoomRecordings::RoomRecordings(Loop& loop, const recording::Store& store, const config::ServerConfig& config,
                               Commands commands, Metrics& metrics, FindRoom find_room)
    : loop_(loop),
      defaults_(defaults_of(config.recording)),
      store_(store),
      allow_silent_(config.recording.allow_silent),
      quota_bytes_(static_cast<std::uint64_t>(config.recording.quota_mb) * 1'000'000),
      metrics_(metrics),
      find_room_(std::move(find_room)),
      queue_(loop, std::move(commands.finish),
             [this](const FinisherQueue::Job& job, const FinisherQueue::Outcome& outcome) {
               on_finished(job, outcome);
             }),
      interrupted_(loop, std::chrono::seconds(config.recording.continue_seconds),
                   [this](const InterruptedRecordings::Entry& entry) { finish(entry); }),
      waiting_(loop, space_period, [this](FinisherQueue::Job job) { queue_.add(std::move(job)); }),
      uploads_(loop, std::move(commands.upload), config.recording.upload, config.log.level,
               [this](const UploadQueue::Outcome& outcome) { on_uploaded(outcome); }),
      retention_(loop, store, config.recording, metrics) {}

void RoomRecordings::start(const std::shared_ptr<LiveRoom>& room, const Json& wanted, OnReply on_reply) {
  auto options = recording::RecordingOptions::from_json(wanted, defaults_);
  if (!options) return on_reply(refused(options.error()));
  if (options->chat && !defaults_.chat)
    return on_reply(refused(error("forbidden",
                                  "this server keeps no chat in recordings; leave \"chat\" out, or set "
                                  "recording.chat in the server's configuration")));
  if (!options->announce && defaults_.announce && !allow_silent_)
    return on_reply(refused(error("forbidden",
                                  "a recording that tells nobody (\"announce\": false) needs "
                                  "recording.allowSilent in the server's configuration")));
  if (auto allowed = recording::check_quota(store_, room->name(), quota_bytes_); !allowed)
    return on_reply(refused(allowed.error()));
  auto created = store_.create(room->name());
  if (!created) {
    log::error("recording of room {}: {}", room->name(), created.error().message);
    return on_reply(refused(created.error()));
  }
  room->add_recording(created->id, created->directory);
  const Json kept = options->to_json();
  live_[created->id] = {kept, false};
  room->request("start-recording",
                Json::object({{"id", created->id},
                              {"directory", created->directory},
                              {"options", kept},
                              {"quotaBytes", static_cast<std::int64_t>(quota_bytes_)}}),
                [this, room, id = created->id, directory = created->directory,
                 on_reply = std::move(on_reply)](const messages::Reply& reply) {
                  // Refused by the room: nothing was written. Silence is not a refusal: it may be writing.
                  if (!reply.ok && reply.code != "room-timeout" && reply.code != "room-gone") {
                    room->remove_recording(id);
                    live_.erase(id);
                    // What stays because the room has not let go of it is told from a running one by its end.
                    if (auto removed = store_.remove(id); !removed) {
                      log::warn("recording {} never began, and its folder stays: {}", id,
                                removed.error().message);
                      FinisherQueue::Job rest{id, room->name(), directory, false, 0};
                      rest.told = "failed: no-picture";  // its starter knows
                      queue_.add(std::move(rest), after_crash);
                    }
                  }
                  messages::Reply answer = reply;
                  if (answer.ok && !answer.result.has("id")) answer.result.set("id", id);
                  on_reply(answer);
                });
}

void RoomRecordings::on_room_opened(LiveRoom& room) {
  if (const auto entry = interrupted_.take_for(room.name())) go_on(room.shared_from_this(), *entry, 1);
}

void RoomRecordings::go_on(const RoomPtr& room, const InterruptedRecordings::Entry& entry, int attempt) {
  room->add_recording(entry.id, entry.directory);
  live_[entry.id] = {entry.options, entry.paused};
  log::info("recording {} goes on in room {}", entry.id, entry.room);
  room->request("start-recording",
                Json::object({{"id", entry.id},
                              {"directory", entry.directory},
                              {"options", entry.options},
                              {"resume", true},
                              {"paused", entry.paused},
                              {"quotaBytes", static_cast<std::int64_t>(quota_bytes_)}}),
                [this, room, entry, attempt](const messages::Reply& reply) {
                  if (reply.ok || reply.code == "room-timeout" || reply.code == "room-gone") return;
                  room->remove_recording(entry.id);
                  // The process that died may not have let go of the folder yet.
                  if (reply.code == "conflict" && attempt < max_go_on_attempts) {
                    retries_.push_back(loop_.after(go_on_retry, [this, room, entry, attempt] {
                      if (room->is_open()) return go_on(room, entry, attempt + 1);
                      finish(entry);
                    }));
                    return;
                  }
                  log::error("recording {} does not go on: {}", entry.id, reply.detail);
                  finish(entry);
                });
}

void RoomRecordings::set_state(const RoomPtr& room, const std::string& id, const std::string& state,
                               OnReply on_reply) {
  // Noted before the room can say so: it may die of anything, and what was asked for still holds.
  note_state(id, state == "stopped" ? "stopping" : state);
  room->request("set-recording", Json::object({{"id", id}, {"state", state}}), std::move(on_reply));
}

void RoomRecordings::note_state(const std::string& id, const std::string& state) {
  const auto found = live_.find(id);
  if (found == live_.end()) return;
  if (state == "paused" || state == "recording") found->second.paused = state == "paused";
  if (state == "stopping") found->second.stopping = true;
}

void RoomRecordings::finish(const InterruptedRecordings::Entry& entry) {
  live_.erase(entry.id);
  queue_.add({entry.id, entry.room, entry.directory, true, 0}, after_crash);
}

bool RoomRecordings::stop_interrupted(const std::string& id) {
  const auto entry = interrupted_.take(id);
  if (entry) finish(*entry);
  return entry.has_value();
}

void RoomRecordings::on_room_event(LiveRoom& room, const messages::Event& event) {
  if (event.name != "recording") return;
  const std::string id = event.data["id"].as_string(), state = event.data["state"].as_string();
  const auto found = room.recordings().find(id);
  if (found == room.recordings().end()) return;
  note_state(id, state);
  if (state == "finishing") {
    queue_.add({id, room.name(), found->second, false, 0});
    live_.erase(id);
    room.remove_recording(id);
  } else if (state == "failed") {
    log::error("recording {} of room {} failed: {}", id, room.name(),
               event.data["error"].as_string("no reason given"));
    metrics_.count_recording("failed");
    // What was written before the failure is still worth a file.
    queue_.add({id, room.name(), found->second, true, 0}, after_crash);
    live_.erase(id);
    room.remove_recording(id);
  }
}

void RoomRecordings::on_room_ended(LiveRoom& room, const std::string& reason) {
  const auto left = room.recordings();
  for (const auto& [id, directory] : left) {
    const Live& live = live_[id];
    const InterruptedRecordings::Entry entry{id, room.name(), directory, live.options, live.paused};
    room.remove_recording(id);
    // Only what died goes on: not what was being stopped, nor a room that was closed, or killed because it
    // did not close.
    if (reason == "room-crashed" && interrupted_.enabled() && !live.stopping)
      interrupted_.add(entry);
    else
      finish(entry);
  }
}

void RoomRecordings::recover() {
  const auto job_of = [](const recording::Entry& entry, bool recovered) {
    return FinisherQueue::Job{
        .id = entry.id, .room = entry.room, .directory = entry.directory, .recovered = recovered};
  };
  const auto unfinished = store_.survey();
  for (const auto& entry : unfinished.left) {
    log::warn("recording {} was left unfinished and is being recovered", entry.directory);
    queue_.add(job_of(entry, true));
  }
  // Held by a finisher of the server before this one, or by a room that has not noticed yet that its server
  // is gone. Whether it ends in order is seen when it lets go.
  for (const auto& entry : unfinished.held) waiting_.add(job_of(entry, false), WaitingForSpace::For::folder);
  for (const auto& entry : store_.entries()) {
    if (recording::upload_is_due(entry.manifest)) uploads_.add(entry.id, entry.directory);
    if (recording::is_going(entry.manifest) && !uploads_.enabled())
      log::warn(
          "recording {}: a server that was stopped had begun to delete its media after their upload to {}, "
          "and "
          "no upload is configured any more; configure it again to end that, or delete the recording",
          entry.directory, entry.manifest["upload"]["url"].as_string());
  }
  metrics_.set_uploads_waiting(uploads_.waiting());
}

void RoomRecordings::on_uploaded(const UploadQueue::Outcome& outcome) {
  metrics_.count_upload(outcome.done ? "done" : "failed");
  metrics_.set_uploads_waiting(uploads_.waiting());
  if (outcome.done) retention_.soon();
}

void RoomRecordings::on_finished(const FinisherQueue::Job& job, const FinisherQueue::Outcome& outcome) {
  const std::string code = outcome.manifest["error"]["code"].as_string();
  // Deleted before its turn came; or its disk is out, and comes back.
  if (!outcome.ready && code == "unknown-recording" && !recording::is_real_directory(job.directory))
    return waiting_.add(job, WaitingForSpace::For::folder);
  // Who holds the folder (`tessera recording recover`) finishes it; then it is asked about again.
  if (!outcome.ready && code == "conflict") return waiting_.add(job, WaitingForSpace::For::folder);
  const bool pending = outcome.ready && recording::sidecars_pending(outcome.manifest);
  const std::string told = outcome.ready ? "ready" : "failed: " + code;
  if (pending || (!outcome.ready && code == "disk-full")) {
    FinisherQueue::Job again = job;
    again.told = told;
    waiting_.add(std::move(again), WaitingForSpace::For::space);
  } else {
    waiting_.done(job.directory);
  }
  if (outcome.ready && !pending) uploads_.add(outcome.id, job.directory);
  metrics_.set_uploads_waiting(uploads_.waiting());
  retention_.soon();
  if (told == job.told) return;  // nothing that was not said
  const bool recovered = job.recovered || outcome.manifest["recovered"].as_bool();
  metrics_.count_recording(outcome.ready ? (recovered ? "recovered" : "ready") : "failed");
  const auto room = find_room_(job.room);
  if (!room) return;
  Json data = Json::object({{"id", outcome.id}, {"state", outcome.ready ? "ready" : "failed"}});
  if (recovered) data.set("recovered", true);
  if (!outcome.ready) data.set("error", outcome.detail);
  room->broadcast({"recording", "", std::move(data)});
}

}  // namespace tessera::server
