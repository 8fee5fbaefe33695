#include "server/sdpfrag.hpp"

#include <gtest/gtest.h>

namespace tessera::server {
namespace {

constexpr auto example =
    "a=ice-ufrag:EsAw\r\n"
    "a=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1\r\n"
    "m=audio 9 RTP/AVP 0\r\n"
    "a=mid:0\r\n"
    "a=candidate:1387637174 1 udp 2122260223 192.0.2.1 61764 typ host\r\n"
    "a=candidate:3471623853 1 udp 2122194687 198.51.100.2 61765 typ host\r\n"
    "m=video 9 RTP/AVP 0\r\n"
    "a=mid:v\r\n"
    "a=candidate:473322822 1 tcp 1518280447 192.0.2.1 9 typ host tcptype active\r\n"
    "a=end-of-candidates\r\n";

TEST(SdpFragmentTest, CandidatesStandInTheirMediaSection) {
  const auto fragment = parse_sdpfrag(example);
  ASSERT_TRUE(fragment);
  EXPECT_EQ(fragment->ufrag, "EsAw");
  EXPECT_EQ(fragment->password, "P2uYro0UCOQ4zxjKXaWCBui1");
  ASSERT_EQ(fragment->candidates.size(), 4u);
  EXPECT_EQ(fragment->candidates[0].candidate,
            "candidate:1387637174 1 udp 2122260223 192.0.2.1 61764 typ host");
  EXPECT_EQ(fragment->candidates[0].mid, "0");
  EXPECT_EQ(fragment->candidates[0].media_index, 0);
  EXPECT_EQ(fragment->candidates[2].mid, "v");
  EXPECT_EQ(fragment->candidates[2].media_index, 1);
  EXPECT_EQ(fragment->candidates[3].candidate, "") << "the end of candidates";
}

TEST(SdpFragmentTest, BareLineFeedsAndAMissingLastOneAreFine) {
  const auto fragment = parse_sdpfrag("a=ice-ufrag:x\na=candidate:1 1 udp 1 10.0.0.1 9 typ host");
  ASSERT_TRUE(fragment);
  ASSERT_EQ(fragment->candidates.size(), 1u);
  EXPECT_FALSE(fragment->candidates[0].media_index);
}

TEST(SdpFragmentTest, CredentialsPerSectionCount) {
  const auto fragment = parse_sdpfrag("m=audio 9 RTP/AVP 0\na=mid:0\na=ice-ufrag:new\na=ice-pwd:secret\n");
  ASSERT_TRUE(fragment);
  EXPECT_EQ(fragment->ufrag, "new");
}

TEST(SdpFragmentTest, WhatIsNoFragmentIsRefused) {
  const std::string too_long = "a=candidate:" + std::string(600, 'x');
  std::string too_many, too_many_ends;
  for (int i = 0; i < 300; ++i) too_many += "a=candidate:1 1 udp 1 10.0.0.1 9 typ host\n";
  for (int i = 0; i < 300; ++i) too_many_ends += "a=end-of-candidates\n";
  for (const std::string& text :
       {std::string(), std::string("hello"), std::string("{\"a\":1}"), std::string("a=mid:0\n"), too_long,
        too_many, too_many_ends, std::string("a=ice-ufrag:a\na=ice-ufrag:b\n"),
        std::string("a=candidate:1\x01 x"), std::string("a=candidate:\xff\xfe"),
        std::string("a=candidate:1\0", 14), "a=mid:" + std::string(100, 'm') + "\na=end-of-candidates\n"})
    EXPECT_FALSE(parse_sdpfrag(text)) << text.substr(0, 60);
}

TEST(SdpFragmentTest, TheOffersUfragAndMidsAreFound) {
  const std::string sdp =
      "v=0\r\nm=audio 9 X 0\r\na=mid:a\r\na=ice-ufrag:first\r\nm=video 9 X "
      "0\r\na=ice-ufrag:second\r\na=mid:b\r\n";
  EXPECT_EQ(ice_ufrag_of(sdp), "first");
  EXPECT_EQ(media_mids_of(sdp), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(ice_ufrag_of("v=0\r\n"), "");
}

}  // namespace
}  // namespace tessera::server
