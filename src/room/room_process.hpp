#pragma once

namespace tessera::room {

/// The room process: takes `configure` on the socket `fd`, becomes that room, and returns when the room has
/// ended or the front is gone. Returns the process's exit status.
int run_room_process(int fd);

}  // namespace tessera::room
