#pragma once

namespace tessera::room {

/// The room process: takes `configure` on the socket `fd`, becomes that room, and returns when the room has
/// ended or the front is gone. Notes in the memory behind `black_box` what it dies of; −1: nowhere. Returns
/// the process's exit status.
int run_room_process(int fd, int black_box);

}  // namespace tessera::room
