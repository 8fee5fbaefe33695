#include "server/finisher_queue.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.hpp"
#include "server/report_reader.hpp"

namespace tessera::server {
namespace {

constexpr int niceness = 10;
constexpr int max_attempts = 3;
constexpr std::chrono::milliseconds retry_delay{2000};
constexpr std::size_t max_line = 64 * 1024 * 1024;  // a manifest, see load_manifest()

}  // namespace

struct FinisherQueue::Running {
  Job job;
  std::unique_ptr<ChildProcess> child;
  ReportReader report;  ///< its verdict is the manifest
};

FinisherQueue::FinisherQueue(Loop& loop, std::vector<std::string> command, OnDone on_done)
    : loop_(loop), command_(std::move(command)), on_done_(std::move(on_done)) {}

// A finisher that runs is not stopped: it needs nobody, and ends by itself.
FinisherQueue::~FinisherQueue() = default;

void FinisherQueue::add(Job job, std::chrono::milliseconds delay) {
  if (job.attempts == 0 && !known_.insert(job.directory).second) return;
  if (delay.count() == 0) {
    jobs_.push_back(std::move(job));
    return next();
  }
  delays_.push_back(loop_.after(delay, [this, job = std::move(job)] {
    jobs_.push_back(job);
    next();
  }));
}

void FinisherQueue::next() {
  if (running_ || jobs_.empty() || stopped_) return;
  const Job job = std::move(jobs_.front());
  jobs_.pop_front();
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return conclude(job, {.id = job.id, .detail = "no pipe for its finisher"});
  std::vector<std::string> command = command_;
  command.push_back(job.directory);
  if (job.recovered) command.emplace_back("--recovered");
  auto child = ChildProcess::spawn(
      {.command = command, .pass_fd = ends[1], .pass_as = STDOUT_FILENO, .niceness = niceness},
      [this](int status) { on_exit(status); });
  ::close(ends[1]);
  if (!child) {
    ::close(ends[0]);
    return conclude(job, {.id = job.id, .detail = child.error().message});
  }
  log::info("recording {} is being finished", job.id);
  running_.reset(new Running{job, std::move(*child), ReportReader(loop_, ends[0], max_line)});
}

void FinisherQueue::on_exit(int status) {
  const auto done = std::move(running_);
  Job job = std::move(done->job);
  const bool exited = WIFEXITED(status) && WEXITSTATUS(status) == 0;
  Outcome outcome;
  outcome.manifest = done->report.verdict();
  outcome.id = outcome.manifest["id"].as_string(job.id);
  outcome.ready = exited && outcome.manifest["state"].as_string() == "ready";
  if (!outcome.ready) {
    const Json& failure = outcome.manifest["error"];
    outcome.detail = failure.is_object() ? failure["message"].as_string() : failure.as_string();
    if (outcome.detail.empty()) outcome.detail = "the finisher ended with " + describe_exit(status);
  }
  conclude(std::move(job), outcome);
}

void FinisherQueue::conclude(Job job, const Outcome& outcome) {
  // Without a verdict it did not get to work: its recorder may still be on its way out.
  if (!outcome.ready && outcome.manifest["state"].as_string() != "failed" && ++job.attempts < max_attempts) {
    log::warn("recording {}: {}; trying again", job.id, outcome.detail);
    add(std::move(job), retry_delay);
    return next();
  }
  known_.erase(job.directory);
  if (outcome.ready)
    log::info("recording {} is ready", outcome.id);
  else
    log::error("recording {} could not be finished: {}", job.directory, outcome.detail);
  if (on_done_) on_done_(job, outcome);
  next();
}

}  // namespace tessera::server
