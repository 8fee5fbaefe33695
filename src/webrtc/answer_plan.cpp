#include "webrtc/answer_plan.hpp"

#include <algorithm>

#include "webrtc/offer_transport.hpp"

namespace tessera::webrtc {
namespace {

using gst::Codec;

Error unsupported(const SdpMedia& media, std::string_view reason) {
  return error("unsupported-offer", "the {} section at line {} of the offer {}", media.kind, media.line,
               reason);
}

std::string_view direction_of(const Sdp& sdp, const SdpMedia& media) {
  for (const SdpAttributes* level : {&media.attributes, &sdp.session})
    for (const auto& attribute : level->list)
      for (const std::string_view name : {"sendrecv", "sendonly", "recvonly", "inactive"})
        if (attribute.name == name) return name;
  return "sendrecv";
}

bool served_protocol(std::string_view protocol) {
  for (const std::string_view known :
       {"UDP/TLS/RTP/SAVPF", "UDP/TLS/RTP/SAVP", "TCP/TLS/RTP/SAVPF", "RTP/SAVPF"})
    if (protocol == known) return true;
  return false;
}

Result<void> plan_direction(MediaPlan& plan, const SdpMedia& media, EndpointKind kind) {
  const bool peer_sends = plan.offered_direction != "recvonly";
  const bool peer_receives = plan.offered_direction != "sendonly";
  if (kind == EndpointKind::publisher && !peer_sends)
    return unsupported(media, "is recvonly; a publisher must send it (sendonly)");
  if (kind == EndpointKind::viewer && !peer_receives)
    return unsupported(media, "is sendonly; a viewer must receive it (recvonly)");
  plan.receives = peer_sends && kind != EndpointKind::viewer;
  plan.sends = peer_receives && kind != EndpointKind::publisher;
  return {};
}

Result<void> plan_codecs(MediaPlan& plan, const SdpMedia& media, const std::vector<Codec>& codecs,
                         const std::vector<Codec>& receive_codecs) {
  auto formats = formats_of(media);
  if (!formats) return formats.error();
  const std::vector<Codec> opus{Codec::opus};
  const auto pick = [&](bool sending, const std::vector<Codec>& preference) -> std::optional<RtpFormat> {
    const RtpFormat* format = choose_format(*formats, plan.audio() ? opus : preference, sending);
    if (!format) return std::nullopt;
    auto chosen = *format;
    if (plan.audio()) chosen.rtx = -1;  // sound that comes late is of no use
    return chosen;
  };
  if (plan.sends) plan.send = pick(true, codecs);
  // One codec both ways unless something else is preferred for receiving.
  if (plan.receives && plan.sends && receive_codecs.empty())
    plan.receive = plan.send;
  else if (plan.receives)
    plan.receive = pick(false, receive_codecs.empty() ? codecs : receive_codecs);
  if (plan.receives && !plan.receive) plan.receive = pick(false, codecs);
  if ((plan.sends && !plan.send) || (plan.receives && !plan.receive))
    return unsupported(media, plan.audio()
                                  ? "has no Opus (opus/48000/2)"
                                  : "has no codec that is served here (H.264 constrained baseline with "
                                    "packetization-mode=1, VP8; VP9 profile 0 when only sent to the server)");
  return {};
}

Result<MediaPlan> plan_media(const Sdp& sdp, const SdpMedia& media, EndpointKind kind,
                             const std::vector<Codec>& codecs, const std::vector<Codec>& receive_codecs) {
  MediaPlan plan;
  plan.kind = media.kind;
  plan.protocol = media.protocol;
  plan.refused_format = is_token(media.formats.front()) ? media.formats.front() : "0";
  // The protocol is echoed; what is no protocol is not (the answer must stay plain text).
  for (const auto piece : split(media.protocol, '/'))
    if (!is_token(piece)) plan.protocol = "UDP/TLS/RTP/SAVPF";
  if (const auto* mid = media.attributes.find("mid")) {
    if (!is_token(*mid))
      return error("bad-sdp", "line {} of the session description: its mid is not a token", media.line);
    plan.mid = *mid;
  }
  plan.offered_direction = direction_of(sdp, media);
  if (media.refused() || media.kind == "application" || plan.offered_direction == "inactive") return plan;

  plan.index = 0;
  if (media.kind != "audio" && media.kind != "video") return unsupported(media, "is neither audio nor video");
  if (!served_protocol(media.protocol)) return unsupported(media, "does not use UDP/TLS/RTP/SAVPF");
  if (plan.mid.empty()) return unsupported(media, "has no a=mid");
  if (!media.attributes.has("rtcp-mux")) return unsupported(media, "has no a=rtcp-mux");
  if (auto done = plan_direction(plan, media, kind); !done) return done.error();
  if (auto done = plan_codecs(plan, media, codecs, receive_codecs); !done) return done.error();
  const auto ids = extensions_of(sdp, media);
  const auto id = [&](std::string_view uri) {
    const auto found = ids.find(std::string(uri));
    return found == ids.end() ? 0 : found->second;
  };
  plan.transport_cc = id(extension::transport_cc);
  plan.audio_level = plan.audio() ? id(extension::audio_level) : 0;
  return plan;
}

Result<void> check_counts(const AnswerPlan& plan) {
  for (const std::string_view kind : {"audio", "video"}) {
    const auto served = plan.accepted();
    if (std::count_if(served.begin(), served.end(), [&](const auto* media) { return media->kind == kind; }) >
        1)
      return error("unsupported-offer", "the offer has more than one {} section; one endpoint carries one",
                   kind);
  }
  if (plan.accepted().empty())
    return error("unsupported-offer", "the offer has no audio or video section to serve");
  return {};
}

Result<void> check_mids(const AnswerPlan& plan) {
  for (std::size_t i = 0; i < plan.media.size(); ++i)
    for (std::size_t j = i + 1; j < plan.media.size(); ++j)
      if (!plan.media[i].mid.empty() && plan.media[i].mid == plan.media[j].mid)
        return error("bad-sdp", "two sections of the session description have the same mid");
  return {};
}

}  // namespace

std::vector<RtpFormat> MediaPlan::formats() const {
  std::vector<RtpFormat> all;
  if (receive) all.push_back(*receive);
  if (send && (!receive || receive->payload_type != send->payload_type)) all.push_back(*send);
  return all;
}

std::string_view MediaPlan::direction() const {
  if (sends && receives) return "sendrecv";
  return sends ? "sendonly" : receives ? "recvonly" : "inactive";
}

std::vector<const MediaPlan*> AnswerPlan::accepted() const {
  std::vector<const MediaPlan*> list;
  for (const auto& plan : media)
    if (!plan.refused()) list.push_back(&plan);
  return list;
}

const MediaPlan* AnswerPlan::audio() const {
  for (const auto& plan : media)
    if (!plan.refused() && plan.audio()) return &plan;
  return nullptr;
}

const MediaPlan* AnswerPlan::video() const {
  for (const auto& plan : media)
    if (!plan.refused() && !plan.audio()) return &plan;
  return nullptr;
}

Result<AnswerPlan> plan_answer(std::string_view offer, EndpointKind kind, const std::vector<Codec>& codecs,
                               const std::vector<Codec>& receive_codecs) {
  const auto sdp = parse_sdp(offer);
  if (!sdp) return sdp.error();
  AnswerPlan plan;
  int index = 0;
  for (std::size_t i = 0; i < sdp->media.size(); ++i) {
    auto media = plan_media(*sdp, sdp->media[i], kind, codecs, receive_codecs);
    if (!media) return media.error();
    media->mline = static_cast<int>(i);
    if (!media->refused()) media->index = index++;
    plan.media.push_back(std::move(*media));
  }
  if (auto good = check_counts(plan); !good) return good.error();
  if (auto good = check_mids(plan); !good) return good.error();
  if (auto good = read_transport(*sdp, plan); !good) return good.error();
  return plan;
}

}  // namespace tessera::webrtc
