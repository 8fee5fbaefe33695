#pragma once
#include <deque>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/loop.hpp"
#include "server/child_process.hpp"

namespace tessera::server {

/// Turns live recordings into finished files, one at a time, each in a process of its own with little
/// priority: what a damaged file does to the finisher stays there. Owned by RoomRecordings, on the control
/// thread.
class FinisherQueue {
 public:
  struct Job {
    std::string id;  ///< may be empty: the finisher finds or makes one
    std::string room;
    std::string directory;
    bool recovered = false;  ///< left behind by a crash
    int attempts = 0;
    std::string told = {};  ///< what was said of it when it was tried before
  };
  struct Outcome {
    std::string id = {};
    bool ready = false;
    std::string detail = {};  ///< when not ready
    Json manifest = {};
  };
  using OnDone = std::function<void(const Job&, const Outcome&)>;

  /// `command` gets the directory, and "--recovered", appended.
  FinisherQueue(Loop& loop, std::vector<std::string> command, OnDone on_done);
  ~FinisherQueue();

  /// A directory that is queued or worked on already is not queued again.
  void add(Job job, std::chrono::milliseconds delay = std::chrono::milliseconds(0));
  [[nodiscard]] bool idle() const { return known_.empty(); }
  /// Starts nothing more; what runs is left to finish by itself.
  void stop() { stopped_ = true; }

 private:
  struct Running;
  void next();
  void on_exit(int status);
  /// Tries again, or tells; then goes on with the next.
  void conclude(Job job, const Outcome& outcome);

  Loop& loop_;
  std::vector<std::string> command_;
  OnDone on_done_;
  std::deque<Job> jobs_;
  std::set<std::string> known_;  ///< directories
  std::unique_ptr<Running> running_;
  std::vector<SourceGuard> delays_;
  bool stopped_ = false;
};

}  // namespace tessera::server
