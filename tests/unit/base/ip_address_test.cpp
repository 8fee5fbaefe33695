#include "base/ip_address.hpp"

#include <gtest/gtest.h>

namespace tessera {
namespace {

TEST(IpAddressTest, ReadsBothFamiliesAndNothingElse) {
  for (const auto& [text, canonical] : {std::pair{"192.0.2.1", "192.0.2.1"},
                                        {"::1", "::1"},
                                        {"2001:DB8:0:0::1", "2001:db8::1"},
                                        {"fe80::1%eth0", "fe80::1"},
                                        {"::ffff:192.0.2.1", "192.0.2.1"}}) {
    const auto address = IpAddress::parse(text);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(address->text(), canonical);
  }
  for (const std::string& text :
       {std::string(), std::string("localhost"), std::string("192.0.2"), std::string("192.0.2.1:80"),
        std::string("[::1]"), std::string("1.2.3.4%eth0"), std::string("::1\0x", 5), std::string(200, ':'),
        std::string("%"), std::string(":")})
    EXPECT_FALSE(IpAddress::parse(text)) << text;
}

TEST(IpAddressTest, AMaskKeepsTheFirstBits) {
  EXPECT_EQ(IpAddress::parse("192.0.2.255")->masked(25).text(), "192.0.2.128");
  EXPECT_EQ(IpAddress::parse("192.0.2.255")->masked(0).text(), "0.0.0.0");
  EXPECT_EQ(IpAddress::parse("2001:db8:ffff::1")->masked(33).text(), "2001:db8:8000::");
}

TEST(IpNetworkTest, ContainsWhatBeginsAlike) {
  const auto contains = [](const char* network, const char* address) {
    const auto read = IpNetwork::parse(network);
    EXPECT_TRUE(read) << network;
    return read && read->contains(*IpAddress::parse(address));
  };
  EXPECT_TRUE(contains("10.0.0.0/8", "10.255.0.1"));
  EXPECT_TRUE(contains("10.1.2.3/8", "10.255.0.1")) << "bits behind the mask do not matter";
  EXPECT_FALSE(contains("10.0.0.0/8", "11.0.0.1"));
  EXPECT_TRUE(contains("127.0.0.1", "127.0.0.1"));
  EXPECT_FALSE(contains("127.0.0.1", "127.0.0.2"));
  EXPECT_TRUE(contains("2001:db8::/33", "2001:db8:7fff::1"));
  EXPECT_FALSE(contains("2001:db8::/33", "2001:db8:8000::1"));
  EXPECT_FALSE(contains("0.0.0.0/0", "::1")) << "each family has networks of its own";
  EXPECT_TRUE(contains("0.0.0.0/0", "::ffff:192.0.2.1"));
}

TEST(IpNetworkTest, RefusesWhatIsNone) {
  for (const char* text :
       {"", "/8", "10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/8x", "10.0.0.0/-1", "a/8"})
    EXPECT_FALSE(IpNetwork::parse(text)) << text;
}

}  // namespace
}  // namespace tessera
