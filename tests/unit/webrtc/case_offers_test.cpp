// Offers as clients really write them, and the answer that each should get: tests/cases/offers/answers.json.
#include <gtest/gtest.h>

#include <fstream>

#include "base/json.hpp"
#include "offers.hpp"
#include "webrtc/answer.hpp"
#include "webrtc/answer_plan.hpp"

namespace tessera::webrtc {
namespace {

using namespace test;
using gst::Codec;

const Json& table() {
  static const Json read = [] {
    std::ifstream file(TESSERA_SOURCE_DIR "/tests/cases/offers/answers.json");
    return Json::parse(std::string(std::istreambuf_iterator<char>(file), {})).value();
  }();
  return read;
}

EndpointKind kind_of(const std::string& name) {
  return name == "publisher" ? EndpointKind::publisher
         : name == "viewer"  ? EndpointKind::viewer
                             : EndpointKind::participant;
}

Result<AnswerPlan> plan_of(const std::string& name) {
  // As a room does (Seat::spec_for).
  return plan_answer(case_offer(name), kind_of(table()[name]["kind"].as_string()),
                     {Codec::h264, Codec::vp8, Codec::vp9}, {Codec::vp8, Codec::h264, Codec::vp9});
}

LocalParameters local_of(const AnswerPlan& plan) {
  LocalParameters local{"ufrag", "password-of-22-letters", "passive", "AB", "tessera", {}};
  local.media.resize(plan.accepted().size());
  return local;
}

class CaseOffers : public ::testing::TestWithParam<std::string> {};

TEST_P(CaseOffers, GetTheirAnswer) {
  const Json& expected = table()[GetParam()];
  ASSERT_TRUE(expected.is_object()) << "answers.json does not know this offer";
  const std::string answer = expected["answer"].as_string();
  const auto plan = plan_of(GetParam());
  if (answer == "refused") {
    ASSERT_FALSE(plan);
    EXPECT_EQ(plan.error().code, "unsupported-offer");
    EXPECT_NE(plan.error().message.find(expected["says"].as_string()), std::string::npos)
        << plan.error().message;
    return;
  }
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_EQ(plan->audio() != nullptr, answer == "both" || answer == "audio");
  EXPECT_EQ(plan->video() != nullptr, answer == "both" || answer == "video");
  EXPECT_EQ(plan->data() != nullptr, expected["data"].as_bool());

  const auto text = answer_for_client(*plan, local_of(*plan), {}, true);
  const auto offered = parse_sdp(case_offer(GetParam())), answered = parse_sdp(text);
  ASSERT_TRUE(answered) << answered.error().message;
  ASSERT_EQ(answered->media.size(), offered->media.size());
  for (std::size_t i = 0; i < answered->media.size(); ++i) {
    const auto& section = answered->media[i];
    EXPECT_EQ(section.kind, offered->media[i].kind);
    EXPECT_EQ(section.protocol, offered->media[i].protocol);
    EXPECT_EQ(section.port == 0, plan->media[i].refused());
    for (const auto& format : section.formats)
      EXPECT_NE(std::find(offered->media[i].formats.begin(), offered->media[i].formats.end(), format),
                offered->media[i].formats.end())
          << "a format that was not offered: " << format;
  }
}

// webrtcbin reads less than clients write: what it is shown has to be plain.
TEST_P(CaseOffers, AreShownToWebrtcbinInPlainWords) {
  const auto plan = plan_of(GetParam());
  if (!plan) return;
  const auto shown = parse_sdp(offer_for_webrtcbin(*plan));
  ASSERT_TRUE(shown) << shown.error().message;
  EXPECT_TRUE(shown->ignored.empty());
  for (const auto& section : shown->media) {
    EXPECT_TRUE(section.attributes.has("ice-ufrag") && section.attributes.has("fingerprint"));
    EXPECT_EQ(section.port, 9);
  }
}

INSTANTIATE_TEST_SUITE_P(Table, CaseOffers, ::testing::ValuesIn(case_names()), [](const auto& each) {
  std::string name = each.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

TEST(CaseOffersTable, KnowsNoOfferThatIsNotThere) {
  const auto names = case_names();
  for (const auto& [name, expected] : table().members())
    EXPECT_NE(std::find(names.begin(), names.end(), name), names.end()) << name;
}

TEST(CaseOffers, ASimulcastSenderIsAskedForOneSize) {
  const auto plan = plan_of("chrome-simulcast-rid");
  const auto answer = parse_sdp(answer_for_client(*plan, local_of(*plan), {}, true));
  const auto& video = answer->media[1].attributes;
  EXPECT_EQ(*video.find("simulcast"), "recv f");
  EXPECT_EQ(*video.find("rid"), "f recv");
  EXPECT_EQ(video.all("extmap").size(), 2u);
}

TEST(CaseOffers, FormatParametersAreThoseOfThePayloadType) {
  const auto fmtp_of = [](const std::string& name, int section, const std::string& type) -> std::string {
    const auto plan = plan_of(name);
    const auto answer = parse_sdp(answer_for_client(*plan, local_of(*plan), {}, true));
    for (const auto value : answer->media[static_cast<std::size_t>(section)].attributes.all("fmtp"))
      if (value.starts_with(type + " ")) return std::string(value);
    return "";
  };
  EXPECT_NE(fmtp_of("h264-pm0-only", 1, "96").find("packetization-mode=0"), std::string::npos);
  EXPECT_NE(fmtp_of("h264-odd-plids", 1, "100").find("profile-level-id=42c02a"), std::string::npos);
  EXPECT_NE(fmtp_of("ffmpeg8-copy-cbp", 1, "106").find("packetization-mode=1"), std::string::npos);
  EXPECT_EQ(fmtp_of("h264-pcma-whip", 1, "8"), "") << "only Opus has any";
}

TEST(CaseOffers, WhoHasNoRetransmissionIsNotToldToWaitForOne) {
  const auto offers_nack = [](const std::string& offer, EndpointKind kind) {
    const auto plan = plan_answer(offer, kind, {Codec::vp8});
    const auto answer = parse_sdp(answer_for_client(*plan, local_of(*plan), {}, true));
    for (const auto value : answer->media[1].attributes.all("rtcp-fb"))
      if (value == "96 nack") return true;
    return false;
  };
  const auto offer = case_offer("participant-pcmu-vp8");
  EXPECT_FALSE(offers_nack(offer, EndpointKind::participant));
  EXPECT_TRUE(offers_nack(offer, EndpointKind::publisher)) << "what it sends is asked for";
  EXPECT_TRUE(offers_nack(chromium_offer(), EndpointKind::participant)) << "RTX";
}

}  // namespace
}  // namespace tessera::webrtc
