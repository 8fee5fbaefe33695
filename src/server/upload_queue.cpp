#include "server/upload_queue.hpp"

#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>

#include "base/log.hpp"
#include "config/server_config.hpp"
#include "recording/files.hpp"
#include "server/report_reader.hpp"

namespace tessera::server {
namespace {

constexpr int niceness = 15;
constexpr int child_fd = 3;
constexpr std::size_t max_line = 1 << 20;
constexpr std::chrono::seconds busy_delay{2};  // somebody else holds the recording's folder

Json to_json(const config::UploadConfig& upload) {
  config::ServerConfig config;
  config.recording.upload = upload;
  return config.to_json()["recording"]["upload"];
}

bool send_line(int fd, const Json& json) {
  const std::string line = json.dump() + "\n";
  // A socket's buffer takes it at once, and a child that has gone must not end us by a signal.
  return ::send(fd, line.data(), line.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(line.size());
}

}  // namespace

std::chrono::seconds retry_delay(const config::UploadConfig& config, int failures) {
  const int doublings = std::clamp(failures - 1, 0, 20);
  const std::int64_t seconds = static_cast<std::int64_t>(config.retry_seconds) << doublings;
  return std::chrono::seconds(
      std::min<std::int64_t>(seconds, std::max(config.max_retry_seconds, config.retry_seconds)));
}

struct UploadQueue::Running {
  std::string id;
  std::unique_ptr<ChildProcess> child;
  ReportReader report;
};

UploadQueue::UploadQueue(Loop& loop, std::vector<std::string> command, config::UploadConfig config,
                         std::string log_level, OnOutcome on_outcome)
    : loop_(loop),
      command_(std::move(command)),
      config_(std::move(config)),
      log_level_(std::move(log_level)),
      on_outcome_(std::move(on_outcome)) {}

UploadQueue::~UploadQueue() {
  stop();
}

void UploadQueue::add(const std::string& id, const std::string& directory) {
  if (!config_.enabled() || id.empty()) return;
  jobs_.try_emplace(id, Job{directory, 0, {}});
  next();
}

void UploadQueue::stop() {
  stopped_ = true;
  timer_.reset();
  if (running_) running_->child->signal(SIGTERM);
}

void UploadQueue::next() {
  if (running_ || stopped_ || jobs_.empty()) return;
  const auto now = std::chrono::steady_clock::now();
  const auto soonest = std::min_element(jobs_.begin(), jobs_.end(), [](const auto& a, const auto& b) {
    return a.second.not_before < b.second.not_before;
  });
  if (soonest->second.not_before > now) {
    const auto wait = std::chrono::ceil<std::chrono::milliseconds>(soonest->second.not_before - now);
    timer_ = loop_.after(wait, [this] { next(); });
    return;
  }
  start(soonest->first, soonest->second);
}

void UploadQueue::start(const std::string& id, const Job& job) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    return conclude({id, false, "", "no socket for its upload"});
  auto child = ChildProcess::spawn(
      {.command = command_, .pass_fd = ends[1], .pass_as = child_fd, .niceness = niceness},
      [this](int status) { on_exit(status); });
  ::close(ends[1]);
  if (!child) {
    ::close(ends[0]);
    return conclude({id, false, "", child.error().message});
  }
  running_.reset(new Running{id, std::move(*child), ReportReader(loop_, ends[0], max_line)});
  send_line(
      running_->report.fd(),
      Json::object({{"directory", job.directory}, {"logLevel", log_level_}, {"upload", to_json(config_)}}));
  log::info("recording {} is being uploaded", id);
}

void UploadQueue::on_exit(int status) {
  const auto ended = std::move(running_);
  const Json verdict = ended->report.verdict();
  Outcome outcome{.id = ended->id, .done = false, .url = verdict["url"].as_string(), .detail = ""};
  outcome.done = WIFEXITED(status) && WEXITSTATUS(status) == 0 && verdict["state"].as_string() == "done";
  if (!outcome.done) {
    outcome.detail = verdict["message"].as_string();
    if (outcome.detail.empty()) outcome.detail = "the upload ended with " + describe_exit(status);
  }
  const auto job = jobs_.find(outcome.id);
  if (verdict["code"].as_string() == "away" && job != jobs_.end()) {
    log::warn("recording {} is not uploaded: {}", outcome.id, outcome.detail);
    jobs_.erase(job);
    if (on_outcome_) on_outcome_(outcome);
    return next();
  }
  if (verdict["code"].as_string() == "conflict" && job != jobs_.end()) {
    job->second.not_before = std::chrono::steady_clock::now() + busy_delay;
    return next();
  }
  conclude(outcome);
}

void UploadQueue::conclude(const Outcome& outcome) {
  const auto job = jobs_.find(outcome.id);
  if (stopped_ || job == jobs_.end()) return next();
  if (outcome.done) {
    log::info("recording {} is uploaded to {}", outcome.id, outcome.url);
    jobs_.erase(job);
  } else if (!recording::is_real_directory(job->second.directory)) {
    log::info("recording {} is not there any more, and not uploaded", outcome.id);
    jobs_.erase(job);
    return next();
  } else {
    const auto delay = retry_delay(config_, ++job->second.failures);
    job->second.not_before = std::chrono::steady_clock::now() + delay;
    log::warn("recording {} was not uploaded: {}; trying again in {} s", outcome.id, outcome.detail,
              delay.count());
  }
  if (on_outcome_) on_outcome_(outcome);
  next();
}

}  // namespace tessera::server
