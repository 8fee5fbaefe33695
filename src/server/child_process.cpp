#include "server/child_process.hpp"

#include <fcntl.h>
#include <glib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string_view>

#include "config/server_config.hpp"

namespace tessera::server {
namespace {

// Between fork and exec in a process that has threads: only async-signal-safe calls.
[[noreturn]] void become(const ChildSpec& spec, char* const* arguments, char* const* environment) {
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  for (const int number : {SIGTERM, SIGHUP, SIGCHLD, SIGPIPE, SIGUSR1, SIGUSR2}) ::signal(number, SIG_DFL);
  ::signal(SIGINT, SIG_IGN);

  const int null = open("/dev/null", O_RDONLY);
  if (null >= 0) dup2(null, STDIN_FILENO);
  int keep = STDERR_FILENO;
  // Out of the way first: it may have a number that the other one gets.
  int second = -1;
  if (spec.pass_fd_too >= 0) {
    second = fcntl(spec.pass_fd_too, F_DUPFD_CLOEXEC, spec.pass_as + 2);
    if (second < 0) _exit(126);
  }
  if (spec.pass_fd >= 0) {
    if (spec.pass_fd == spec.pass_as)
      fcntl(spec.pass_fd, F_SETFD, 0);
    else if (dup2(spec.pass_fd, spec.pass_as) < 0)
      _exit(126);
    keep = std::max(keep, spec.pass_as);
  }
  if (second >= 0) {
    if (dup2(second, spec.pass_as + 1) < 0) _exit(126);
    keep = std::max(keep, spec.pass_as + 1);
  }
  close_range(static_cast<unsigned>(keep) + 1, ~0U, 0);
  if (spec.niceness != 0) setpriority(PRIO_PROCESS, 0, spec.niceness);
  execve(arguments[0], arguments, environment);
  _exit(127);
}

// What cannot be read in a child's memory cannot leak from it.
std::vector<char*> environment_for(const ChildSpec& spec) {
  const auto is_kept = [&](std::string_view name) {
    const auto& secrets = config::secret_variables();
    return std::find(secrets.begin(), secrets.end(), name) == secrets.end() ||
           std::find(spec.secrets.begin(), spec.secrets.end(), name) != spec.secrets.end();
  };
  std::vector<char*> kept;
  for (char** entry = environ; *entry; ++entry) {
    const std::string_view text(*entry);
    if (is_kept(text.substr(0, text.find('=')))) kept.push_back(*entry);
  }
  kept.push_back(nullptr);
  return kept;
}

}  // namespace

struct ChildProcess::State {
  pid_t pid = -1;
  bool running = true;
  std::function<void(int)> on_exit;
};

Result<std::unique_ptr<ChildProcess>> ChildProcess::spawn(const ChildSpec& spec,
                                                          std::function<void(int status)> on_exit) {
  if (spec.command.empty()) return error("cannot-spawn", "there is no command for it");
  // An exec that fails in the child would look like a process that ends at once, tried again and again.
  if (access(spec.command.front().c_str(), X_OK) != 0)
    return error("cannot-spawn", "{}: {}", spec.command.front(), std::strerror(errno));
  std::vector<char*> arguments;
  for (const auto& word : spec.command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const std::vector<char*> environment = environment_for(spec);
  const pid_t pid = fork();
  if (pid < 0) return error("cannot-spawn", "{}: {}", spec.command.front(), std::strerror(errno));
  if (pid == 0) become(spec, arguments.data(), environment.data());

  auto state = std::make_shared<State>();
  state->pid = pid;
  state->on_exit = std::move(on_exit);
  using Shared = std::shared_ptr<State>;
  g_child_watch_add_full(
      G_PRIORITY_DEFAULT, pid,
      [](GPid, gint status, gpointer data) {
        const Shared ended = *static_cast<Shared*>(data);
        ended->running = false;
        if (const auto tell = std::move(ended->on_exit)) tell(status);
      },
      new Shared(state), [](gpointer data) { delete static_cast<Shared*>(data); });
  return std::unique_ptr<ChildProcess>(new ChildProcess(std::move(state)));
}

ChildProcess::~ChildProcess() {
  state_->on_exit = nullptr;
}

pid_t ChildProcess::pid() const {
  return state_->pid;
}

bool ChildProcess::running() const {
  return state_->running;
}

void ChildProcess::signal(int number) {
  if (state_->running) ::kill(state_->pid, number);
}

std::string describe_exit(int status) {
  if (WIFSIGNALED(status))
    return fmt::format("signal {} ({})", WTERMSIG(status), strsignal(WTERMSIG(status)));
  return fmt::format("exit status {}", WEXITSTATUS(status));
}

}  // namespace tessera::server
