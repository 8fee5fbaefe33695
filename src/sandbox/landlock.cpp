#include "sandbox/landlock.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace tessera::sandbox {
namespace {

// linux/landlock.h, which is older on some machines than the kernel that runs there. The numbers of the
// system calls are the same on every architecture.
constexpr long create_ruleset = 444, add_rule = 445, restrict_self = 446;
constexpr unsigned ask_version = 1;
constexpr int rule_path_beneath = 1;

constexpr std::uint64_t execute = 1U << 0, write_file = 1U << 1, read_file = 1U << 2, read_dir = 1U << 3,
                        remove_dir = 1U << 4, remove_file = 1U << 5, make_dir = 1U << 7, make_reg = 1U << 8,
                        refer = 1U << 13, truncate_file = 1U << 14, ioctl_dev = 1U << 15;
constexpr std::uint64_t first_version = (1U << 13) - 1;
constexpr std::uint64_t bind_tcp = 1U << 0, connect_tcp = 1U << 1;
constexpr std::uint64_t abstract_sockets = 1U << 0, signals = 1U << 1;

struct Attributes {
  std::uint64_t files, network, scoped;
};
struct __attribute__((packed)) PathBeneath {
  std::uint64_t allowed;
  std::int32_t parent;
};

std::uint64_t rights(Access access) {
  constexpr std::uint64_t reading = read_file | read_dir;
  switch (access) {
    case Access::read:
      return reading;
    case Access::write:
      return reading | write_file | remove_dir | remove_file | make_dir | make_reg | refer | truncate_file;
    case Access::device:
      return reading | write_file | ioctl_dev;
  }
  return 0;
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] int release() { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

Result<void> allow(int ruleset, const LandlockPlan::Rule& rule) {
  Descriptor place(::open(rule.path.c_str(), O_PATH | O_CLOEXEC));
  if (place.get() < 0) return {};  // what is missing needs no rule
  struct stat about {};
  if (::fstat(place.get(), &about) != 0) return {};
  const PathBeneath beneath{S_ISDIR(about.st_mode) ? rule.in_folder : rule.on_file, place.get()};
  if (beneath.allowed == 0) return {};
  if (::syscall(add_rule, ruleset, rule_path_beneath, &beneath, 0) != 0 && errno != EBADFD)
    return error("sandbox", "Landlock does not take a rule for {}: {}", rule.path, std::strerror(errno));
  // The kernel makes folders of /proc anew when nobody holds them, and a rule is for the folder it was made
  // with.
  if (rule.path.starts_with("/proc/")) (void)place.release();
  return {};
}

}  // namespace

int landlock_version() {
  const long version = ::syscall(create_ruleset, nullptr, 0, ask_version);
  return version > 0 ? static_cast<int>(version) : 0;
}

LandlockPlan plan_landlock(const Policy& policy, int version) {
  LandlockPlan plan;
  if (version < 1) return plan;
  plan.handled_files = first_version;
  if (version >= 2) plan.handled_files |= refer;
  if (version >= 3) plan.handled_files |= truncate_file;
  if (version >= 5) plan.handled_files |= ioctl_dev;
  if (version >= 4 && policy.network != Network::all) plan.handled_network = bind_tcp | connect_tcp;
  if (version >= 6) plan.scoped = abstract_sockets | signals;
  plan.attribute_bytes = sizeof(std::uint64_t) * (version >= 6 ? 3 : version >= 4 ? 2 : 1);
  constexpr std::uint64_t of_files = execute | write_file | read_file | truncate_file | ioctl_dev;
  for (const auto& [path, access] : policy.paths) {
    const std::uint64_t allowed = rights(access) & plan.handled_files;
    plan.rules.push_back({path, allowed, allowed & of_files});
  }
  return plan;
}

Result<void> apply_landlock(const LandlockPlan& plan) {
  const Attributes attributes{plan.handled_files, plan.handled_network, plan.scoped};
  const Descriptor ruleset(static_cast<int>(::syscall(create_ruleset, &attributes, plan.attribute_bytes, 0)));
  if (ruleset.get() < 0) return error("sandbox", "Landlock makes no ruleset: {}", std::strerror(errno));
  for (const auto& rule : plan.rules)
    if (auto allowed = allow(ruleset.get(), rule); !allowed) return allowed;
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || ::syscall(restrict_self, ruleset.get(), 0) != 0)
    return error("sandbox", "Landlock does not restrict this process: {}", std::strerror(errno));
  return {};
}

}  // namespace tessera::sandbox
