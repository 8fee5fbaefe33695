#include "server/reach.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tessera::server {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Reach, NamesThePortsThatHaveToBeOpen) {
  config::ServerConfig config;
  config.listen = {"0.0.0.0", 8443};
  EXPECT_THAT(needed_reach(config), ElementsAre(HasSubstr("TCP 0.0.0.0:8443"), HasSubstr("UDP, any port"),
                                                HasSubstr("cannot take part")));
  config.ice.min_port = 20000;
  config.ice.max_port = 20999;
  EXPECT_THAT(needed_reach(config)[1], HasSubstr("UDP 20000 to 20999"));
}

TEST(Reach, ARelayOverUdpIsNoHelpWhereThereIsNoUdp) {
  config::ServerConfig config;
  config.ice.turn.urls = {"turn:relay.example.org:3478?transport=udp"};
  EXPECT_THAT(needed_reach(config)[2], HasSubstr("cannot take part"));
  config.ice.turn.urls.push_back("turns:relay.example.org:5349?transport=tcp");
  EXPECT_THAT(needed_reach(config)[2], HasSubstr("turns:relay.example.org:5349"));
}

}  // namespace
}  // namespace tessera::server
