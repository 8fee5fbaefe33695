#pragma once

namespace tessera {

/// While it lives, SIGINT, SIGTERM, SIGHUP and a closed pipe do not end the process: they are noted, so that
/// who works for long can take away what it began. A second signal ends the process at once. What was ignored
/// (nohup) stays ignored. One at a time, made and ended by the main thread.
class Interruption {
 public:
  Interruption();
  ~Interruption();
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;
};

/// Whether a signal came since an Interruption began; without one never. From any thread.
bool interrupted();

/// The exit status of a command that was interrupted: what shells give for Ctrl-C.
inline constexpr int interrupted_status = 130;

}  // namespace tessera
