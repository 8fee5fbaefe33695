#include "upload/commands.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "base/log.hpp"
#include "base/progress_bar.hpp"
#include "recording/locate.hpp"
#include "recording/store.hpp"
#include "recording/upload_state.hpp"
#include "upload/upload_recording.hpp"

namespace tessera::upload {
namespace {

constexpr std::size_t max_line = 1 << 20;

/// One line from the server; empty when it has gone.
std::string read_line(int fd) {
  std::string line;
  char c = 0;
  while (line.size() < max_line) {
    const ssize_t got = ::read(fd, &c, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0 || c == '\n') break;
    line += c;
  }
  return line;
}

void write_line(int fd, const Json& json) {
  const std::string line = json.dump() + "\n";
  std::size_t done = 0;
  while (done < line.size()) {
    const ssize_t written = ::write(fd, line.data() + done, line.size() - done);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return;  // nobody listens any more
    done += static_cast<std::size_t>(written);
  }
}

/// Without the server there is nobody to report to, and its successor must find the folder free: this process
/// ends when the socket's other end does, whatever it is waiting for. What it has done is in the journal.
void end_with_the_server(int fd) {
  std::thread([fd] {
    pollfd watched{.fd = fd, .events = POLLRDHUP, .revents = 0};
    while (::poll(&watched, 1, -1) < 0 && errno == EINTR) {
    }
    std::_Exit(1);
  }).detach();
}

config::UploadConfig upload_config(const Json& json) {
  auto config = config::ServerConfig::from_json(
      Json::object({{"recording", Json::object({{"upload", json}})}}), "the server's order");
  return config ? config->recording.upload : config::UploadConfig{};
}

int upload_all(Target& target, bool delete_after, const std::vector<recording::Entry>& entries) {
  bool failed = false;
  for (const auto& entry : entries) {
    ProgressBar bar(entry.id);
    const Progress progress = [&](double done) { bar.show(done); };
    auto manifest = upload_recording(entry.directory, target, delete_after, progress);
    bar.clear();
    if (manifest) {
      fmt::print("{}: {}\n", entry.id, (*manifest)["upload"]["url"].as_string());
    } else {
      fmt::print(stderr, "tessera: {}: {}\n", entry.id, manifest.error().message);
      failed = true;
    }
  }
  return failed ? 1 : 0;
}

}  // namespace

int upload_process(int fd, sandbox::Mode mode, const sandbox::Extra& extra) {
  std::signal(SIGPIPE, SIG_IGN);
  auto order = Json::parse(read_line(fd));
  if (!order) return 2;
  log::configure(log::level_from((*order)["logLevel"].as_string("info")), "upload");
  const auto config = upload_config((*order)["upload"]);
  const auto fail = [fd](const Error& failure) {
    write_line(fd, Json::object({{"state", "failed"}, {"code", failure.code}, {"message", failure.message}}));
    return 1;
  };
  const auto around = sandbox::Surroundings::of_this_process();
  const auto policy =
      sandbox::uploader_policy((*order)["directory"].as_string(), config.directory, around, extra);
  if (auto confined = sandbox::enter(policy, mode); !confined) return fail(confined.error());
  end_with_the_server(fd);
  auto target = make_target(config);
  if (!target) return fail(target.error());
  auto last = std::chrono::steady_clock::now();
  const Progress progress = [&](double done) {
    const auto now = std::chrono::steady_clock::now();
    if (now - last < std::chrono::milliseconds(500)) return;
    last = now;
    write_line(fd, Json::object({{"progress", done}}));
  };
  auto manifest =
      upload_recording((*order)["directory"].as_string(), **target, config.delete_after, progress);
  if (!manifest) return fail(manifest.error());
  write_line(fd, Json::object({{"state", "done"}, {"url", (*manifest)["upload"]["url"]}}));
  return 0;
}

int upload_command(const config::RecordingConfig& config, const std::vector<std::string>& ids) {
  auto target = make_target(config.upload);
  if (!target) {
    fmt::print(stderr, "tessera: {}\n", target.error().message);
    return 2;
  }
  if (auto there = recording::check_folder(config.directory); !there) {
    fmt::print(stderr, "tessera: {}\n", there.error().message);
    return 2;
  }
  bool whole = true;
  const recording::Store store(config.directory, [&whole](const Error& failure) {
    fmt::print(stderr, "tessera: {}\n", failure.message);
    whole = false;
  });
  std::vector<recording::Entry> entries;
  for (const auto& id : ids) {
    auto entry = store.find(id);
    if (!entry) {
      fmt::print(stderr, "tessera: there is no recording \"{}\" in {}\n", id, config.directory);
      return 2;
    }
    entries.push_back(std::move(*entry));
  }
  if (ids.empty())
    for (auto& entry : store.entries())
      if (!entry.id.empty() && recording::upload_is_due(entry.manifest)) entries.push_back(std::move(entry));
  const int status = upload_all(**target, config.upload.delete_after, entries);
  return whole ? status : 1;
}

}  // namespace tessera::upload
