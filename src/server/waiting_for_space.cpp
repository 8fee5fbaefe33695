#include "server/waiting_for_space.hpp"

#include <vector>

#include "base/log.hpp"
#include "recording/files.hpp"
#include "recording/part_finisher.hpp"

namespace tessera::server {

void WaitingForSpace::add(FinisherQueue::Job job) {
  job.attempts = 0;
  log::warn("recording {} waits for room on the disk", job.directory);
  jobs_[job.directory] = std::move(job);
  if (!timer_) timer_ = loop_.every(period_, [this] { look(); });
}

void WaitingForSpace::look() {
  std::vector<FinisherQueue::Job> ready;
  for (auto job = jobs_.begin(); job != jobs_.end();) {
    const auto free = recording::free_bytes(job->first);
    // A folder that cannot be asked about is gone: the finisher says so.
    const bool retry = !free || *free >= recording::space_to_finish(job->first);
    if (retry) ready.push_back(std::move(job->second));
    job = retry ? jobs_.erase(job) : std::next(job);
  }
  // Not from within its own callback: whoever is told may add again.
  if (jobs_.empty())
    loop_.post([this, alive = std::weak_ptr(alive_)] {
      if (alive.lock() && jobs_.empty()) timer_.reset();
    });
  for (auto& job : ready) retry_(std::move(job));
}

}  // namespace tessera::server
