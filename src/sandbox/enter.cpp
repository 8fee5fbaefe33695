#include "sandbox/enter.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "base/log.hpp"
#include "sandbox/capabilities.hpp"
#include "sandbox/landlock.hpp"
#include "sandbox/syscall_filter.hpp"

namespace tessera::sandbox {
namespace {

std::size_t threads() {
  const std::unique_ptr<DIR, int (*)(DIR*)> tasks(::opendir("/proc/self/task"), &::closedir);
  std::size_t count = 0;
  if (tasks)
    while (const dirent* task = ::readdir(tasks.get())) count += task->d_name[0] != '.';
  return count;
}

constexpr const char* no_landlock =
    "the kernel has no Landlock, or it is switched off (Linux 5.13, and landlock in the lsm= list)";
constexpr const char* no_seccomp = "the kernel has no seccomp filters (CONFIG_SECCOMP_FILTER)";

/// What the probing process found, one bit each.
enum Found : unsigned char { no_new_privileges = 1, landlock = 2, seccomp = 4, capabilities = 8 };

unsigned char try_everything() {
  unsigned char found = 0;
  Policy policy = finisher_policy("", Surroundings::of_this_process());
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0) found |= no_new_privileges;
  if (drop_capabilities()) found |= capabilities;
  if (const int version = landlock_version(); version > 0 && apply_landlock(plan_landlock(policy, version))) {
    const int root = ::open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (root < 0 && errno == EACCES) found |= landlock;
  }
  if (seccomp_available() && apply_syscall_filter(policy)) {
    char* const nothing[] = {nullptr};
    ::execve("/proc/self/exe", nothing, nothing);
    if (errno == EPERM) found |= seccomp;
  }
  return found;
}

}  // namespace

Mode mode_from(std::string_view word) {
  if (word == "required") return Mode::required;
  if (word == "off") return Mode::off;
  return Mode::automatic;
}

Result<void> enter(const Policy& policy, Mode mode) {
  if (mode == Mode::off) return {};
  const bool required = mode == Mode::required;
  if (const std::size_t count = threads(); count > 1) {
    if (required) return error("sandbox", "{} threads were started before the sandbox", count - 1);
    log::warn("sandbox: {} threads were started before it, and Landlock does not hold for them", count - 1);
  }
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
    return error("sandbox", "no_new_privs: {}", std::strerror(errno));
  if (auto dropped = drop_capabilities(); !dropped) return dropped;
  if (const int version = landlock_version(); version > 0) {
    if (auto applied = apply_landlock(plan_landlock(policy, version)); !applied) return applied;
  } else if (required) {
    return error("sandbox", "{}", no_landlock);
  }
  if (seccomp_available()) {
    if (auto applied = apply_syscall_filter(policy); !applied) return applied;
  } else if (required) {
    return error("sandbox", "{}", no_seccomp);
  }
  return {};
}

std::vector<Mechanism> probe() {
  int status = 0;
  const pid_t child = ::fork();
  if (child == 0) ::_exit(try_everything());
  while (child > 0 && ::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  const unsigned found = child > 0 && WIFEXITED(status) ? static_cast<unsigned>(WEXITSTATUS(status)) : 0;
  const int version = landlock_version();
  const auto told = [&](const char* name, unsigned bit, std::string how, std::string why_not) {
    const bool holds = (found & bit) != 0;
    return Mechanism{name, holds, holds ? std::move(how) : std::move(why_not)};
  };
  std::string reach = fmt::format("ABI {}: files", version);
  if (version >= 4) reach += ", TCP";
  if (version >= 6) reach += ", signals, abstract sockets";
  return {
      told("no_new_privs", no_new_privileges, "children gain no rights", "prctl refuses it"),
      told("capabilities", capabilities, "children keep none but those for files of other owners",
           "capset refuses it"),
      told("landlock", landlock, reach, version > 0 ? "it does not hold when tried" : no_landlock),
      told("seccomp", seccomp, fmt::format("{} system calls are refused", forbidden_syscalls().size()),
           seccomp_available() ? "it does not hold when tried" : no_seccomp),
  };
}

Result<void> check_required(const std::vector<Mechanism>& mechanisms, Mode mode) {
  if (mode != Mode::required) return {};
  std::string missing;
  for (const auto& one : mechanisms)
    if (!one.in_force)
      missing += fmt::format("{}sandbox.mode: required, but {}: {}", missing.empty() ? "" : "\n", one.name,
                             one.detail);
  if (missing.empty()) return {};
  return error("bad-config", "{}", missing);
}

}  // namespace tessera::sandbox
