#include "webrtc/announced.hpp"

#include <gtest/gtest.h>

namespace tessera::webrtc {
namespace {

Candidate local(const std::string& address, const std::string& type = "host") {
  return parse_candidate("candidate:7 1 UDP 2015363327 " + address + " 40001 typ " + type).value();
}

std::vector<std::string> told(const Candidate& candidate, const std::vector<std::string>& announced) {
  std::vector<std::string> lines;
  for (const auto& one : with_announced(candidate, announced)) lines.push_back(to_line(one));
  return lines;
}

using Lines = std::vector<std::string>;

TEST(Announced, StandsForAPrivateAddressWithItsPort) {
  for (const char* address : {"10.0.0.5", "172.16.9.9", "192.168.1.2", "100.64.0.1"})
    EXPECT_EQ(told(local(address), {"203.0.113.7"}),
              (Lines{"candidate:7a0 1 UDP 2015363071 203.0.113.7 40001 typ host"}))
        << address;
  EXPECT_EQ(told(local("fd00::5"), {"203.0.113.7", "2001:db8::7"}),
            (Lines{"candidate:7a0 1 UDP 2015363071 2001:db8::7 40001 typ host"}));
}

TEST(Announced, StandsBesideAPublicAddress) {
  const auto lines = told(local("198.51.100.4"), {"203.0.113.7", "203.0.113.8"});
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[0], to_line(local("198.51.100.4")));
  EXPECT_NE(lines[1].find(" 203.0.113.7 40001 "), std::string::npos);
  EXPECT_NE(lines[2].find(" 203.0.113.8 40001 "), std::string::npos);
}

TEST(Announced, FoundationsAndPrioritiesDiffer) {
  const auto all = with_announced(local("198.51.100.4"), {"203.0.113.7", "203.0.113.8"});
  ASSERT_EQ(all.size(), 3u);
  for (std::size_t i = 0; i < all.size(); ++i)
    for (std::size_t j = i + 1; j < all.size(); ++j) {
      EXPECT_NE(all[i].foundation, all[j].foundation);
      EXPECT_GT(all[i].priority, all[j].priority);
      EXPECT_EQ(all[i].priority & 0xffU, all[j].priority & 0xffU) << "the component";
    }
  for (const auto& one : all) EXPECT_TRUE(parse_candidate(to_line(one)).ok()) << to_line(one);
}

TEST(Announced, LeavesAloneWhatNoNatPassesOn) {
  const Lines public_addresses{"203.0.113.7", "2001:db8::7"};
  for (const auto& each : {local("127.0.0.1"), local("169.254.3.4"), local("::1"), local("fe80::1"),
                           local("203.0.113.9", "srflx"), local("203.0.113.9", "relay")})
    EXPECT_EQ(told(each, public_addresses), Lines{to_line(each)});
  EXPECT_EQ(told(local("10.0.0.5"), {}), Lines{to_line(local("10.0.0.5"))});
  EXPECT_EQ(told(local("10.0.0.5"), {"2001:db8::7"}), Lines{to_line(local("10.0.0.5"))}) << "another family";
  EXPECT_EQ(told(local("203.0.113.7"), {"203.0.113.7"}).size(), 1u) << "the host's own";
}

}  // namespace
}  // namespace tessera::webrtc
