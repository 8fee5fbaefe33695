#include "server/accept_loop.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

#include "base/loop.hpp"

namespace tessera::server {
namespace {

using recording::Descriptor;

TEST(AcceptFaultTest, EveryErrorHasAnAnswerAndNoneIsToStop) {
  EXPECT_EQ(accept_fault(EAGAIN), AcceptFault::nobody_waits);
  for (const int code : {EMFILE, ENFILE}) EXPECT_EQ(accept_fault(code), AcceptFault::no_descriptors);
  for (const int code : {ECONNABORTED, EINTR, EPROTO, EPERM, ENETUNREACH})
    EXPECT_EQ(accept_fault(code), AcceptFault::try_next);
  for (const int code : {ENOMEM, ENOBUFS, EBADF}) EXPECT_EQ(accept_fault(code), AcceptFault::wait);
}

class AcceptLoopTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &limit_), 0);
    Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    sockaddr_in any{};
    any.sin_family = AF_INET;
    any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ASSERT_EQ(bind(socket.get(), reinterpret_cast<sockaddr*>(&any), sizeof any), 0);
    ASSERT_EQ(::listen(socket.get(), 100), 0);
    socklen_t size = sizeof address_;
    ASSERT_EQ(getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address_), &size), 0);
    accepting_ = std::make_unique<AcceptLoop>(
        loop_, std::move(socket),
        AcceptLoop::Handlers{[this](int fd, const sockaddr_storage& peer, socklen_t) {
                               EXPECT_EQ(peer.ss_family, AF_INET);
                               accepted_.emplace_back(fd);
                             },
                             [this] {
                               ++asked_;
                               return false;
                             }});
  }
  void TearDown() override { setrlimit(RLIMIT_NOFILE, &limit_); }
  Descriptor connect() {
    Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    EXPECT_EQ(::connect(socket.get(), reinterpret_cast<sockaddr*>(&address_), sizeof address_), 0);
    return socket;
  }
  /// Takes every descriptor that is left of a few.
  std::vector<Descriptor> take_all() {
    rlimit few = limit_;
    few.rlim_cur = 256;
    EXPECT_EQ(setrlimit(RLIMIT_NOFILE, &few), 0);
    std::vector<Descriptor> taken;
    for (;;) {
      Descriptor one(open("/dev/null", O_RDONLY | O_CLOEXEC));
      if (!one) return taken;
      taken.push_back(std::move(one));
    }
  }
  static bool is_closed(const Descriptor& socket) {
    char byte = 0;
    return recv(socket.get(), &byte, 1, MSG_DONTWAIT) == 0;
  }
  bool wait(const std::function<bool()>& done) { return loop_.run_until(done, std::chrono::seconds(10)); }

  Loop loop_;
  rlimit limit_{};
  sockaddr_in address_{};
  std::vector<Descriptor> accepted_;
  int asked_ = 0;
  std::unique_ptr<AcceptLoop> accepting_;
};

TEST_F(AcceptLoopTest, TakesAllThatWait) {
  std::vector<Descriptor> clients;
  for (int i = 0; i < 50; ++i) clients.push_back(connect());
  EXPECT_TRUE(wait([&] { return accepted_.size() == 50; }));
  EXPECT_NE(fcntl(accepted_.front().get(), F_GETFD) & FD_CLOEXEC, 0);
  EXPECT_NE(fcntl(accepted_.front().get(), F_GETFL) & O_NONBLOCK, 0);
}

TEST_F(AcceptLoopTest, WithoutDescriptorsItTurnsPeopleAwayAndThenGoesOn) {
  const Descriptor early = connect(), turned_away = connect();
  auto taken = take_all();
  EXPECT_TRUE(wait([&] { return is_closed(early) && is_closed(turned_away); }));
  EXPECT_TRUE(accepted_.empty());
  EXPECT_GE(asked_, 2);
  taken.clear();
  const Descriptor late = connect();
  EXPECT_TRUE(wait([&] { return accepted_.size() == 1; })) << "it listens still";
  EXPECT_FALSE(is_closed(late));
}

}  // namespace
}  // namespace tessera::server
