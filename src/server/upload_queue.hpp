#pragma once
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/loop.hpp"
#include "config/storage_config.hpp"
#include "server/child_process.hpp"

namespace tessera::server {

/// How long to wait before attempt number `failures` + 1: doubled each time from `retry_seconds` to
/// `max_retry_seconds`.
std::chrono::seconds retry_delay(const config::UploadConfig& config, int failures);

/// The spool of finished recordings on their way to where copies go, one at a time, each in a process of its
/// own with little priority; what fails is tried again, ever more slowly, for as long as it takes. The
/// recordings' manifests are the memory: after a restart the front adds those that are not "done". Owned by
/// RoomRecordings, on the control thread.
class UploadQueue {
 public:
  struct Outcome {
    std::string id;
    bool done = false;
    std::string url;     ///< when done
    std::string detail;  ///< when not
  };
  using OnOutcome = std::function<void(const Outcome&)>;

  /// `command` is started with a socket as its descriptor 3 and gets its order there (upload/commands.hpp).
  UploadQueue(Loop& loop, std::vector<std::string> command, config::UploadConfig config,
              std::string log_level, OnOutcome on_outcome);
  ~UploadQueue();

  /// One that waits already is not added again. Does nothing where no uploads are configured.
  void add(const std::string& id, const std::string& directory);
  [[nodiscard]] bool enabled() const { return config_.enabled(); }
  [[nodiscard]] std::size_t waiting() const { return jobs_.size(); }
  /// Starts nothing more and ends what runs: the next start goes on where it was.
  void stop();

 private:
  struct Running;
  struct Job {
    std::string directory;
    int failures = 0;
    std::chrono::steady_clock::time_point not_before{};
  };
  void next();
  void start(const std::string& id, const Job& job);
  void on_exit(int status);
  void conclude(const Outcome& outcome);

  Loop& loop_;
  std::vector<std::string> command_;
  config::UploadConfig config_;
  std::string log_level_;
  OnOutcome on_outcome_;
  std::map<std::string, Job> jobs_;  ///< by id, which begins with the time: oldest first
  std::unique_ptr<Running> running_;
  SourceGuard timer_;
  bool stopped_ = false;
};

}  // namespace tessera::server
