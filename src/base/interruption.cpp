#include "base/interruption.hpp"

#include <array>
#include <atomic>
#include <csignal>

namespace tessera {
namespace {

constexpr std::array signals = {SIGINT, SIGTERM, SIGHUP, SIGPIPE};
std::atomic<bool> came = false;
static_assert(std::atomic<bool>::is_always_lock_free, "it is set by a signal handler");
std::array<struct sigaction, signals.size()> before;

void note(int) {
  came = true;
}

}  // namespace

Interruption::Interruption() {
  came = false;
  for (std::size_t i = 0; i < signals.size(); ++i) {
    // Each further line into a closed pipe gives SIGPIPE again: only the others end the process then.
    const bool pipe = signals[i] == SIGPIPE;
    struct sigaction noted {};
    noted.sa_handler = &note;
    noted.sa_flags = SA_RESTART | (pipe ? 0 : static_cast<int>(SA_RESETHAND));
    ::sigaction(signals[i], nullptr, &before[i]);
    if (pipe || before[i].sa_handler != SIG_IGN) ::sigaction(signals[i], &noted, nullptr);
  }
}

Interruption::~Interruption() {
  // Whatever is still to be said to a closed pipe must not end us before the exit status is given.
  for (std::size_t i = 0; i < signals.size(); ++i)
    if (signals[i] != SIGPIPE || !came) ::sigaction(signals[i], &before[i], nullptr);
  came = false;
}

bool interrupted() {
  return came;
}

}  // namespace tessera
