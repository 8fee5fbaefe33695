#include "webrtc/ice_setup.hpp"

#include <gtest/gtest.h>

using namespace tessera::webrtc;

TEST(IceSetup, StunUrlsBecomeWhatWebrtcbinReads) {
  EXPECT_EQ(stun_url_for_webrtcbin("stun:stun.example.org:3478"), "stun://stun.example.org:3478");
  EXPECT_EQ(stun_url_for_webrtcbin("stun:[2001:db8::1]:19302"), "stun://[2001:db8::1]:19302");
  EXPECT_EQ(stun_url_for_webrtcbin("stun:stun.example.org"), "stun://stun.example.org");
}
