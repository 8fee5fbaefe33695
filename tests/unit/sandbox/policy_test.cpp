#include "sandbox/policy.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <algorithm>

#include "sandbox/landlock.hpp"
#include "sandbox/syscall_filter.hpp"

namespace tessera::sandbox {
namespace {

const Surroundings nowhere{};

std::vector<std::string> writable(const Policy& policy) {
  std::vector<std::string> paths;
  for (const auto& rule : policy.paths)
    if (rule.access == Access::write) paths.push_back(rule.path);
  return paths;
}

bool reads(const Policy& policy, const std::string& path) {
  return std::find(policy.paths.begin(), policy.paths.end(), PathRule{path, Access::read}) !=
         policy.paths.end();
}

const LandlockPlan::Rule& rule_for(const LandlockPlan& plan, const std::string& path) {
  return *std::find_if(plan.rules.begin(), plan.rules.end(),
                       [&](const auto& rule) { return rule.path == path; });
}

TEST(Policies, ARoomWritesInItsOwnFolderAndNowhereElse) {
  const auto policy = room_policy(
      {.recordings = "/r/lobby", .layouts = "/l", .pipelines = "/p", .announcements = "/a"}, nowhere);
  EXPECT_EQ(writable(policy), std::vector<std::string>{"/r/lobby"});
  for (const char* place : {"/l", "/p", "/a", "/usr", "/etc/fonts"})
    EXPECT_TRUE(reads(policy, place)) << place;
  EXPECT_EQ(policy.network, Network::udp);
}

TEST(Policies, AFinisherHasItsRecordingAndNoNetwork) {
  const auto policy = finisher_policy("/r/lobby/1", nowhere);
  EXPECT_EQ(writable(policy), std::vector<std::string>{"/r/lobby/1"});
  EXPECT_EQ(policy.network, Network::none);
  EXPECT_FALSE(reads(policy, "/etc/resolv.conf"));
}

TEST(Policies, AnUploaderToAFolderHasNoNetwork) {
  EXPECT_EQ(uploader_policy("/r/1", "/copies", nowhere).network, Network::none);
  EXPECT_EQ(writable(uploader_policy("/r/1", "/copies", nowhere)),
            (std::vector<std::string>{"/r/1", "/copies"}));
  EXPECT_EQ(uploader_policy("/r/1", "", nowhere).network, Network::all);
  EXPECT_TRUE(reads(uploader_policy("/r/1", "", nowhere), "/etc/ssl/certs"));
}

TEST(Policies, APreviewWritesNowhere) {
  const auto policy = preview_policy("/layouts", nowhere);
  EXPECT_TRUE(writable(policy).empty());
  EXPECT_TRUE(reads(policy, "/layouts"));
  EXPECT_EQ(policy.network, Network::none);
}

TEST(Policies, NoneReachesPlacesWhereKeysAre) {
  for (const auto& policy : {room_policy({}, nowhere), finisher_policy("/r/1", nowhere),
                             uploader_policy("/r/1", "", nowhere), preview_policy("/l", nowhere)})
    for (const auto& [path, access] : policy.paths) {
      EXPECT_NE(path, "/") << policy.name;
      EXPECT_NE(path, "/etc") << policy.name;
      EXPECT_NE(path, "/proc") << policy.name;
      EXPECT_NE(path, "/etc/ssl") << policy.name << ": private keys are in there";
      EXPECT_FALSE(path.starts_with("/root") || path.starts_with("/home")) << path;
    }
}

TEST(Policies, ReadOfTheUsersFoldersOnlyFontsAndPlugins) {
  const Surroundings around{.home = "/home/x"};
  const auto policy = preview_policy("", around);
  EXPECT_TRUE(reads(policy, "/home/x/.cache/fontconfig"));
  EXPECT_TRUE(reads(policy, "/home/x/.local/share/fonts"));
  EXPECT_FALSE(reads(policy, "/home/x"));
  EXPECT_FALSE(reads(policy, "/home/x/.cache"));
}

TEST(Policies, TakeWhatAnOperatorAdds) {
  const auto policy = room_policy({}, nowhere, {{"/opt/codecs"}, {"/dev/dri"}});
  EXPECT_TRUE(reads(policy, "/opt/codecs"));
  const PathRule device{"/dev/dri", Access::device};
  EXPECT_NE(std::find(policy.paths.begin(), policy.paths.end(), device), policy.paths.end());
}

constexpr std::uint64_t execute = 1, write_file = 1U << 1, make_reg = 1U << 8, refer = 1U << 13,
                        truncate_file = 1U << 14, ioctl_dev = 1U << 15;

TEST(LandlockPlans, AskForWhatEachVersionKnows) {
  const auto policy = finisher_policy("/r/1", nowhere);
  EXPECT_TRUE(plan_landlock(policy, 0).rules.empty());
  const auto first = plan_landlock(policy, 1);
  EXPECT_EQ(first.handled_files, (1U << 13) - 1);
  EXPECT_EQ(first.attribute_bytes, 8U);
  EXPECT_EQ(first.handled_network, 0U);
  EXPECT_NE(plan_landlock(policy, 2).handled_files & refer, 0U);
  EXPECT_NE(plan_landlock(policy, 3).handled_files & truncate_file, 0U);
  EXPECT_EQ(plan_landlock(policy, 3).handled_files & ioctl_dev, 0U);
  EXPECT_EQ(plan_landlock(policy, 4).handled_network, 3U);
  EXPECT_EQ(plan_landlock(policy, 4).attribute_bytes, 16U);
  EXPECT_NE(plan_landlock(policy, 5).handled_files & ioctl_dev, 0U);
  EXPECT_EQ(plan_landlock(policy, 6).scoped, 3U);
  EXPECT_EQ(plan_landlock(policy, 99).attribute_bytes, 24U);
}

TEST(LandlockPlans, NobodyExecutesAndOnlyWritersWrite) {
  const auto plan = plan_landlock(finisher_policy("/r/1", nowhere), 5);
  for (const auto& rule : plan.rules) {
    EXPECT_EQ(rule.in_folder & execute, 0U) << rule.path;
    EXPECT_EQ(rule.in_folder & ~plan.handled_files, 0U)
        << rule.path << ": the kernel refuses what is not handled";
  }
  EXPECT_EQ(rule_for(plan, "/usr").in_folder & (write_file | make_reg), 0U);
  EXPECT_NE(rule_for(plan, "/r/1").in_folder & make_reg, 0U);
  EXPECT_EQ(rule_for(plan, "/r/1").on_file & make_reg, 0U)
      << "the kernel refuses rights of folders on a file";
  EXPECT_NE(rule_for(plan, "/dev/null").on_file & write_file, 0U);
}

TEST(LandlockPlans, TcpIsLeftToThoseWhoNeedIt) {
  EXPECT_EQ(plan_landlock(room_policy({.tcp = true}, nowhere), 6).handled_network, 0U);
  EXPECT_EQ(plan_landlock(room_policy({}, nowhere), 6).handled_network, 3U);
}

TEST(SyscallFilter, ForbidsWhatTakesAProcessOver) {
  const auto& calls = forbidden_syscalls();
  for (const char* call :
       {"execve", "execveat", "ptrace", "process_vm_readv", "process_vm_writev", "mount", "bpf", "keyctl",
        "add_key", "kexec_load", "init_module", "perf_event_open", "userfaultfd", "unshare", "setns",
        "pidfd_getfd", "io_uring_setup", "open_by_handle_at"})
    EXPECT_NE(std::find(calls.begin(), calls.end(), call), calls.end()) << call;
}

TEST(SyscallFilter, LeavesSocketsToThoseWhoHaveTheNetwork) {
  EXPECT_TRUE(socket_families(Network::none).empty());
  for (const auto network : {Network::udp, Network::all})
    EXPECT_EQ(socket_families(network), (std::vector<int>{AF_INET, AF_INET6, AF_NETLINK}));
}

}  // namespace
}  // namespace tessera::sandbox
