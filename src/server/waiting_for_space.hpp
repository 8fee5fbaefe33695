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

  /// What has to come before it is tried again: room on the disk, or that nobody holds its folder.
  enum class For { space, folder };
  void add(FinisherQueue::Job job, For what);
  /// It needs to wait no more: it was finished, or deleted. (One whose folder is only not there stays.)
  void done(const std::string& directory);
  [[nodiscard]] std::size_t size() const { return jobs_.size(); }

 private:
  struct Waiting {
    FinisherQueue::Job job;
    For what = For::space;
    std::chrono::steady_clock::time_point not_before;
  };

  void look();
  [[nodiscard]] bool is_due(const std::string& directory, const Waiting& waiting) const;

  Loop& loop_;
  const std::chrono::milliseconds period_;
  Retry retry_;
  std::map<std::string, Waiting> jobs_;                      ///< by directory
  std::map<std::string, std::chrono::milliseconds> pauses_;  ///< the last, of each directory that ever waited
  SourceGuard timer_;                                        ///< runs while something waits
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace tessera::server
