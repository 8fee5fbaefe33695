#include "webrtc/candidate.hpp"

#include <gtest/gtest.h>

namespace tessera::webrtc {
namespace {

TEST(Candidate, ReadsAndWritesCanonically) {
  const auto host =
      parse_candidate("a=candidate:1467250027 1 udp 2122260223 192.168.0.196 46243 typ host generation 0");
  ASSERT_TRUE(host);
  EXPECT_EQ(to_line(*host), "candidate:1467250027 1 UDP 2122260223 192.168.0.196 46243 typ host");
  const auto reflexive = parse_candidate(
      "candidate:842163049 1 udp 1677729535 203.0.113.7 46154 typ srflx raddr 10.0.1.1 rport 8998 generation "
      "0 ufrag x");
  ASSERT_TRUE(reflexive);
  EXPECT_EQ(to_line(*reflexive),
            "candidate:842163049 1 UDP 1677729535 203.0.113.7 46154 typ srflx raddr 10.0.1.1 rport 8998");
}

TEST(Candidate, RelatedAddressThatIsNoneIsReplaced) {
  const auto candidate = parse_candidate("candidate:1 1 udp 1 203.0.113.7 4 typ relay raddr x;y rport 9");
  ASSERT_TRUE(candidate);
  EXPECT_EQ(to_line(*candidate), "candidate:1 1 UDP 1 203.0.113.7 4 typ relay raddr 0.0.0.0 rport 0");
}

TEST(Candidate, OnlyUnicastUdpForRtpIsUsable) {
  const auto is_usable = [](const char* line) {
    const auto candidate = parse_candidate(line);
    EXPECT_TRUE(candidate) << line;
    return candidate && usable(*candidate);
  };
  EXPECT_TRUE(is_usable("candidate:1 1 UDP 1 10.0.0.1 5 typ host"));
  EXPECT_TRUE(is_usable("candidate:1 1 udp 1 2001:db8::1 5 typ host"));
  EXPECT_FALSE(is_usable("candidate:1 1 tcp 1 10.0.0.1 9 typ host tcptype active"));
  EXPECT_FALSE(is_usable("candidate:1 2 udp 1 10.0.0.1 5 typ host"));
  EXPECT_FALSE(is_usable("candidate:1 1 udp 1 3c7cbb0c.local 5 typ host"));
  EXPECT_FALSE(is_usable("candidate:1 1 udp 1 example.org 5 typ host"));
  EXPECT_FALSE(is_usable("candidate:1 1 udp 1 0.0.0.0 5 typ host"));
  EXPECT_FALSE(is_usable("candidate:1 1 udp 1 239.1.1.1 5 typ host"));
  EXPECT_FALSE(is_usable("candidate:1 1 udp 1 255.255.255.255 5 typ host"));
  EXPECT_FALSE(is_usable("candidate:1 1 udp 1 ff02::1 5 typ host"));
  EXPECT_FALSE(is_usable("candidate:1 1 udp 1 10.0.0.1 0 typ host"));
}

TEST(Candidate, LoopbackAndLinkLocalAreTold) {
  for (const char* address : {"127.0.0.1", "127.255.255.254", "::1", "::ffff:127.0.0.1"})
    EXPECT_EQ(nearness_of(address), Nearness::loopback) << address;
  for (const char* address : {"169.254.0.1", "169.254.169.254", "fe80::1", "febf::1", "::ffff:169.254.1.1"})
    EXPECT_EQ(nearness_of(address), Nearness::link_local) << address;
  for (const char* address : {"126.255.255.255", "128.0.0.1", "169.253.0.1", "10.0.0.1", "192.168.1.1",
                              "fec0::1", "2001:db8::1", "fd00::1", "", "host.local"})
    EXPECT_EQ(nearness_of(address), Nearness::ordinary) << address;
}

TEST(Candidate, NearOnesAreWithinReachWhenConfigured) {
  const auto at = [](const char* address) {
    Candidate candidate;
    candidate.address = address;
    return candidate;
  };
  EXPECT_FALSE(within({}, at("127.0.0.1")));
  EXPECT_FALSE(within({}, at("169.254.169.254")));
  EXPECT_TRUE(within({}, at("10.0.0.1")));
  EXPECT_TRUE(within({.loopback = true}, at("127.0.0.1")));
  EXPECT_FALSE(within({.loopback = true}, at("fe80::1")));
  EXPECT_TRUE(within({.link_local = true}, at("fe80::1")));
}

TEST(Candidate, MalformedOnesAreBadRequests) {
  for (const char* line :
       {"", "candidate:", "candidate", "x", "candidate:1 1 udp 1 10.0.0.1 5 typ",
        "candidate:1 1 udp 1 10.0.0.1 5 host typ", "candidate:1 0 udp 1 10.0.0.1 5 typ host",
        "candidate:1 1 udp 99999999999 10.0.0.1 5 typ host", "candidate:1 1 udp -1 10.0.0.1 5 typ host",
        "candidate:1 1 udp 1 10.0.0.1 65536 typ host", "candidate:1 1 udp 1 10.0.0.1 5 typ alien",
        "candidate:1 1 udp 1 10.0.0.1 5 typ srflx raddr 1.1.1.1 rport x",
        "candidate:a;b 1 udp 1 10.0.0.1 5 typ host", "candidate:1 1 udp 1 10.0.0.1 5 typ host\r\na=x",
        "candidate:0123456789012345678901234567890123 1 udp 1 10.0.0.1 5 typ host"}) {
    const auto candidate = parse_candidate(line);
    ASSERT_FALSE(candidate) << line;
    EXPECT_EQ(candidate.error().code, "bad-request");
  }
  EXPECT_FALSE(parse_candidate("candidate:" + std::string(2000, '1')));
}

TEST(Candidate, EveryPrefixIsSafe) {
  const std::string line =
      "candidate:842163049 1 udp 1677729535 203.0.113.7 46154 typ srflx raddr 10.0.1.1 rport 8998";
  for (std::size_t length = 0; length < line.size(); ++length)
    (void)parse_candidate(line.substr(0, length)).ok();
}

}  // namespace
}  // namespace tessera::webrtc
