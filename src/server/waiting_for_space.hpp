#pragma once
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "base/loop.hpp"
#include "server/finisher_queue.hpp"

namespace tessera::server {

/// Recordings that could not be finished yet, because the disk was full or somebody else holds their folder:
/// each goes back to the finisher when there is room for it, later and later when that does not help. Owned
/// by RoomRecordings, on the control thread.
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
  struct Waiting {
    FinisherQueue::Job job;
    std::chrono::steady_clock::time_point not_before;
  };
  std::map<std::string, Waiting> jobs_;                      ///< by directory
  std::map<std::string, std::chrono::milliseconds> pauses_;  ///< the last, of each directory that ever waited
  SourceGuard timer_;                                        ///< runs while something waits
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace tessera::server
