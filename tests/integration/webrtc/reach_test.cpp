// What a peer can make the endpoint send to, and the certificate that it shows.

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "endpoint_fixture.hpp"
#include "webrtc/candidate.hpp"
#include "webrtc/dtls_certificate.hpp"
#include "webrtc/fingerprint.hpp"

namespace tessera::webrtc::test {
namespace {

/// Counts the datagrams that arrive at a port.
class Listener {
 public:
  explicit Listener(const std::string& address)
      : fd_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    inet_pton(AF_INET, address.c_str(), &at.sin_addr);
    socklen_t length = sizeof at;
    if (::bind(fd_, reinterpret_cast<sockaddr*>(&at), length) == 0 &&
        ::getsockname(fd_, reinterpret_cast<sockaddr*>(&at), &length) == 0)
      line_ = fmt::format("candidate:1 1 UDP 2130706431 {} {} typ host", address, ntohs(at.sin_port));
  }
  ~Listener() { ::close(fd_); }
  [[nodiscard]] const std::string& candidate() const { return line_; }
  int received() {
    char byte = 0;
    while (::recv(fd_, &byte, 1, 0) >= 0) ++received_;
    return received_;
  }

 private:
  int fd_, received_ = 0;
  std::string line_;
};

/// An IPv4 address of this machine that is neither loopback nor link-local; nothing sent to it leaves the
/// machine.
std::string ordinary_address() {
  std::string found;
  ifaddrs* all = nullptr;
  if (::getifaddrs(&all) != 0) return found;
  for (const ifaddrs* one = all; one; one = one->ifa_next) {
    if (!one->ifa_addr || one->ifa_addr->sa_family != AF_INET || !(one->ifa_flags & IFF_UP)) continue;
    char text[INET_ADDRSTRLEN];
    inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in*>(one->ifa_addr)->sin_addr, text, sizeof text);
    if (nearness_of(text) == Nearness::ordinary) found = text;
  }
  ::freeifaddrs(all);
  return found;
}

class ReachTest : public EndpointFixture {
 protected:
  /// An endpoint that gathers on an ordinary address, and the two ports that its peer names.
  void answer_with(bool loopback) {
    address_ = ordinary_address();
    if (address_.empty()) GTEST_SKIP() << "this machine has loopback alone";
    client_ = std::make_unique<TestClient>(loop_, ClientSpec{});
    auto made = spec(EndpointKind::participant, client_->offer(false));
    made.ice.addresses = {address_};
    made.ice.loopback = loopback;
    create(std::move(made));
    ASSERT_TRUE(until([&] { return !heard_->answer.empty(); })) << heard_->failed;
    near_ = std::make_unique<Listener>("127.0.0.1");
    far_ = std::make_unique<Listener>(address_);
    EXPECT_TRUE(endpoint_->add_candidate(near_->candidate(), 0).ok());
    EXPECT_TRUE(endpoint_->add_candidate(far_->candidate(), 0).ok());
  }
  std::string address_;
  std::unique_ptr<Listener> near_, far_;
};

TEST_F(ReachTest, ChecksDoNotGoToLoopback) {
  answer_with(false);
  if (IsSkipped() || HasFatalFailure()) return;
  // libnice checks its pairs in turn, so by the third check of one the other has had its first.
  ASSERT_TRUE(until([&] { return far_->received() >= 3; }));
  EXPECT_EQ(near_->received(), 0);
}

TEST_F(ReachTest, ChecksGoToLoopbackWhereThatIsConfigured) {
  answer_with(true);
  if (IsSkipped() || HasFatalFailure()) return;
  EXPECT_TRUE(until([&] { return near_->received() > 0 && far_->received() > 0; }));
}

TEST_F(ReachTest, AnswerAndHandshakeShowThisProcesssOwnCertificate) {
  join({.video = gst::Codec::vp8}, EndpointKind::participant);
  if (HasFatalFailure()) return;
  const auto video = pump(gst::Codec::vp8);
  ASSERT_TRUE(until([&] { return heard_->connected; })) << client_->connection_state() << heard_->closed;
  const auto own = sha256_of_certificate(*own_dtls_certificate());
  ASSERT_TRUE(own);
  EXPECT_NE(heard_->answer.find("a=fingerprint:sha-256 " + *own), std::string::npos) << heard_->answer;
  EXPECT_EQ(sha256_of_certificate(client_->remote_certificate()), own);
}

}  // namespace
}  // namespace tessera::webrtc::test
