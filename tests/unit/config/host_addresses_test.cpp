#include "config/host_addresses.hpp"

#include <gtest/gtest.h>

namespace tessera::config {
namespace {

TEST(HostAddresses, ThisMachinesAreFound) {
  EXPECT_TRUE(is_host_address("127.0.0.1"));
  EXPECT_TRUE(is_host_address("127.0.0.2")) << "on no list of interfaces, and this machine's all the same";
  EXPECT_FALSE(is_host_address("203.0.113.7"));
  EXPECT_FALSE(is_host_address("not an address"));
}

TEST(HostAddresses, AnAddressThatIsElsewhereIsNamedWithTheSetting) {
  IceConfig ice;
  EXPECT_TRUE(check_host_addresses(ice));
  ice.addresses = {"127.0.0.1", "203.0.113.7"};
  const auto checked = check_host_addresses(ice);
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, "bad-config");
  for (const char* part : {"ice.addresses", "TESSERA_ICE_ADDRESS", "203.0.113.7", "ice.announcedAddresses"})
    EXPECT_NE(checked.error().message.find(part), std::string::npos) << part;
  EXPECT_EQ(checked.error().message.find("127.0.0.1"), std::string::npos);
}

}  // namespace
}  // namespace tessera::config
