#include "webrtc/answer_plan.hpp"

#include <gtest/gtest.h>

#include <random>

#include "offers.hpp"
#include "webrtc/answer.hpp"

namespace tessera::webrtc {
namespace {

using namespace test;
using gst::Codec;

const std::vector<Codec> h264_first{Codec::h264, Codec::vp8, Codec::vp9};
const std::vector<Codec> vp8_first{Codec::vp8, Codec::h264, Codec::vp9};

Result<AnswerPlan> plan(const std::string& offer, EndpointKind kind = EndpointKind::participant,
                        const std::vector<Codec>& codecs = h264_first) {
  return plan_answer(offer, kind, codecs);
}

std::string code_of(const Result<AnswerPlan>& result) {
  return result ? "ok" : result.error().code;
}

// ---- what real clients offer ----

struct Expectation {
  const char* name;
  std::string offer;
  EndpointKind kind;
  std::vector<Codec> codecs;
  int audio_pt, video_pt, rtx_pt, transport_cc;
  const char* direction;
};

class RealOffers : public ::testing::TestWithParam<Expectation> {};

TEST_P(RealOffers, PlanTakesNumbersFromTheOffer) {
  const auto& expected = GetParam();
  const auto result = plan(expected.offer, expected.kind, expected.codecs);
  ASSERT_TRUE(result) << result.error().message;
  ASSERT_TRUE(result->audio() && result->video());
  const auto format = [](const MediaPlan* media) { return *(media->send ? media->send : media->receive); };
  EXPECT_EQ(format(result->audio()).payload_type, expected.audio_pt);
  EXPECT_EQ(format(result->audio()).rtx, -1);
  EXPECT_EQ(format(result->video()).payload_type, expected.video_pt);
  EXPECT_EQ(format(result->video()).rtx, expected.rtx_pt);
  EXPECT_EQ(result->video()->transport_cc, expected.transport_cc);
  EXPECT_EQ(result->video()->direction(), expected.direction);
  EXPECT_EQ(result->audio()->direction(), expected.direction);
  EXPECT_TRUE(result->grouped);
}

INSTANTIATE_TEST_SUITE_P(
    Clients, RealOffers,
    ::testing::Values(Expectation{"ChromiumH264", chromium_offer(), EndpointKind::participant, h264_first,
                                  111, 108, 109, 3, "sendrecv"},
                      Expectation{"ChromiumVp8", chromium_offer(), EndpointKind::participant, vp8_first, 111,
                                  96, 97, 3, "sendrecv"},
                      Expectation{"ChromiumViewer", chromium_viewer_offer(), EndpointKind::viewer, h264_first,
                                  111, 108, 109, 3, "sendonly"},
                      Expectation{"ChromiumPublisher", chromium_offer(), EndpointKind::publisher, vp8_first,
                                  111, 96, 97, 3, "recvonly"},
                      Expectation{"Firefox", firefox_offer(), EndpointKind::participant, h264_first, 109, 126,
                                  127, 7, "sendrecv"},
                      Expectation{"Safari", safari_offer(), EndpointKind::participant, h264_first, 111, 98,
                                  99, 3, "sendrecv"},
                      Expectation{"Obs", obs_offer(), EndpointKind::publisher, vp8_first, 111, 96, -1, 0,
                                  "recvonly"},
                      Expectation{"GStreamer", gstreamer_offer(), EndpointKind::participant, h264_first, 111,
                                  96, 98, 3, "sendrecv"}),
    [](const auto& each) { return each.param.name; });

TEST(AnswerPlan, Vp9IsReceivedButNeverSent) {
  EXPECT_EQ(plan(chromium_offer(), EndpointKind::publisher, {Codec::vp9})->video()->receive->payload_type,
            98);
  EXPECT_EQ(code_of(plan(chromium_offer(), EndpointKind::participant, {Codec::vp9})), "unsupported-offer");
}

TEST(AnswerPlan, ReceivingMayPreferAnotherCodecThanSending) {
  const auto result = plan_answer(chromium_offer(), EndpointKind::participant, h264_first, {Codec::vp8});
  ASSERT_TRUE(result);
  EXPECT_EQ(result->video()->send->payload_type, 108);
  EXPECT_EQ(result->video()->receive->payload_type, 96);
  const auto formats = result->video()->formats();
  ASSERT_EQ(formats.size(), 2u);
  EXPECT_EQ(formats[0].payload_type, 96) << "a sender uses the first one";
}

TEST(AnswerPlan, ReceivingFallsBackToWhatIsOffered) {
  const auto result = plan_answer(obs_offer(), EndpointKind::publisher, h264_first, {Codec::vp8});
  ASSERT_TRUE(result);
  EXPECT_EQ(result->video()->receive->payload_type, 96);
}

TEST(AnswerPlan, MdnsAndTcpCandidatesAreDropped) {
  EXPECT_TRUE(plan(chromium_offer())->candidates.empty());
  const auto firefox = plan(firefox_offer());
  ASSERT_EQ(firefox->candidates.size(), 1u);
  EXPECT_EQ(firefox->candidates[0].address, "192.168.1.5");
  EXPECT_EQ(plan(obs_offer(), EndpointKind::publisher)->candidates.size(), 2u);
}

TEST(AnswerPlan, DataChannelIsAcceptedInItsPlaceAndIsTheLastWithWebrtcbin) {
  const auto result = plan(firefox_offer());
  ASSERT_EQ(result->media.size(), 3u);
  ASSERT_TRUE(result->data());
  EXPECT_EQ(result->data(), &result->media[2]);
  EXPECT_EQ(result->data()->index, 2);
  EXPECT_EQ(result->data()->sctp_port, 5000);
  EXPECT_EQ(result->accepted().size(), 3u);
  const auto first = plan(case_offer("firefox-datachannel-first"));
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(first->media[0].index, 2);
  EXPECT_EQ(first->by_index().front()->kind, "audio");
}

TEST(AnswerPlan, ADataChannelThatIsNoneIsRefusedAlone) {
  for (const auto& [from, to] : {std::pair{"UDP/DTLS/SCTP webrtc-datachannel", "DTLS/SCTP 5000"},
                                 {"UDP/DTLS/SCTP webrtc-datachannel", "UDP/BFCP *"},
                                 {"a=sctp-port:5000", "a=sctp-port:99999"},
                                 {"a=group:BUNDLE 0 1 2", "a=group:BUNDLE 0 1"}}) {
    const auto result = plan(replaced(firefox_offer(), from, to));
    ASSERT_TRUE(result) << to << result.error().message;
    EXPECT_TRUE(result->media[2].refused()) << to;
    EXPECT_FALSE(result->media[2].refusal.empty()) << to;
    EXPECT_EQ(result->accepted().size(), 2u) << to;
  }
}

TEST(AnswerPlan, TheStrongestFingerprintIsChecked) {
  const auto strongest = plan(case_offer("fingerprints-three"), EndpointKind::publisher);
  ASSERT_EQ(strongest->fingerprints.size(), 1u);
  EXPECT_EQ(strongest->fingerprints[0].function, HashFunction::sha512);
  const auto middle = plan(case_offer("fingerprint-sha384-only"), EndpointKind::publisher);
  EXPECT_EQ(middle->fingerprints.at(0).function, HashFunction::sha384);
}

TEST(AnswerPlan, EveryPayloadTypeOfTheCodecIsReceived) {
  const auto result = plan(case_offer("libpeer-esp32-opus"), EndpointKind::publisher);
  std::vector<int> types;
  for (const auto& format : result->video()->formats()) types.push_back(format.payload_type);
  EXPECT_EQ(types, (std::vector<int>{102, 96})) << "the one that may be split first";
}

TEST(AnswerPlan, OfSeveralSizesTheLargestIsAskedFor) {
  const auto offer = case_offer("chrome-simulcast-rid");
  EXPECT_EQ(plan(offer, EndpointKind::publisher)->video()->rid, "f");
  const auto rid_of = [&](const std::string& layers) {
    return plan(replaced(offer, "simulcast:send q;h;f", "simulcast:send " + layers), EndpointKind::publisher)
        ->video()
        ->rid;
  };
  EXPECT_EQ(rid_of("h;m;l"), "h");
  EXPECT_EQ(rid_of("r0;r1;r2"), "r2");
  EXPECT_EQ(rid_of("2;1;0"), "2");
  EXPECT_EQ(rid_of("a;b,c"), "b");
  EXPECT_EQ(rid_of("a;~b"), "a") << "not one that is paused";
  EXPECT_EQ(rid_of("~a"), "");
  EXPECT_EQ(rid_of(";"), "");
}

TEST(AnswerPlan, WithoutOpusTheBestOfTelephonesIsTaken) {
  const auto camera = plan(case_offer("h264-pcma-whip"), EndpointKind::publisher);
  EXPECT_EQ(camera->audio()->receive->payload_type, 8);
  const auto numbers = replaced(case_offer("participant-pcmu-vp8"), "SAVPF 0 101", "SAVPF 8 0 9 101");
  EXPECT_EQ(plan(numbers)->audio()->send->encoding, "G722") << "named by its number";
  EXPECT_EQ(plan(replaced(case_offer("participant-pcmu-vp8"), "a=rtpmap:0 PCMU/8000\r\n", ""))
                ->audio()
                ->send->payload_type,
            0);
}

TEST(AnswerPlan, FingerprintIsNormalised) {
  const auto result = plan(firefox_offer());
  ASSERT_EQ(result->fingerprints.size(), 1u);
  EXPECT_TRUE(result->fingerprints[0].value.starts_with("4A:AD:B9"));
}

TEST(AnswerPlan, SessionLevelSetupAndCredentialsAreInherited) {
  const auto result = plan(obs_offer(), EndpointKind::publisher);
  EXPECT_EQ(result->setup, "actpass");
  EXPECT_EQ(result->ufrag, "4Xjq");
}

TEST(AnswerPlan, SsrcsBelongToOneSection) {
  auto offer = replaced(obs_offer(), "a=ssrc:1301234568 cname", "a=ssrc:1301234567 cname");
  const auto result = plan(offer, EndpointKind::publisher);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->audio()->ssrcs.size(), 1u);
  EXPECT_TRUE(result->video()->ssrcs.empty());
}

// ---- what is refused ----

struct Refusal {
  const char* name;
  std::string offer;
  EndpointKind kind;
  const char* code;
};

class RefusedOffers : public ::testing::TestWithParam<Refusal> {};

TEST_P(RefusedOffers, WithTheRightCode) {
  const auto result = plan(GetParam().offer, GetParam().kind);
  EXPECT_EQ(code_of(result), GetParam().code) << (result ? "" : result.error().message);
  if (!result) {
    EXPECT_GT(result.error().message.size(), 10u);
  }
}

std::vector<Refusal> refusals() {
  const auto p = EndpointKind::participant;
  const std::string c = chromium_offer();
  const std::string video = c.substr(c.find("m=video"));
  const std::string no_telephones = replaced(
      replaced(replaced(replaced(c, "SAVPF 111 63 9 0 8 ", "SAVPF 111 63 "), "a=rtpmap:9 G722/8000\r\n", ""),
               "a=rtpmap:0 PCMU/8000\r\n", ""),
      "a=rtpmap:8 PCMA/8000\r\n", "");
  return {
      {"Empty", "", p, "bad-sdp"},
      {"NotSdp", "{\"type\":\"offer\"}", p, "bad-sdp"},
      {"NoVersion", c.substr(5), p, "bad-sdp"},
      {"Version1", replaced(c, "v=0", "v=1"), p, "bad-sdp"},
      {"NoOrigin", without(c, "o="), p, "bad-sdp"},
      {"TwoOrigins", replaced(c, "s=-\r\n", "s=-\r\no=- 1 1 IN IP4 1.1.1.1\r\n"), p, "bad-sdp"},
      {"NoMedia", c.substr(0, c.find("m=audio")), p, "bad-sdp"},
      {"UnknownLineType", replaced(c, "s=-", "x=-"), p, "bad-sdp"},
      {"NoEqualsSign", replaced(c, "s=-", "s-"), p, "bad-sdp"},
      {"ControlCharacter", replaced(c, "s=-", "s=\x01"), p, "bad-sdp"},
      {"ZeroByte", replaced(c, "s=-", std::string("s=\0x", 4)), p, "bad-sdp"},
      {"EmptyLineInside", replaced(c, "s=-\r\n", "s=-\r\n\r\n"), p, "bad-sdp"},
      {"LongLine", replaced(c, "s=-", "s=" + std::string(5000, 'x')), p, "bad-sdp"},
      {"HugeText", c + std::string(70'000, 'a'), p, "bad-sdp"},
      {"PortNotANumber", replaced(c, "m=video 9 ", "m=video x "), p, "bad-sdp"},
      {"PortTooLarge", replaced(c, "m=video 9 ", "m=video 65536 "), p, "bad-sdp"},
      {"PortNegative", replaced(c, "m=video 9 ", "m=video -1 "), p, "bad-sdp"},
      {"MlineTruncated", replaced(c, "m=video 9 UDP/TLS/RTP/SAVPF 96 ", "m=video 9\r\na=x:"), p, "bad-sdp"},
      {"PayloadTypeNotANumber", replaced(c, "SAVPF 96 97", "SAVPF VP8 97"), p, "bad-sdp"},
      {"PayloadTypeTooLarge", replaced(c, "SAVPF 96 97", "SAVPF 128 97"), p, "bad-sdp"},
      {"SameMidTwice", replaced(c, "a=mid:1", "a=mid:0"), p, "bad-sdp"},
      {"MidWithSpace", replaced(c, "a=mid:1", "a=mid:1 1"), p, "bad-sdp"},
      {"ShortPassword", replaced(c, "a=ice-pwd:/Sa6k3lv2kavz+NgAF3Q/hbm", "a=ice-pwd:short", true), p,
       "bad-sdp"},
      {"PasswordWithInjection", replaced(c, "a=ice-ufrag:TYcC", "a=ice-ufrag:TY C;", true), p, "bad-sdp"},
      {"FingerprintShort", replaced(c, ":C2:EF", "", true), p, "unsupported-offer"},
      {"FingerprintNotHex", replaced(c, ":C2:EF", ":C2:EG", true), p, "unsupported-offer"},
      {"BrokenCandidate", replaced(c, "2113937151 ", "211393715199 "), p, "ok"},
      {"AttributeWithoutName", replaced(c, "a=rtcp-rsize", "a=:x"), p, "ok"},
      {"BlanksAtTheEndOfLines", replaced(c, "\r\n", " \t\r\n", true), p, "ok"},
      {"MultiplexedByTheTaggedSection",
       replaced(without(c.substr(0, c.find("m=video")), "x") + without(video, "a=rtcp-mux"), "m=video 9",
                "m=video 0") +
           "a=bundle-only\r\n",
       p, "ok"},
      {"GroupThatNamesNobody", replaced(c, "BUNDLE 0 1", "BUNDLE 7 0 1"), p, "ok"},
      {"OnlySha1", replaced(c, "sha-256", "sha-1", true), p, "unsupported-offer"},
      {"NoFingerprint", without(c, "a=fingerprint"), p, "unsupported-offer"},
      {"NoUfrag", without(c, "a=ice-ufrag"), p, "unsupported-offer"},
      {"NoPassword", without(c, "a=ice-pwd"), p, "unsupported-offer"},
      {"NoSetup", without(c, "a=setup"), p, "unsupported-offer"},
      {"SetupHoldconn", replaced(c, "a=setup:actpass", "a=setup:holdconn", true), p, "unsupported-offer"},
      {"NoBundle", without(c, "a=group"), p, "unsupported-offer"},
      {"BundleOfOne", replaced(c, "a=group:BUNDLE 0 1", "a=group:BUNDLE 0"), p, "unsupported-offer"},
      {"NoRtcpMux", without(c, "a=rtcp-mux"), p, "unsupported-offer"},
      {"NoMid", without(c, "a=mid"), p, "unsupported-offer"},
      {"PlainRtp", replaced(c, "UDP/TLS/RTP/SAVPF", "RTP/AVP", true), p, "unsupported-offer"},
      {"TwoVideos", replaced(c, "BUNDLE 0 1", "BUNDLE 0 1 2") + replaced(video, "a=mid:1", "a=mid:2"), p,
       "unsupported-offer"},
      {"TextMedia", replaced(c, "m=video", "m=text"), p, "ok"},
      {"OnlyTextMedia", replaced(replaced(c, "m=video", "m=text"), "m=audio", "m=message"), p,
       "unsupported-offer"},
      {"PlainRtpForOne", replaced(c, "m=video 9 UDP/TLS/RTP/SAVPF", "m=video 9 RTP/AVP"), p, "ok"},
      {"NoSoundThatIsServed", replaced(no_telephones, "opus/48000/2", "speex/48000/2"), p,
       "unsupported-offer"},
      {"MonoRtpmap", replaced(no_telephones, "opus/48000/2", "opus/48000"), p, "unsupported-offer"},
      {"OnlyAv1",
       replaced(replaced(replaced(c, "VP8/90000", "X8/90000"), "H264/90000", "X264/90000", true), "VP9/90000",
                "X9/90000", true),
       p, "unsupported-offer"},
      {"AllInactive", replaced(c, "a=sendrecv", "a=inactive", true), p, "unsupported-offer"},
      {"AllStopped", replaced(replaced(c, "m=video 9", "m=video 0"), "m=audio 9", "m=audio 0"), p,
       "unsupported-offer"},
      {"PublisherThatReceives", chromium_viewer_offer(), EndpointKind::publisher, "unsupported-offer"},
      {"ViewerThatSends", obs_offer(), EndpointKind::viewer, "unsupported-offer"},
      {"ParticipantMaySendOnly", obs_offer(), p, "ok"},
      {"ParticipantMayReceiveOnly", chromium_viewer_offer(), p, "ok"},
      {"UnixLineEnds", replaced(c, "\r\n", "\n", true), p, "ok"},
      {"BlankLinesAtTheEnd", c + "\r\n\r\n", p, "ok"},
      {"StoppedVideo", replaced(c, "m=video 9", "m=video 0"), p, "ok"},
      {"BundleOnlyVideo", replaced(c, "m=video 9", "m=video 0") + "a=bundle-only\r\n", p, "ok"},
  };
}

INSTANTIATE_TEST_SUITE_P(Table, RefusedOffers, ::testing::ValuesIn(refusals()),
                         [](const auto& each) { return each.param.name; });

TEST(RefusedOffers, MessageNamesTheLine) {
  const auto result = plan(replaced(chromium_offer(), "m=video 9 ", "m=video x "));
  ASSERT_FALSE(result);
  EXPECT_NE(result.error().message.find("line 41"), std::string::npos) << result.error().message;
}

// ---- whatever comes, an answer or an error; and what webrtcbin is shown stays well formed ----

void expect_safe(const std::string& offer) {
  for (const auto kind : {EndpointKind::participant, EndpointKind::publisher, EndpointKind::viewer}) {
    const auto result = plan(offer, kind);
    if (!result) {
      EXPECT_TRUE(result.error().code == "bad-sdp" || result.error().code == "unsupported-offer")
          << result.error().code;
      continue;
    }
    const auto shown = parse_sdp(offer_for_webrtcbin(*result));
    ASSERT_TRUE(shown) << shown.error().message << "\n" << offer;
    EXPECT_EQ(shown->media.size(), result->accepted().size());
    for (const auto& media : shown->media) {
      EXPECT_TRUE(media.attributes.has("mid") && media.attributes.has("setup") &&
                  media.attributes.has("ice-ufrag"));
      EXPECT_EQ(media.attributes.all("fingerprint").size(), 1u);
    }
  }
}

TEST(HostileOffers, EveryPrefix) {
  for (const auto& [name, sdp] : all_offers())
    for (std::size_t length = 0; length < sdp.size(); length += 1 + length % 3)
      expect_safe(sdp.substr(0, length));
}

TEST(HostileOffers, EveryLineDeletedOrDoubledOrMoved) {
  for (const auto& [name, sdp] : all_offers()) {
    const auto lines = lines_of(sdp);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      auto deleted = lines, doubled = lines, moved = lines;
      deleted.erase(deleted.begin() + static_cast<long>(i));
      doubled.insert(doubled.begin() + static_cast<long>(i), lines[i]);
      std::swap(moved[i], moved[lines.size() - 1 - i]);
      expect_safe(joined(deleted));
      expect_safe(joined(doubled));
      expect_safe(joined(moved));
    }
  }
}

TEST(HostileOffers, RandomMutations) {
  std::mt19937 random(20);
  const auto offers = all_offers();
  const std::string interesting = "\r\n\0\t :/;=-0129aAzZ\x7f\xff";
  for (int round = 0; round < 2000; ++round) {
    std::string sdp = offers[random() % offers.size()].sdp;
    for (unsigned edits = 1 + random() % 8; edits > 0 && !sdp.empty(); --edits) {
      const auto at = random() % sdp.size();
      switch (random() % 4) {
        case 0:
          sdp[at] = interesting[random() % interesting.size()];
          break;
        case 1:
          sdp.erase(at, 1 + random() % 40);
          break;
        case 2:
          sdp.insert(at, sdp.substr(random() % sdp.size(), random() % 60));
          break;
        default:
          sdp[at] = static_cast<char>(random() % 256);
          break;
      }
    }
    expect_safe(sdp);
  }
}

TEST(HostileOffers, FeedbackThatNobodyKnowsIsNotKeptForEachFormat) {
  SdpMedia media;
  for (int pt = 0; pt < 60; ++pt) {
    media.formats.push_back(std::to_string(pt));
    media.attributes.list.push_back({"rtpmap", fmt::format("{} VP8/90000", pt)});
  }
  for (int i = 0; i < 3000; ++i) media.attributes.list.push_back({"rtcp-fb", fmt::format("* kind{}", i)});
  for (const char* known : {"* nack", "* nack pli", "7 ccm fir", "7 transport-cc"})
    media.attributes.list.push_back({"rtcp-fb", known});
  const auto formats = formats_of(media);
  ASSERT_TRUE(formats);
  ASSERT_EQ(formats->size(), 60u);
  for (const auto& format : *formats)
    EXPECT_EQ(format.feedback.size(), format.payload_type == 7 ? 4u : 2u) << format.payload_type;
}

TEST(HostileOffers, ThousandsOfCandidatesAndSsrcs) {
  std::string many;
  for (int i = 0; i < 600; ++i)
    many += "a=candidate:1 1 udp 1 10.0.0.1 " + std::to_string(1000 + i) + " typ host\r\n";
  EXPECT_EQ(code_of(plan(chromium_offer() + many)), "bad-sdp");
  std::string ssrcs;
  for (int i = 1; i < 2000; ++i) ssrcs += "a=ssrc:" + std::to_string(i) + " cname:x\r\n";
  const auto result = plan(chromium_offer() + ssrcs);
  ASSERT_TRUE(result);
  EXPECT_LE(result->video()->ssrcs.size(), 16u);
}

}  // namespace
}  // namespace tessera::webrtc
