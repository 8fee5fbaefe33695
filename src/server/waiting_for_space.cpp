#include "server/waiting_for_space.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/log.hpp"
#include "recording/files.hpp"
#include "recording/part_finisher.hpp"

namespace tessera::server {

namespace {

/// What is foretold may be wrong (a quota of the file system's, for one): it is not tried for ever every few
/// seconds.
constexpr std::chrono::milliseconds longest_pause = std::chrono::hours(1);

}  // namespace

void WaitingForSpace::add(FinisherQueue::Job job) {
  job.attempts = 0;
  auto& pause = pauses_.try_emplace(job.directory, period_ / 2).first->second;
  pause = std::min(2 * pause, longest_pause);
  const std::string directory = job.directory;
  log::info("recording {} is tried again when there is room, in {} s at the earliest", directory,
            std::chrono::ceil<std::chrono::seconds>(pause).count());
  jobs_[directory] = {std::move(job), std::chrono::steady_clock::now() + pause};
  if (!timer_) timer_ = loop_.every(period_, [this] { look(); });
}

void WaitingForSpace::look() {
  std::vector<FinisherQueue::Job> ready;
  const auto now = std::chrono::steady_clock::now();
  for (auto waiting = jobs_.begin(); waiting != jobs_.end();) {
    bool retry = waiting->second.not_before <= now;
    if (retry) {
      const auto free = recording::free_bytes(waiting->first);
      // A folder that cannot be asked about is gone: the finisher says so.
      retry = !free || *free >= recording::space_to_finish(waiting->first);
    }
    if (retry) ready.push_back(std::move(waiting->second.job));
    waiting = retry ? jobs_.erase(waiting) : std::next(waiting);
  }
  // Not from within its own callback: whoever is told may add again.
  if (jobs_.empty())
    loop_.post([this, alive = std::weak_ptr(alive_)] {
      if (alive.lock() && jobs_.empty()) timer_.reset();
    });
  for (auto& job : ready) retry_(std::move(job));
}

}  // namespace tessera::server
