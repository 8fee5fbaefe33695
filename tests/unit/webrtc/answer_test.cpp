#include "webrtc/answer.hpp"

#include <gtest/gtest.h>

#include "offers.hpp"

namespace tessera::webrtc {
namespace {

using namespace test;
using gst::Codec;

AnswerPlan plan_of(const std::string& offer, EndpointKind kind = EndpointKind::participant,
                   std::vector<Codec> codecs = {Codec::h264, Codec::vp8}, std::vector<Codec> receive = {}) {
  return plan_answer(offer, kind, codecs, receive).value();
}

// What webrtcbin would answer to `plan`, with its own odd ways.
std::string webrtcbin_answer(const AnswerPlan& plan) {
  std::string text = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\n";
  for (const auto* media : plan.by_index()) {
    if (media->data()) {
      text += fmt::format("m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:{}\r\n", media->mid);
      continue;
    }
    const auto pt = (media->send ? media->send : media->receive)->payload_type;
    text += fmt::format(
        "m={} 9 UDP/TLS/RTP/SAVPF {}\r\nc=IN IP4 "
        "0.0.0.0\r\na=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\n"
        "a=mid:{}\r\na=rtcp-mux\r\na=setup:active\r\na={}\r\na=ssrc-group:FID 7 8\r\na=ssrc:7 msid:x "
        "y\r\na=ssrc:7 cname:me\r\n"
        "a=fingerprint:sha-256 AA:BB\r\n",
        media->kind, pt, media->mid, media->direction());
  }
  return text;
}

Sdp client_answer(const AnswerPlan& plan, const std::vector<std::string>& candidates = {},
                  bool complete = false) {
  const auto local = read_local_answer(plan, webrtcbin_answer(plan));
  EXPECT_TRUE(local) << (local ? "" : local.error().message);
  return parse_sdp(answer_for_client(plan, *local, candidates, complete)).value();
}

TEST(OfferForWebrtcbin, HoldsOnlyTheChosenCodecs) {
  const auto text = offer_for_webrtcbin(plan_of(chromium_offer()));
  EXPECT_NE(text.find("m=video 9 UDP/TLS/RTP/SAVPF 108 109 "), std::string::npos) << text;
  EXPECT_NE(text.find("m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n"), std::string::npos);
  EXPECT_NE(text.find("profile-level-id=42e01f"), std::string::npos);
  for (const char* unwanted : {"VP8", "red/", ".local", "goog-remb", "msid", "abs-send-time"})
    EXPECT_EQ(text.find(unwanted), std::string::npos) << unwanted;
}

TEST(OfferForWebrtcbin, StripsWhatMadeAnAnswerOneWay) {
  const auto text = offer_for_webrtcbin(plan_of(gstreamer_offer()));
  EXPECT_EQ(text.find("sprop"), std::string::npos) << text;
  EXPECT_EQ(offer_for_webrtcbin(plan_of(firefox_offer())).find("stereo"), std::string::npos);
}

TEST(AnswerForClient, ARoomForMusicAsksForTwoChannelsAndWebrtcbinIsNotTold) {
  auto plan = plan_of(chromium_offer());
  const auto fmtp = [&] {
    const auto answer = client_answer(plan);
    const auto audio =
        std::find_if(answer.media.begin(), answer.media.end(), [](auto& m) { return m.kind == "audio"; });
    return *audio->attributes.find("fmtp");
  };
  EXPECT_EQ(fmtp(), "111 minptime=10;useinbandfec=1");
  plan.stereo = true;
  plan.audio_bitrate = 96'000;
  EXPECT_EQ(fmtp(), "111 minptime=10;useinbandfec=1;stereo=1;sprop-stereo=1;maxaveragebitrate=96000");
  EXPECT_EQ(offer_for_webrtcbin(plan).find("stereo"), std::string::npos);
  const auto local = read_local_answer(plan, webrtcbin_answer(plan));
  EXPECT_EQ(answer_for_webrtcbin(plan, *local).find("stereo"), std::string::npos);
}

TEST(OfferForWebrtcbin, SetupIsOnEveryMline) {
  const auto sdp = parse_sdp(offer_for_webrtcbin(plan_of(obs_offer(), EndpointKind::publisher))).value();
  for (const auto& media : sdp.media) EXPECT_TRUE(media.attributes.has("setup"));
  EXPECT_FALSE(sdp.session.has("fingerprint"));
}

TEST(ClientAnswer, AnswersEveryMlineInOrder) {
  const auto plan = plan_of(firefox_offer());
  const auto sdp = client_answer(plan);
  ASSERT_EQ(sdp.media.size(), 3u);
  EXPECT_EQ(sdp.media[0].kind, "audio");
  EXPECT_EQ(sdp.media[1].kind, "video");
  EXPECT_EQ(sdp.media[2].port, 9);
  EXPECT_EQ(sdp.media[2].formats, std::vector<std::string>{"webrtc-datachannel"});
  EXPECT_TRUE(sdp.media[2].attributes.has("sctp-port"));
  EXPECT_TRUE(sdp.media[2].attributes.has("setup") && sdp.media[2].attributes.has("ice-ufrag"));
  EXPECT_FALSE(sdp.media[2].attributes.has("rtcp-mux"));
  EXPECT_EQ(*sdp.session.find("group"), "BUNDLE 0 1 2");
}

TEST(ClientAnswer, ARefusedSectionLeavesTheGroup) {
  const auto sdp = client_answer(plan_of(replaced(firefox_offer(), "m=application 9", "m=application 0")));
  EXPECT_EQ(sdp.media[2].port, 0);
  EXPECT_EQ(*sdp.session.find("group"), "BUNDLE 0 1");
  EXPECT_EQ(*sdp.media[2].attributes.find("mid"), "2");
}

TEST(ClientAnswer, ADataChannelThatComesFirstSpeaksForAll) {
  const auto plan = plan_of(case_offer("firefox-datachannel-first"));
  const auto sdp = client_answer(plan, {"candidate:1 1 UDP 5 127.0.0.1 4000 typ host"}, true);
  EXPECT_TRUE(sdp.media[0].attributes.has("candidate"));
  EXPECT_EQ(*sdp.session.find("group"), "BUNDLE 0 1 2");
  EXPECT_EQ(sdp.media[1].port, 9) << "bundle-only";
}

TEST(ClientAnswer, RefusedFirstMlineLeavesTheOthersRight) {
  auto offer = replaced(chromium_offer(), "m=audio 9", "m=audio 0");
  const auto plan = plan_of(offer);
  const auto sdp = client_answer(plan, {"candidate:1 1 UDP 5 127.0.0.1 4000 typ host"}, true);
  EXPECT_EQ(sdp.media[0].port, 0);
  EXPECT_EQ(sdp.media[1].port, 9);
  EXPECT_TRUE(sdp.media[1].attributes.has("candidate"));
  EXPECT_TRUE(sdp.media[1].attributes.has("end-of-candidates"));
}

TEST(ClientAnswer, CarriesFeedbackAndExtensions) {
  const auto sdp = client_answer(plan_of(chromium_offer()));
  const auto& video = sdp.media[1].attributes;
  const auto feedback = video.all("rtcp-fb");
  for (const char* line : {"108 nack", "108 nack pli", "108 ccm fir", "108 transport-cc"})
    EXPECT_NE(std::find(feedback.begin(), feedback.end(), line), feedback.end()) << line;
  EXPECT_EQ(video.all("extmap"),
            std::vector<std::string_view>{
                "3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"});
  const auto audio = sdp.media[0].attributes.all("extmap");
  EXPECT_NE(std::find(audio.begin(), audio.end(), "1 urn:ietf:params:rtp-hdrext:ssrc-audio-level"),
            audio.end());
}

TEST(ClientAnswer, NamesOurSsrcsOnlyWhereWeSend) {
  EXPECT_TRUE(client_answer(plan_of(chromium_offer())).media[1].attributes.has("ssrc"));
  const auto publisher = client_answer(plan_of(obs_offer(), EndpointKind::publisher));
  EXPECT_FALSE(publisher.media[1].attributes.has("ssrc"));
  EXPECT_FALSE(publisher.media[1].attributes.has("msid"));
}

TEST(ClientAnswer, TwoCodecsWhenSendingAndReceivingDiffer) {
  const auto sdp =
      client_answer(plan_of(chromium_offer(), EndpointKind::participant, {Codec::h264}, {Codec::vp8}));
  EXPECT_EQ(sdp.media[1].formats, (std::vector<std::string>{"96", "97", "108", "109"}));
}

TEST(LocalAnswer, EveryDeviationIsFound) {
  const auto plan = plan_of(chromium_offer());
  const auto good = webrtcbin_answer(plan);
  EXPECT_TRUE(read_local_answer(plan, good));
  const std::vector<std::pair<std::string, std::string>> deviations = {
      {"a=sendrecv", "a=recvonly"},
      {"m=video 9", "m=video 0"},
      {"SAVPF 108", "SAVPF 96"},
      {"m=audio 9", "m=video 9"},
      {"a=ice-ufrag:abcd", "a=x"},
      {"a=setup:active", "a=x"},
      {"a=fingerprint:sha-256 ", "a=fingerprint:sha-1 "}};
  for (const auto& [from, to] : deviations)
    EXPECT_FALSE(read_local_answer(plan, replaced(good, from, to))) << from << " → " << to;
}

}  // namespace
}  // namespace tessera::webrtc
