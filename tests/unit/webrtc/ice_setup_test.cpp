#include "webrtc/ice_setup.hpp"

#include <gtest/gtest.h>

using namespace tessera::webrtc;

TEST(IceSetup, StunUrlsBecomeWhatWebrtcbinReads) {
  EXPECT_EQ(stun_url_for_webrtcbin("stun:stun.example.org:3478"), "stun://stun.example.org:3478");
  EXPECT_EQ(stun_url_for_webrtcbin("stun:[2001:db8::1]:19302"), "stun://[2001:db8::1]:19302");
  EXPECT_EQ(stun_url_for_webrtcbin("stun:stun.example.org"), "stun://stun.example.org");
}

TEST(IceSetup, NearAddressesAreTriedWhereConfigured) {
  EXPECT_FALSE(reach_of({}).loopback);
  EXPECT_FALSE(reach_of({}).link_local);
  EXPECT_FALSE(reach_of({.addresses = {"192.0.2.1", "2001:db8::1"}}).loopback);
  EXPECT_TRUE(reach_of({.addresses = {"192.0.2.1", "127.0.0.1"}}).loopback);
  EXPECT_FALSE(reach_of({.addresses = {"127.0.0.1"}}).link_local);
  EXPECT_TRUE(reach_of({.addresses = {"fe80::1"}}).link_local);
  EXPECT_TRUE(reach_of({.loopback = true}).loopback);
  EXPECT_TRUE(reach_of({.link_local = true}).link_local);
}
