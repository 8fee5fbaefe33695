#pragma once
#include <string>
#include <vector>

namespace tessera::server::test {

/// A command that starts this test binary as a room process which speaks the protocol of messages.hpp and
/// holds no media. Modes: "normal"; "silent" (never ready), "deaf" (ready, then answers nothing), "dies"
/// (exits at once), "stubborn" (does not close).
///
/// A room called "full" takes nobody, "stubborn" takes no settings, "full-disk" records nothing, "refused"
/// does not open, and "late" answers a resuming join only when somebody asks it to describe itself. A
/// `detach` becomes an event "detached".
///
/// Beyond the real methods it knows: crash (abort), quit (exit without a word), hang (no reply), garbage,
/// giant (an endless line), emit {event, to, data} and big {bytes} (a long reply).
std::vector<std::string> fake_room_command(const std::string& mode = "normal");

/// A command that plays the finisher for the folder appended: "ready", "failed", "dies", or "silent".
std::vector<std::string> fake_finisher_command(const std::string& outcome = "ready");

}  // namespace tessera::server::test
