#include "server/client_address.hpp"

#include <gtest/gtest.h>

namespace tessera::server {
namespace {

const TrustedProxies own_proxies({"127.0.0.1", "::1", "10.0.0.0/8"});

std::string from(std::string_view peer, std::string_view x_forwarded_for, std::string_view forwarded = "") {
  return client_address(peer, x_forwarded_for, forwarded, own_proxies);
}

TEST(ClientAddressTest, AStrangersHeaderIsNotBelieved) {
  EXPECT_EQ(from("203.0.113.9", ""), "203.0.113.9");
  EXPECT_EQ(from("203.0.113.9", "198.51.100.1"), "203.0.113.9");
  EXPECT_EQ(from("203.0.113.9", "", "for=198.51.100.1"), "203.0.113.9");
  EXPECT_EQ(client_address("127.0.0.1", "198.51.100.1", "", TrustedProxies()), "127.0.0.1");
}

TEST(ClientAddressTest, ATrustedProxysIs) {
  EXPECT_EQ(from("127.0.0.1", "198.51.100.1"), "198.51.100.1");
  EXPECT_EQ(from("::1", "198.51.100.1:4711"), "198.51.100.1");
  EXPECT_EQ(from("::ffff:127.0.0.1", "2001:db8::1"), "2001:db8::1");
  EXPECT_EQ(from("127.0.0.1", "[2001:DB8:0::1]:443"), "2001:db8::1");
  EXPECT_EQ(from("127.0.0.1", ""), "127.0.0.1");
}

TEST(ClientAddressTest, TheRightmostOneThatIsNoProxyCounts) {
  EXPECT_EQ(from("127.0.0.1", "6.6.6.6, 198.51.100.1, 10.1.2.3"), "198.51.100.1")
      << "what stands left of it was written by the client";
  EXPECT_EQ(from("127.0.0.1", "6.6.6.6 ,\t198.51.100.1"), "198.51.100.1");
  EXPECT_EQ(from("127.0.0.1", "10.0.0.7, 10.0.0.8"), "10.0.0.7") << "a client inside of the proxies' network";
}

TEST(ClientAddressTest, WhatIsNoAddressEndsTheSearch) {
  EXPECT_EQ(from("127.0.0.1", "198.51.100.1, unknown"), "127.0.0.1");
  EXPECT_EQ(from("127.0.0.1", "198.51.100.1, <script>, 10.0.0.1"), "10.0.0.1");
  EXPECT_EQ(from("127.0.0.1", "198.51.100.1,"), "127.0.0.1");
  EXPECT_EQ(from("127.0.0.1", std::string(100'000, ',')), "127.0.0.1");
  EXPECT_EQ(from("127.0.0.1", "", "for=_hidden"), "127.0.0.1");
  EXPECT_EQ(from("127.0.0.1", "[2001:db8::1"), "127.0.0.1");
}

TEST(ClientAddressTest, ForwardedIsReadAsRfc7239Says) {
  EXPECT_EQ(from("127.0.0.1", "", "for=192.0.2.60;proto=http;by=203.0.113.43"), "192.0.2.60");
  EXPECT_EQ(from("127.0.0.1", "", "For=\"[2001:db8:cafe::17]:4711\""), "2001:db8:cafe::17");
  EXPECT_EQ(from("127.0.0.1", "", "for=6.6.6.6, proto=https; for=198.51.100.17:80, for=10.0.0.1"),
            "198.51.100.17");
  EXPECT_EQ(from("127.0.0.1", "198.51.100.1", "for=6.6.6.6"), "198.51.100.1") << "X-Forwarded-For goes first";
}

TEST(ClientAddressTest, LimitsCountASubscribersNetworkOfIpv6AsOne) {
  EXPECT_EQ(address_group("198.51.100.1"), "198.51.100.1");
  EXPECT_EQ(address_group("::ffff:198.51.100.1"), "198.51.100.1");
  EXPECT_EQ(address_group("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
  EXPECT_EQ(address_group("2001:db8:1:2::9"), address_group("2001:db8:1:2:ffff::"));
  EXPECT_NE(address_group("2001:db8:1:2::9"), address_group("2001:db8:1:3::9"));
  EXPECT_EQ(address_group("nonsense"), "nonsense");
}

}  // namespace
}  // namespace tessera::server
