// What a confined process can still do. Each case runs in a process of its own: a sandbox is for ever.
#include "sandbox/enter.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/netlink.h>
#include <poll.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <thread>

#include "sandbox/landlock.hpp"
#include "sandbox/own_secrets.hpp"
#include "sandbox/syscall_filter.hpp"

namespace tessera::sandbox {
namespace {
namespace fs = std::filesystem;

class Confined : public ::testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/tessera-sandbox-XXXXXX";
    root_ = ::mkdtemp(name);
    for (const char* folder : {"recordings/lobby/1", "recordings/other/1", "layouts", "copies"})
      fs::create_directories(root_ / folder);
    std::ofstream(root_ / "recordings/other/1/recording.json") << "{}";
    std::ofstream(root_ / "layouts/grid.json") << "{}";
    std::ofstream(root_ / "tessera.json") << "{\"auth\":{\"key\":\"secret\"}}";
  }
  void TearDown() override { fs::remove_all(root_); }

  [[nodiscard]] std::string path(const char* below) const { return (root_ / below).string(); }
  [[nodiscard]] Policy room() const {
    return room_policy({.recordings = path("recordings/lobby"),
                        .layouts = path("layouts"),
                        .pipelines = "",
                        .announcements = path("missing")},
                       Surroundings::of_this_process());
  }

  /// What `attempt` gives as exit status, in a process under `policy`. 0: as hoped; 100 and above: it did not
  /// get that far.
  static int under(const Policy& policy, const std::function<int()>& attempt) {
    const pid_t child = ::fork();
    if (child == 0) {
      if (!enter(policy, Mode::automatic)) ::_exit(100);
      ::_exit(attempt());
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 200 + WTERMSIG(status);
  }

  fs::path root_;
};

#define NEEDS_LANDLOCK(version) \
  if (landlock_version() < (version)) GTEST_SKIP() << "this kernel has no Landlock ABI " << (version)
#define NEEDS_SECCOMP() \
  if (!seccomp_available()) GTEST_SKIP() << "this kernel has no seccomp filters"

int open_fails(const std::string& path, int flags, int with) {
  const int fd = ::open(path.c_str(), flags | O_CLOEXEC, 0600);
  if (fd >= 0) return 1;
  return errno == with ? 0 : 2;
}
int opens(const std::string& path, int flags) {
  return ::open(path.c_str(), flags | O_CLOEXEC, 0600) >= 0 ? 0 : 1;
}
int refused(long result) {
  return result == -1 && errno == EPERM ? 0 : 1;
}

TEST_F(Confined, RoomWritesInItsFolder) {
  EXPECT_EQ(under(room(),
                  [&] {
                    if (opens(path("recordings/lobby/1/live.mkv"), O_RDWR | O_CREAT) != 0) return 1;
                    if (::mkdir(path("recordings/lobby/1/tracks").c_str(), 0750) != 0) return 2;
                    if (opens(path("recordings/lobby/1/tracks/a.part"), O_WRONLY | O_CREAT) != 0) return 3;
                    if (::rename(path("recordings/lobby/1/tracks/a.part").c_str(),
                                 path("recordings/lobby/1/a").c_str()) != 0)
                      return 4;
                    if (::truncate(path("recordings/lobby/1/a").c_str(), 0) != 0) return 5;
                    return ::unlink(path("recordings/lobby/1/a").c_str()) == 0 ? 0 : 6;
                  }),
            0);
}

TEST_F(Confined, RoomWritesNowhereElse) {
  NEEDS_LANDLOCK(1);
  for (const char* place : {"recordings/other/1/x", "recordings/x", "layouts/grid.json", "x"})
    EXPECT_EQ(under(room(), [&] { return open_fails(path(place), O_WRONLY | O_CREAT, EACCES); }), 0) << place;
  for (const char* place : {"/tmp/tessera-escaped", "/dev/shm/tessera-escaped", "/var/tmp/tessera-escaped"})
    EXPECT_EQ(under(room(), [&] { return open_fails(place, O_WRONLY | O_CREAT, EACCES); }), 0) << place;
}

TEST_F(Confined, RoomReadsNeitherOtherRoomsNorTheConfiguration) {
  NEEDS_LANDLOCK(1);
  EXPECT_EQ(
      under(room(), [&] { return open_fails(path("recordings/other/1/recording.json"), O_RDONLY, EACCES); }),
      0);
  EXPECT_EQ(under(room(), [&] { return open_fails(path("tessera.json"), O_RDONLY, EACCES); }), 0);
  EXPECT_EQ(under(room(), [&] { return open_fails("/etc/shadow", O_RDONLY, EACCES); }), 0);
  EXPECT_EQ(under(room(), [&] { return opens(path("layouts/grid.json"), O_RDONLY); }), 0);
  EXPECT_EQ(under(room(), [] { return opens("/proc/self/statm", O_RDONLY); }), 0);
  EXPECT_EQ(under(room(), [] { return opens("/dev/urandom", O_RDONLY); }), 0);
}

TEST_F(Confined, RoomFollowsNoLinkOutOfItsFolder) {
  NEEDS_LANDLOCK(1);
  fs::create_symlink(path("tessera.json"), path("recordings/lobby/link"));
  EXPECT_EQ(under(room(), [&] { return open_fails(path("recordings/lobby/link"), O_RDONLY, EACCES); }), 0);
}

TEST_F(Confined, RoomReachesNothingOfTheFrontInProc) {
  NEEDS_LANDLOCK(1);
  const std::string front = "/proc/" + std::to_string(::getpid());
  for (const char* file : {"/environ", "/mem", "/maps", "/cmdline"})
    EXPECT_EQ(under(room(), [&] { return open_fails(front + file, O_RDONLY, EACCES); }), 0) << file;
}

TEST_F(Confined, RoomStartsNoProgramAndNoProcess) {
  NEEDS_SECCOMP();
  EXPECT_EQ(under(room(),
                  [] {
                    char* const nothing[] = {nullptr};
                    ::execve("/bin/true", nothing, nothing);
                    return errno == EPERM ? 0 : 1;
                  }),
            0);
  EXPECT_EQ(under(room(), [] { return refused(::fork()); }), 0);
  EXPECT_EQ(under(room(), [] { return refused(::syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0)); }),
            0);
  EXPECT_EQ(under(room(), [] { return refused(::unshare(CLONE_NEWUSER)); }), 0);
}

TEST_F(Confined, RoomMakesThreads) {
  EXPECT_EQ(under(room(),
                  [] {
                    int result = 1;
                    std::thread([&result] { result = 0; }).join();
                    return result;
                  }),
            0);
}

TEST_F(Confined, RoomTouchesNoOtherProcess) {
  NEEDS_SECCOMP();
  const pid_t front = ::getpid();
  char byte = 0;
  iovec here{&byte, 1}, there{&byte, 1};
  EXPECT_EQ(under(room(), [&] { return refused(::kill(front, 0)); }), 0);
  EXPECT_EQ(under(room(), [&] { return refused(::process_vm_readv(front, &here, 1, &there, 1, 0)); }), 0);
  EXPECT_EQ(under(room(), [&] { return refused(::ptrace(PTRACE_ATTACH, front, 0, 0)); }), 0);
  EXPECT_EQ(under(room(), [&] { return refused(::syscall(SYS_pidfd_open, front, 0)); }), 0);
  rlimit limit{};
  EXPECT_EQ(under(room(), [&] { return refused(::prlimit(front, RLIMIT_NOFILE, nullptr, &limit)); }), 0);
}

TEST_F(Confined, AbortStillEndsARoom) {
  EXPECT_EQ(under(room(),
                  [] {
                    std::abort();
                    return 0;
                  }),
            200 + SIGABRT);
}

TEST_F(Confined, RoomIsKeptFromTheKernelsBackRooms) {
  NEEDS_SECCOMP();
  EXPECT_EQ(under(room(), [] { return refused(::mount("none", "/tmp", "tmpfs", 0, nullptr)); }), 0);
  for (const long call :
       {SYS_bpf, SYS_keyctl, SYS_add_key, SYS_perf_event_open, SYS_userfaultfd, SYS_io_uring_setup,
        SYS_init_module, SYS_kexec_load, SYS_setns, SYS_open_by_handle_at, SYS_mknodat})
    EXPECT_EQ(under(room(), [&] { return refused(::syscall(call, 0, 0, 0, 0, 0)); }), 0) << call;
}

TEST_F(Confined, RoomHasUdpAndTheListOfInterfaces) {
  EXPECT_EQ(under(room(),
                  [] {
                    if (::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0) < 0) return 1;
                    if (::socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0) < 0 && errno != EAFNOSUPPORT)
                      return 2;
                    return ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE) >= 0 ? 0 : 3;
                  }),
            0);
}

TEST_F(Confined, RoomHasNoOtherSockets) {
  NEEDS_SECCOMP();
  for (const int family : {AF_UNIX, AF_PACKET, AF_VSOCK, AF_ALG, AF_BLUETOOTH, AF_XDP, 45, 63, 64, 200})
    EXPECT_EQ(under(room(), [&] { return refused(::socket(family, SOCK_DGRAM, 0)); }), 0) << family;
  EXPECT_EQ(under(room(), [] { return refused(::socket(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER)); }), 0);
}

TEST_F(Confined, RoomConnectsToNoServerByTcp) {
  NEEDS_LANDLOCK(4);
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(::bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(::listen(listener, 1), 0);
  socklen_t length = sizeof address;
  ASSERT_EQ(::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &length), 0);
  const auto connects = [&] {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return 0;
    return errno == EACCES ? 1 : 2;
  };
  EXPECT_EQ(under(room(), connects), 1);
  EXPECT_EQ(under(uploader_policy(path("recordings/lobby/1"), "", Surroundings::of_this_process()), connects),
            0);
  ::close(listener);
}

TEST_F(Confined, FinisherHasItsRecordingAndNoSocket) {
  const auto policy = finisher_policy(path("recordings/lobby/1"), Surroundings::of_this_process());
  EXPECT_EQ(under(policy, [&] { return opens(path("recordings/lobby/1/recording.mp4"), O_RDWR | O_CREAT); }),
            0);
  NEEDS_LANDLOCK(1);
  EXPECT_EQ(under(policy, [&] { return open_fails(path("recordings/lobby/x"), O_RDWR | O_CREAT, EACCES); }),
            0);
  NEEDS_SECCOMP();
  EXPECT_EQ(under(policy, [] { return refused(::socket(AF_INET, SOCK_STREAM, 0)); }), 0);
}

TEST_F(Confined, PreviewWritesNothing) {
  NEEDS_LANDLOCK(1);
  const auto policy = preview_policy(path("layouts"), Surroundings::of_this_process());
  EXPECT_EQ(under(policy, [&] { return open_fails(path("layouts/x"), O_RDWR | O_CREAT, EACCES); }), 0);
  EXPECT_EQ(under(policy, [&] { return opens(path("layouts/grid.json"), O_RDONLY); }), 0);
}

TEST_F(Confined, OffConfinesNothing) {
  EXPECT_EQ(under(Policy{}, [] { return 0; }), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    if (!enter(room(), Mode::off)) ::_exit(100);
    ::_exit(opens(path("tessera.json"), O_RDONLY));
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
}

TEST(Probe, FindsWhatTheKernelHas) {
  const auto mechanisms = probe();
  const auto holds = [&](const char* name) {
    for (const auto& one : mechanisms)
      if (one.name == name) return one.in_force;
    return false;
  };
  EXPECT_TRUE(holds("no_new_privs"));
  EXPECT_TRUE(holds("capabilities"));
  EXPECT_EQ(holds("landlock"), landlock_version() > 0);
  EXPECT_EQ(holds("seccomp"), seccomp_available());
}

TEST(Probe, RequiredRefusesToGoWithout) {
  EXPECT_TRUE(check_required({{"landlock", false, "too old"}}, Mode::automatic).ok());
  EXPECT_TRUE(check_required({{"landlock", true, "ABI 3"}}, Mode::required).ok());
  const auto refused =
      check_required({{"landlock", false, "too old"}, {"seccomp", true, ""}}, Mode::required);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().message, "sandbox.mode: required, but landlock: too old");
}

TEST(Environment, LosesItsSecretsWhereTheKernelShowsThem) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(ends[1], STDOUT_FILENO);
    ::setenv("TESSERA_TEST_WIPE", "1", 1);
    ::setenv("TESSERA_SECRET", "hunter2hunter2", 1);
    ::setenv("TESSERA_SECRETS", "kept", 1);
    ::execl("/proc/self/exe", "integration_sandbox", "--gtest_filter=Environment.DISABLED_Child",
            "--gtest_also_run_disabled_tests", nullptr);
    ::_exit(127);
  }
  ::close(ends[1]);
  int status = 0;
  ::waitpid(child, &status, 0);
  ::close(ends[0]);
  EXPECT_EQ(status, 0);
}

/// The half of the test above that is started with the secrets in its environment.
TEST(Environment, DISABLED_Child) {
  if (!std::getenv("TESSERA_TEST_WIPE")) GTEST_SKIP();
  const auto shown = [] {
    std::ifstream file("/proc/self/environ", std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  ASSERT_NE(shown().find("hunter2"), std::string::npos);
  wipe_environment({"TESSERA_SECRET"});
  EXPECT_EQ(shown().find("hunter2"), std::string::npos);
  EXPECT_EQ(std::getenv("TESSERA_SECRET"), nullptr);
  EXPECT_NE(shown().find("TESSERA_SECRETS=kept"), std::string::npos);
  EXPECT_TRUE(hide_memory().ok());
  EXPECT_EQ(::prctl(PR_GET_DUMPABLE), 0);
}

}  // namespace
}  // namespace tessera::sandbox
