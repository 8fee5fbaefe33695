#include "sandbox/syscall_filter.hpp"

#include <linux/seccomp.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <memory>

namespace tessera::sandbox {
namespace {

constexpr std::uint32_t refuse = SCMP_ACT_ERRNO(EPERM);
// Beyond AF_MAX of today: families of kernels to come.
constexpr int families = 64;
constexpr std::uint64_t namespaces[] = {CLONE_NEWNS,  CLONE_NEWUTS, CLONE_NEWIPC,   CLONE_NEWUSER,
                                        CLONE_NEWPID, CLONE_NEWNET, CLONE_NEWCGROUP};

struct Releases {
  void operator()(void* filter) const { seccomp_release(filter); }
};

/// Collects rules; the first that libseccomp refuses is the result.
class Rules {
 public:
  explicit Rules(scmp_filter_ctx filter) : filter_(filter) {}

  template <typename... Comparisons>
  void add(std::uint32_t action, std::string_view name, Comparisons... comparisons) {
    const std::string call(name);
    const int number = seccomp_syscall_resolve_name(call.c_str());
    if (number < 0) return;  // not on this architecture, or newer than this libseccomp
    const int status = seccomp_rule_add(filter_, action, number, sizeof...(comparisons), comparisons...);
    if (status != 0 && result_.ok())
      result_ = error("sandbox", "libseccomp takes no rule for {}: {}", call, std::strerror(-status));
  }
  [[nodiscard]] const Result<void>& result() const { return result_; }

 private:
  scmp_filter_ctx filter_;
  Result<void> result_;
};

void refuse_new_processes(Rules& rules) {
  for (const char* call : {"fork", "vfork"}) rules.add(refuse, call);
  rules.add(refuse, "clone", SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0));
  for (const std::uint64_t flag : namespaces)
    rules.add(refuse, "clone", SCMP_A0(SCMP_CMP_MASKED_EQ, flag, flag));
  // Its flags are in memory, where no filter can look. The C library then makes threads with clone().
  rules.add(SCMP_ACT_ERRNO(ENOSYS), "clone3");
}

void refuse_sockets(Rules& rules, Network network) {
  const auto allowed = socket_families(network);
  for (int family = 0; family < families; ++family)
    if (std::find(allowed.begin(), allowed.end(), family) == allowed.end())
      rules.add(refuse, "socket", SCMP_A0_32(SCMP_CMP_EQ, static_cast<std::uint32_t>(family)));
  rules.add(refuse, "socket", SCMP_A0_32(SCMP_CMP_GE, families));
  // Netlink is needed for the list of interfaces alone (NETLINK_ROUTE is 0).
  rules.add(refuse, "socket", SCMP_A0_32(SCMP_CMP_EQ, AF_NETLINK), SCMP_A2_32(SCMP_CMP_NE, 0));
}

void refuse_other_processes(Rules& rules) {
  const auto self = static_cast<std::uint32_t>(::getpid());
  for (const char* call : {"kill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo"})
    rules.add(refuse, call, SCMP_A0_32(SCMP_CMP_NE, self));
  rules.add(refuse, "prlimit64", SCMP_A0_32(SCMP_CMP_NE, 0));
}

void refuse_terminals(Rules& rules) {
  for (const std::uint32_t request :
       {static_cast<std::uint32_t>(TIOCSTI), static_cast<std::uint32_t>(TIOCLINUX)})
    rules.add(refuse, "ioctl", SCMP_A1_32(SCMP_CMP_EQ, request));
}

}  // namespace

const std::vector<std::string_view>& forbidden_syscalls() {
  static const std::vector<std::string_view> calls = {
      // other programs
      "execve", "execveat", "uselib",
      // other processes
      "ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "process_mrelease", "kcmp",
      "tkill", "pidfd_open", "pidfd_getfd", "pidfd_send_signal", "move_pages", "migrate_pages",
      // mounts and namespaces
      "mount", "umount", "umount2", "pivot_root", "chroot", "open_tree", "open_tree_attr", "move_mount",
      "fsopen", "fsconfig", "fsmount", "fspick", "mount_setattr", "statmount", "listmount", "unshare",
      "setns",
      // files past their paths
      "open_by_handle_at", "name_to_handle_at", "fanotify_init", "fanotify_mark", "mknod", "mknodat",
      "quotactl", "quotactl_fd", "acct", "swapon", "swapoff",
      // large and seldom used parts of the kernel
      "bpf", "io_uring_setup", "io_uring_enter", "io_uring_register", "perf_event_open", "userfaultfd",
      "keyctl", "add_key", "request_key", "lookup_dcookie", "vmsplice", "remap_file_pages", "nfsservctl",
      "sysfs",
      // the machine
      "kexec_load", "kexec_file_load", "init_module", "finit_module", "delete_module", "create_module",
      "query_module", "get_kernel_syms", "reboot", "syslog", "settimeofday", "stime", "clock_settime",
      "clock_settime64", "clock_adjtime", "clock_adjtime64", "adjtimex", "sethostname", "setdomainname",
      "ioperm", "iopl", "modify_ldt", "vm86", "vm86old", "personality", "vhangup",
      // rights
      "setuid", "setgid", "setreuid", "setregid", "setresuid", "setresgid", "setfsuid", "setfsgid",
      "setgroups", "capset"};
  return calls;
}

std::vector<int> socket_families(Network network) {
  if (network == Network::none) return {};
  return {AF_INET, AF_INET6, AF_NETLINK};
}

bool seccomp_available() {
  const std::uint32_t action = SECCOMP_RET_ERRNO;
  return ::syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

Result<void> apply_syscall_filter(const Policy& policy) {
  const std::unique_ptr<void, Releases> filter(seccomp_init(SCMP_ACT_ALLOW));
  if (!filter) return error("sandbox", "libseccomp makes no filter");
  seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_TSYNC, 1);  // every thread, not this one alone
  // Without this, kernels before 5.16 slow the whole process down, as they do for code that runs in a
  // browser.
  seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_SSB, 1);
  Rules rules(filter.get());
  for (const auto call : forbidden_syscalls()) rules.add(refuse, call);
  refuse_new_processes(rules);
  refuse_sockets(rules, policy.network);
  refuse_other_processes(rules);
  refuse_terminals(rules);
  if (!rules.result()) return rules.result();
  const int status = seccomp_load(filter.get());
  if (status != 0) return error("sandbox", "the kernel does not take the filter: {}", std::strerror(-status));
  return {};
}

}  // namespace tessera::sandbox
