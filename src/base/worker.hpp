#pragma once
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace tessera {

/// One thread for work that may block (state changes to NULL, file synchronisation). Jobs run in order.
/// A job that exceeds its deadline is logged, not interrupted. The destructor runs what is queued and joins.
class Worker {
 public:
  explicit Worker(std::string name);  ///< thread name, at most 15 characters
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// From any thread. `what` names the job in the log.
  void run(std::string what, std::function<void()> job,
           std::chrono::milliseconds deadline = std::chrono::seconds(5));

 private:
  struct Job {
    std::string what;
    std::function<void()> work;
    std::chrono::milliseconds deadline;
  };
  void serve();

  std::string name_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> jobs_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace tessera
