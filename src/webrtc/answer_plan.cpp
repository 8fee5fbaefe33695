#include "webrtc/answer_plan.hpp"

#include <algorithm>

#include "webrtc/layers.hpp"
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

// TCP/… is what a client writes whose first candidate is one of TCP (RFC 8839); it says nothing about the
// media.
bool served_protocol(std::string_view protocol) {
  for (const std::string_view known :
       {"UDP/TLS/RTP/SAVPF", "UDP/TLS/RTP/SAVP", "TCP/TLS/RTP/SAVPF", "TCP/TLS/RTP/SAVP",
        "TCP/DTLS/RTP/SAVPF", "TCP/DTLS/RTP/SAVP", "RTP/SAVPF"})
    if (protocol == known) return true;
  return false;
}

bool is_data_channel(const SdpMedia& media) {
  return media.kind == "application" && media.formats.front() == "webrtc-datachannel" &&
         (media.protocol == "UDP/DTLS/SCTP" || media.protocol == "TCP/DTLS/SCTP");
}

// Why nobody serves this section whoever offers it; "" when it can be looked at further. Such a section is
// refused alone (RFC 8829, section 5.3.1).
std::string_view foreign(const SdpMedia& media) {
  if (media.kind == "application") return is_data_channel(media) ? "" : "is no data channel (UDP/DTLS/SCTP)";
  if (media.kind != "audio" && media.kind != "video") return "is neither audio nor video";
  if (!served_protocol(media.protocol)) return "does not use UDP/TLS/RTP/SAVPF";
  return "";
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
  const auto pick = [&](bool sending, const std::vector<Codec>& preference) -> std::optional<RtpFormat> {
    const RtpFormat* format =
        plan.audio() ? choose_sound(*formats) : choose_format(*formats, preference, sending);
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
    return unsupported(media, plan.audio() ? "has no Opus (opus/48000/2), G.722 or G.711 (PCMA, PCMU)"
                              : plan.sends ? "has no codec that is served here (H.264 with "
                                             "packetization-mode=1, VP8)"
                                           : "has no codec that is served here (H.264, VP8, VP9 profile 0)");
  if (plan.receives && plan.video()) plan.also_received = others_of_codec(*formats, *plan.receive);
  return {};
}

// The section of data channels (RFC 8841). It shares the transport of the others or is refused.
MediaPlan plan_data(MediaPlan plan, const Sdp& sdp, const SdpMedia& media) {
  const auto group = bundled_mids(sdp);
  const bool shared = std::find(group.begin(), group.end(), plan.mid) != group.end();
  const auto* port = sdp.find(media, "sctp-port");
  const auto number = port ? to_number(*port, 1, 65535) : std::optional<long>(5000);
  if (plan.mid.empty() || !shared || !number) {
    plan.refusal =
        unsupported(media, !number ? "has an a=sctp-port that is none" : "is in no BUNDLE group").message;
    return plan;
  }
  plan.index = 0;
  plan.sctp_port = static_cast<int>(*number);
  plan.refused_format = "webrtc-datachannel";
  return plan;
}

// Of a sender of several sizes (simulcast, RFC 8853) we want one, the largest. The text does not say which
// that is: the names that clients use do, and else the last, where most put it.
void plan_layers(MediaPlan& plan, const SdpMedia& media, int mid_id, int rid_id) {
  const auto* simulcast = media.attributes.find("simulcast");
  if (!simulcast || rid_id == 0) return;
  const auto pieces = split(*simulcast, ' ');
  const auto send = std::find(pieces.begin(), pieces.end(), "send");
  if (send == pieces.end() || send + 1 == pieces.end()) return;
  std::vector<std::string> rids;
  for (const auto layer : split(*(send + 1), ';')) {
    auto rid = layer.substr(0, layer.find(','));  // the first of those that may stand for each other
    if (rid.starts_with('~')) continue;           // paused
    if (is_token(rid) && rids.size() < 8) rids.emplace_back(rid);
  }
  if (rids.empty()) return;
  plan.rid = largest_layer(rids);
  plan.mid_id = mid_id;
  plan.rid_id = rid_id;
}

// A bundle-only section repeats nothing that the one which carries the transport says (RFC 8843).
bool has_rtcp_mux(const Sdp& sdp, const SdpMedia& media) {
  if (media.attributes.has("rtcp-mux")) return true;
  const auto* tagged = tagged_section(sdp);
  return media.attributes.has("bundle-only") && tagged && tagged != &media;
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
  if (media.refused()) return plan;
  if (const auto why = foreign(media); !why.empty()) {
    plan.refusal = unsupported(media, why).message;
    return plan;
  }
  if (plan.data()) return plan_data(std::move(plan), sdp, media);
  if (plan.offered_direction == "inactive") return plan;

  plan.index = 0;
  if (plan.mid.empty()) return unsupported(media, "has no a=mid");
  if (!has_rtcp_mux(sdp, media)) return unsupported(media, "has no a=rtcp-mux");
  if (auto done = plan_direction(plan, media, kind); !done) return done.error();
  if (auto done = plan_codecs(plan, media, codecs, receive_codecs); !done) return done.error();
  const auto ids = extensions_of(sdp, media);
  const auto id = [&](std::string_view uri) {
    const auto found = ids.find(std::string(uri));
    return found == ids.end() ? 0 : found->second;
  };
  plan.transport_cc = id(extension::transport_cc);
  plan.audio_level = plan.audio() ? id(extension::audio_level) : 0;
  if (plan.video() && plan.receives) plan_layers(plan, media, id(extension::mid), id(extension::rid));
  return plan;
}

// What each section asks for alone is fixed; now the numbers. Data channels come last with webrtcbin: its
// first m-line has to be one of media.
void number_sections(AnswerPlan& plan) {
  int index = 0;
  for (const bool data : {false, true})
    for (auto& media : plan.media)
      if (!media.refused() && media.data() == data) media.index = index++;
}

Result<void> check_counts(const AnswerPlan& plan) {
  for (const std::string_view kind : {"audio", "video", "application"}) {
    const auto served = plan.accepted();
    if (std::count_if(served.begin(), served.end(), [&](const auto* media) { return media->kind == kind; }) >
        1)
      return error("unsupported-offer", "the offer has more than one {} section; one endpoint carries one",
                   kind);
  }
  if (plan.audio() || plan.video()) return {};
  for (const auto& media : plan.media)
    if (!media.refusal.empty()) return error("unsupported-offer", "{}", media.refusal);
  return error("unsupported-offer", "the offer has no audio or video section to serve");
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
  const auto add = [&all](const RtpFormat& format) {
    const auto same = [&](const RtpFormat& other) { return other.payload_type == format.payload_type; };
    if (std::none_of(all.begin(), all.end(), same)) all.push_back(format);
  };
  if (receive) add(*receive);
  for (const auto& format : also_received) add(format);
  if (send) add(*send);
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

std::vector<const MediaPlan*> AnswerPlan::by_index() const {
  auto list = accepted();
  std::sort(list.begin(), list.end(), [](const auto* a, const auto* b) { return a->index < b->index; });
  return list;
}

const MediaPlan* AnswerPlan::first(std::string_view kind) const {
  for (const auto& plan : media)
    if (!plan.refused() && plan.kind == kind) return &plan;
  return nullptr;
}

Result<AnswerPlan> plan_answer(std::string_view offer, EndpointKind kind, const std::vector<Codec>& codecs,
                               const std::vector<Codec>& receive_codecs) {
  const auto sdp = parse_sdp(offer);
  if (!sdp) return sdp.error();
  AnswerPlan plan;
  plan.ignored = sdp->ignored;
  for (std::size_t i = 0; i < sdp->media.size(); ++i) {
    auto media = plan_media(*sdp, sdp->media[i], kind, codecs, receive_codecs);
    if (!media) return media.error();
    media->mline = static_cast<int>(i);
    plan.media.push_back(std::move(*media));
  }
  number_sections(plan);
  if (auto good = check_counts(plan); !good) return good.error();
  if (auto good = check_mids(plan); !good) return good.error();
  if (auto good = read_transport(*sdp, plan); !good) return good.error();
  return plan;
}

}  // namespace tessera::webrtc
