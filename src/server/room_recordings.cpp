#include "server/room_recordings.hpp"

#include "base/log.hpp"

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

}  // namespace

RoomRecordings::RoomRecordings(Loop& loop, const recording::Store& store,
                               std::vector<std::string> finish_command, Metrics& metrics, FindRoom find_room)
    : store_(store),
      metrics_(metrics),
      find_room_(std::move(find_room)),
      queue_(loop, std::move(finish_command),
             [this](const FinisherQueue::Job& job, const FinisherQueue::Outcome& outcome) {
               on_finished(job, outcome);
             }) {}

void RoomRecordings::start(const std::shared_ptr<LiveRoom>& room, OnReply on_reply) {
  auto created = store_.create(room->name());
  if (!created) {
    log::error("recording of room {}: {}", room->name(), created.error().message);
    return on_reply(refused(created.error()));
  }
  room->add_recording(created->id, created->directory);
  room->request("start-recording", Json::object({{"id", created->id}, {"directory", created->directory}}),
                [this, room, id = created->id, on_reply = std::move(on_reply)](const messages::Reply& reply) {
                  // Refused by the room: nothing was written. Silence is not a refusal: it may be writing.
                  if (!reply.ok && reply.code != "room-timeout" && reply.code != "room-gone") {
                    room->remove_recording(id);
                    if (auto removed = store_.remove(id); !removed)
                      log::warn("recording {} never began, and its folder stays: {}", id,
                                removed.error().message);
                  }
                  messages::Reply answer = reply;
                  if (answer.ok && !answer.result.has("id")) answer.result.set("id", id);
                  on_reply(answer);
                });
}

void RoomRecordings::on_room_event(LiveRoom& room, const messages::Event& event) {
  if (event.name != "recording") return;
  const std::string id = event.data["id"].as_string(), state = event.data["state"].as_string();
  const auto found = room.recordings().find(id);
  if (found == room.recordings().end()) return;
  if (state == "finishing") {
    queue_.add({id, room.name(), found->second, false, 0});
    room.remove_recording(id);
  } else if (state == "failed") {
    log::error("recording {} of room {} failed: {}", id, room.name(),
               event.data["error"].as_string("no reason given"));
    metrics_.count_recording("failed");
    // What was written before the failure is still worth a file.
    queue_.add({id, room.name(), found->second, true, 0}, after_crash);
    room.remove_recording(id);
  }
}

void RoomRecordings::on_room_ended(LiveRoom& room, const std::string&) {
  const auto left = room.recordings();
  for (const auto& [id, directory] : left) {
    queue_.add({id, room.name(), directory, true, 0}, after_crash);
    room.remove_recording(id);
  }
}

void RoomRecordings::recover() {
  for (const auto& entry : store_.unfinished()) {
    log::warn("recording {} was left unfinished and is being recovered", entry.directory);
    queue_.add({entry.id, entry.room, entry.directory, true, 0});
  }
}

void RoomRecordings::on_finished(const FinisherQueue::Job& job, const FinisherQueue::Outcome& outcome) {
  metrics_.count_recording(outcome.ready ? (job.recovered ? "recovered" : "ready") : "failed");
  const auto room = find_room_(job.room);
  if (!room) return;
  Json data = Json::object({{"id", outcome.id}, {"state", outcome.ready ? "ready" : "failed"}});
  if (job.recovered) data.set("recovered", true);
  if (!outcome.ready) data.set("error", outcome.detail);
  room->broadcast({"recording", "", std::move(data)});
}

}  // namespace tessera::server
