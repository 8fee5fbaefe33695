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

void WaitingForSpace::add(FinisherQueue::Job job, For what) {
  job.attempts = 0;
  std::chrono::milliseconds pause = period_;
  if (what == For::space) {
    auto& last = pauses_.try_emplace(job.directory, period_ / 2).first->second;
    pause = last = std::min(2 * last, longest_pause);
    log::info("recording {} is tried again when there is room, in {} s at the earliest", job.directory,
              std::chrono::ceil<std::chrono::seconds>(pause).count());
  }
  const std::string directory = job.directory;
  jobs_[directory] = {std::move(job), what, std::chrono::steady_clock::now() + pause};
  if (!timer_) timer_ = loop_.every(period_, [this] { look(); });
}

void WaitingForSpace::done(const std::string& directory) {
  jobs_.erase(directory);
  pauses_.erase(directory);
}

bool WaitingForSpace::is_due(const std::string& directory, const Waiting& waiting) const {
  if (waiting.not_before > std::chrono::steady_clock::now()) return false;
  // A disk that is taken out to be replaced by a larger one comes back.
  if (!recording::is_real_directory(directory)) return false;
  if (waiting.what == For::folder) return !recording::FolderLock::is_held(directory);
  const auto free = recording::free_bytes(directory);
  return free && *free >= recording::space_to_finish(directory);
}

void WaitingForSpace::look() {
  std::vector<FinisherQueue::Job> ready;
  for (auto waiting = jobs_.begin(); waiting != jobs_.end();) {
    const bool due = is_due(waiting->first, waiting->second);
    if (due) ready.push_back(std::move(waiting->second.job));
    waiting = due ? jobs_.erase(waiting) : std::next(waiting);
  }
  // Not from within its own callback: whoever is told may add again.
  if (jobs_.empty())
    loop_.post([this, alive = std::weak_ptr(alive_)] {
      if (alive.lock() && jobs_.empty()) timer_.reset();
    });
  for (auto& job : ready) retry_(std::move(job));
}

}  // namespace tessera::server
