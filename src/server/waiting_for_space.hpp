#pragma once
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "base/loop.hpp"
#include "server/finisher_queue.hpp"

namespace tessera::server {

/// Recordings that could not be finished because the disk was full: each goes back to the finisher when there
/// is room for it. Owned by RoomRecordings, on the control thread.
class WaitingForSpace {
 public:
  using Retry = std::function<void(FinisherQueue::Job)>;

  WaitingForSpace(Loop& loop, std::chrono::milliseconds period, Retry retry)
      : loop_(loop), period_(period), retry_(std::move(retry)) {}

  void add(FinisherQueue::Job job);
  [[nodiscard]] std::size_t size() const { return jobs_.size(); }

 private:
  void look();

  Loop& loop_;
  const std::chrono::milliseconds period_;
  Retry retry_;
  std::map<std::string, FinisherQueue::Job> jobs_;  ///< by directory
  SourceGuard timer_;                               ///< runs while something waits
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace tessera::server
