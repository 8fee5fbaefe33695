#include "base/worker.hpp"

#include <pthread.h>

#include "base/log.hpp"

namespace tessera {

Worker::Worker(std::string name) : name_(std::move(name)), thread_([this] { serve(); }) {
  pthread_setname_np(thread_.native_handle(), name_.substr(0, 15).c_str());
}

Worker::~Worker() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Worker::run(std::string what, std::function<void()> job, std::chrono::milliseconds deadline) {
  {
    const std::lock_guard lock(mutex_);
    jobs_.push_back({std::move(what), std::move(job), deadline});
  }
  changed_.notify_one();
}

void Worker::serve() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
    if (jobs_.empty()) return;
    Job job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    const auto start = std::chrono::steady_clock::now();
    job.work();
    job.work = nullptr;  // what it owned goes here, not under the lock
    const auto took =
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start);
    if (took > job.deadline)
      log::warn("{} took {} ms (deadline {} ms)", job.what, took.count(), job.deadline.count());
    lock.lock();
  }
}

}  // namespace tessera
