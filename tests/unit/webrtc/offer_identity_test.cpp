#include "webrtc/offer_identity.hpp"

#include <gtest/gtest.h>

#include "offers.hpp"

namespace tessera::webrtc::test {
namespace {

std::string offer_of(const std::string& session, const std::string& ufrag, const std::string& fingerprint) {
  return "v=0\r\no=- " + session +
         " 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n" +
         "a=ice-ufrag:" + ufrag + "\r\na=fingerprint:sha-256 " + fingerprint + "\r\n";
}

bool same(const std::string& one, const std::string& other) {
  return same_connection(OfferIdentity::of(one), OfferIdentity::of(other));
}

TEST(OfferIdentity, ReadsOriginCredentialsAndFingerprints) {
  const auto identity = OfferIdentity::of(offer_of("77", "abcd", "ab:cd"));
  EXPECT_EQ(identity.session, "77");
  EXPECT_EQ(identity.ufrags, std::set<std::string>{"abcd"});
  EXPECT_EQ(identity.fingerprints, std::set<std::string>{"AB:CD"});
}

TEST(OfferIdentity, TheSameConnectionOffersAgain) {
  const std::string first = offer_of("77", "abcd", "AB:CD");
  EXPECT_TRUE(same(first, first));
  EXPECT_TRUE(same(first, offer_of("77", "wxyz", "AB:CD"))) << "restartIce()";
  EXPECT_TRUE(same(first, offer_of("78", "abcd", "ab:cd"))) << "aiortc: another o= line in each offer";
  for (const auto& each : all_offers()) EXPECT_TRUE(same(each.sdp, each.sdp)) << each.name;
}

TEST(OfferIdentity, ANewConnectionHasANewCertificateAndNewCredentials) {
  const std::string first = offer_of("77", "abcd", "AB:CD");
  EXPECT_FALSE(same(first, offer_of("78", "wxyz", "EF:01")));
  EXPECT_FALSE(same(first, offer_of("77", "wxyz", "EF:01"))) << "a client whose o= line is always the same";
  EXPECT_TRUE(same(first, offer_of("77", "abcd", "EF:01"))) << "nobody makes new keys for old credentials";
}

TEST(OfferIdentity, WhatIsNotThereIsNothingInCommon) {
  EXPECT_FALSE(same("", ""));
  EXPECT_FALSE(same("v=0\r\no=- 1\r\n", "v=0\r\no=- 1\r\n"));
  EXPECT_FALSE(same("a=fingerprint:\r\na=ice-ufrag:", "a=fingerprint:\r\na=ice-ufrag:x"));
}

}  // namespace
}  // namespace tessera::webrtc::test
