#include "server/spawned_room.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include "base/log.hpp"

namespace tessera::server {

Result<std::unique_ptr<SpawnedRoom>> SpawnedRoom::start(Loop& loop, const std::vector<std::string>& command,
                                                        std::unique_ptr<sandbox::RoomGroup> group) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    return error("cannot-spawn", "no socket for a room process: {}", std::strerror(errno));
  std::unique_ptr<SpawnedRoom> room(new SpawnedRoom(loop));
  SpawnedRoom* self = room.get();
  if (auto box = BlackBox::create())
    room->black_box_ = std::move(*box);
  else
    log::warn("room processes will not tell what they die of: {}", box.error().message);
  auto child = ChildProcess::spawn(
      {.command = command, .pass_fd = ends[1], .pass_fd_too = room->black_box_ ? room->black_box_->fd() : -1},
      [self](int status) { self->on_exit(status); });
  ::close(ends[1]);
  if (!child) {
    ::close(ends[0]);
    return std::move(child).error();
  }
  room->child_ = std::move(*child);
  room->group_ = std::move(group);
  if (room->group_)
    if (auto joined = room->group_->join(room->pid()); !joined)
      log::warn("room process {} runs without limits of its own: {}", room->pid(), joined.error().message);
  room->link_ = std::make_unique<RoomLink>(
      loop, ends[0],
      RoomLink::Handlers{[self](const messages::Event& event) { self->on_event(event); },
                         [self](const std::string& why) { self->on_gone(why); }});
  return room;
}

SpawnedRoom::~SpawnedRoom() {
  handlers_ = {};
  link_.reset();
  kill();
}

void SpawnedRoom::set_handlers(Handlers handlers) {
  handlers_ = std::move(handlers);
  if (ready_ && handlers_.on_ready) std::exchange(handlers_.on_ready, nullptr)();
}

std::optional<BlackBoxEntry> SpawnedRoom::death() const {
  return black_box_ ? black_box_->read() : std::nullopt;
}

void SpawnedRoom::kill() {
  if (child_) child_->signal(SIGKILL);
}

void SpawnedRoom::retire(std::unique_ptr<SpawnedRoom> room) {
  if (!room || room->exited()) return;
  room->handlers_ = {};
  room->link_.reset();
  constexpr guint grace_seconds = 2;
  g_timeout_add_seconds_full(
      G_PRIORITY_DEFAULT, grace_seconds, [](gpointer) -> gboolean { return G_SOURCE_REMOVE; }, room.release(),
      [](gpointer data) { delete static_cast<SpawnedRoom*>(data); });
}

void SpawnedRoom::on_event(const messages::Event& event) {
  if (event.name == "ready") {
    if (std::exchange(ready_, true)) return;
    if (handlers_.on_ready) std::exchange(handlers_.on_ready, nullptr)();
  } else if (const auto handler = handlers_.on_event) {
    handler(event);
  }
}

void SpawnedRoom::on_exit(int status) {
  if (status != 0) log::error("room process {} ended with {}", pid(), describe_exit(status));
  if (group_ && group_->ran_out_of_memory())
    log::error("room process {} used up the memory of its group (limits.roomMemoryMb)", pid());
  if (!link_) return;  // retired
  // What it wrote last is still in the socket and its end comes after that; only should somebody else hold
  // the other end is the exit itself the end.
  exited_ = loop_.after(std::chrono::seconds(1), [this, status] { on_gone(describe_exit(status)); });
}

void SpawnedRoom::on_gone(const std::string& why) {
  if (std::exchange(gone_, true)) return;
  // Posted: this may run inside the link, which whoever is told now will want to destroy.
  loop_.post([handler = handlers_.on_gone, why] {
    if (handler) handler(why);
  });
}

}  // namespace tessera::server
