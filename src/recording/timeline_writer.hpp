#pragma once
// Appends lines to a recording's timeline.

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "base/result.hpp"
#include "recording/files.hpp"

namespace tessera::recording {

/// Owned by the room's recording. `append` is for any thread and never waits for the disk: a thread of its
/// own writes what has come and syncs it at least once a second. With nothing to write it sleeps.
class TimelineWriter {
 public:
  using OnFailure = std::function<void(Error)>;
  /// Opens `directory`/timeline.jsonl, and goes on behind what a process before this one wrote there.
  /// "cannot-write", "disk-full". `on_failure` is called once, on the writer's thread, when a line cannot be
  /// written; later ones are not lost as long as there is room for them in memory.
  static Result<std::unique_ptr<TimelineWriter>> open(const std::string& directory,
                                                      OnFailure on_failure = {});
  /// Writes and syncs what is left; waits for the disk.
  ~TimelineWriter();
  TimelineWriter(const TimelineWriter&) = delete;
  TimelineWriter& operator=(const TimelineWriter&) = delete;

  /// Whole lines, each with its line feed.
  void append(std::string lines);

 private:
  TimelineWriter(Descriptor file, OnFailure on_failure);
  void serve();
  bool write_out(std::string& lines);

  Descriptor file_;
  OnFailure on_failure_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string waiting_;
  bool stopping_ = false;
  bool failed_ = false;  ///< writer's thread
  std::thread thread_;
};

}  // namespace tessera::recording
