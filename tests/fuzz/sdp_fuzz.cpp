// An offer: the reader keeps its bounds, and the texts that follow from a plan say no more than was
// understood.
// without: webrtc/endpoint.cpp
#include "fuzz.hpp"
#include "webrtc/answer.hpp"
#include "webrtc/answer_plan.hpp"
#include "webrtc/sdp.hpp"

namespace {

using namespace tessera::webrtc;
using namespace tessera::fuzz;
using tessera::gst::Codec;

void check_bounds(const Sdp& sdp) {
  expect(!sdp.media.empty() && sdp.media.size() <= sdp_max_media, "there are 1 to 32 m-lines");
  for (const auto& media : sdp.media) {
    expect(is_token(media.kind), "a kind of media is a token");
    expect(media.port >= 0 && media.port <= 65535, "a port has 16 bits");
    expect(!media.formats.empty() && media.formats.size() <= sdp_max_formats, "there are 1 to 128 formats");
    for (const auto& format : media.formats) expect(is_one_line(format), "a format stays on its line");
    for (const auto& attribute : media.attributes.list) {
      expect(is_token(attribute.name), "an attribute's name is a token");
      expect(is_one_line(attribute.value), "an attribute's value stays on its line");
    }
  }
}

LocalParameters local_for(const AnswerPlan& plan) {
  LocalParameters local;
  local.ufrag = "ufrag";
  local.password = "password-of-22-letters";
  local.setup = plan.setup == "active" ? "passive" : "active";
  local.fingerprint = plan.fingerprints.front().value;
  local.cname = "tessera";
  for (std::size_t i = 0; i < plan.accepted().size(); ++i)
    local.media.push_back({{fmt::format("ssrc:{} cname:tessera", i + 1)}});
  return local;
}

void check_plan(const Sdp& offer, const AnswerPlan& plan, EndpointKind kind) {
  expect(plan.media.size() == offer.media.size(), "each m-line is answered");
  expect(!plan.accepted().empty(), "a plan serves something");
  expect(!plan.fingerprints.empty(), "a plan has a fingerprint");
  expect(plan.candidates.size() <= max_candidates, "a plan has at most 100 candidates");
  for (const auto& candidate : plan.candidates) expect(usable(candidate), "a planned candidate is usable");
  for (const auto* media : plan.accepted()) {
    if (media->data()) continue;
    expect(media->sends || media->receives, "an accepted m-line carries something");
    expect(kind != EndpointKind::viewer || !media->receives, "nothing is received from a viewer");
    expect(kind != EndpointKind::publisher || !media->sends, "nothing is sent to a publisher");
    for (const auto& format : media->formats())
      expect(format.payload_type >= 0 && format.payload_type <= 127, "a payload type has 7 bits");
    for (const auto& format : media->formats())
      expect(format.feedback.size() <= known_feedback.size(), "only known feedback is kept");
  }
}

// Every line has one meaning: so many m-lines and attributes are read back as were written.
void check_text(std::string_view what, const std::string& text, std::size_t media) {
  const auto sdp = parse_sdp(text);
  expect(sdp.ok(), "{} is a session description: {}", what, reason_of(sdp));
  expect(sdp->media.size() == media, "{} has its m-lines and no others", what);
  for (std::size_t at = 0; (at = text.find_first_of("\r\n", at)) != std::string::npos; at += 2)
    expect(text.compare(at, 2, "\r\n") == 0, "{} ends its lines with CRLF", what);
  for (const auto& section : sdp->media) check_bounds({.session = {}, .media = {section}});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  // The last byte chooses, so that a seed is an offer with one more letter.
  const unsigned choice = size > 0 ? bytes[size - 1] : 0;
  const auto kind = static_cast<EndpointKind>(choice % 3);
  const auto text = text_of(bytes, size > 0 ? size - 1 : 0);
  std::vector<Codec> codecs{Codec::h264, Codec::vp8, Codec::vp9}, receive_codecs;
  if (choice & 4) codecs = {Codec::vp8, Codec::h264};
  if (choice & 8) receive_codecs = {Codec::vp9, Codec::vp8, Codec::h264};

  const auto sdp = parse_sdp(text);
  if (!sdp) expect(sdp.error().code == "bad-sdp", "a refusal of the reader is bad-sdp");
  if (sdp) check_bounds(*sdp);
  auto plan = plan_answer(text, kind, codecs, receive_codecs);
  if (!plan) {
    const auto& code = plan.error().code;
    expect(code == "bad-sdp" || code == "unsupported-offer", "a refusal is bad-sdp or unsupported-offer");
    return 0;
  }
  expect(sdp.ok(), "what is planned was read");
  check_plan(*sdp, *plan, kind);
  plan->stereo = choice & 16;
  plan->audio_bitrate = choice & 32 ? 64'000 : 0;

  const auto local = local_for(*plan);
  const std::string inner_offer = offer_for_webrtcbin(*plan),
                    inner_answer = answer_for_webrtcbin(*plan, local);
  check_text("the offer for webrtcbin", inner_offer, plan->accepted().size());
  check_text("the answer for webrtcbin", inner_answer, plan->accepted().size());
  check_text("the answer", answer_for_client(*plan, local, {}, true), sdp->media.size());
  const auto read = read_local_answer(*plan, inner_answer);
  expect(read.ok(), "our own answer is as planned: {}", reason_of(read));
  expect(read->ufrag == local.ufrag && read->fingerprint == local.fingerprint,
         "our own answer reads the same");
  const auto again = plan_answer(inner_offer, kind, codecs, receive_codecs);
  expect(again.ok(), "the offer for webrtcbin can be served: {}", reason_of(again));
  return 0;
}
