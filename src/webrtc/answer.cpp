#include "webrtc/answer.hpp"

#include <algorithm>

namespace tessera::webrtc {
namespace {

constexpr std::string_view line_end = "\r\n";
constexpr int our_sctp_port = 5000;
constexpr int max_data_message = 65'536;  ///< bytes; what RFC 8841 assumes of who says nothing

// Collects lines; SDP ends each with CRLF.
class Text {
 public:
  template <typename... Args>
  void line(fmt::format_string<Args...> format, Args&&... args) {
    text_ += fmt::format(format, std::forward<Args>(args)...);
    text_ += line_end;
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

std::vector<std::string> feedback_of(const MediaPlan& media, const RtpFormat& format) {
  std::vector<std::string> lines;
  for (const std::string_view name : known_feedback) {
    if (media.audio() && name != "transport-cc") continue;
    if (name == "transport-cc" && media.transport_cc == 0) continue;
    // webrtcbin repeats what we sent by RTX alone: who has none must not wait for it.
    if (name == "nack" && media.sends && format.rtx < 0) continue;
    if (format.feedback.contains(std::string(name))) lines.emplace_back(name);
  }
  return lines;
}

// Who reads a text. The client gets the parameters that belong to the payload type as it offered them;
// webrtcbin gets those that its payloaders and depayloaders write into their caps.
enum class Reader { client, webrtcbin };

std::string fmtp_of(const MediaPlan& media, const RtpFormat& format, Reader reader) {
  if (media.audio()) return sound_coding_of(format) == SoundCoding::opus ? "minptime=10;useinbandfec=1" : "";
  switch (codec_of(format, false).value_or(gst::Codec::vp8)) {
    case gst::Codec::h264:
      return fmt::format("level-asymmetry-allowed=1;packetization-mode={};profile-level-id={}",
                         reader == Reader::webrtcbin || splits_h264(format) ? 1 : 0,
                         h264_profile(format).value_or("42e01f"));
    case gst::Codec::vp9:
      return "profile-id=0";
    case gst::Codec::opus:
    case gst::Codec::vp8:
      break;
  }
  return "";
}

/// RFC 7587, 7: what we like to be sent, and what we are going to send. webrtcbin is not told: it takes a
/// difference in `sprop-stereo` for another codec.
std::string opus_wishes(const AnswerPlan& plan) {
  std::string wishes;
  if (plan.stereo) wishes += ";stereo=1;sprop-stereo=1";
  if (plan.audio_bitrate > 0) wishes += fmt::format(";maxaveragebitrate={}", plan.audio_bitrate);
  return wishes;
}

/// `wishes`: what is added to the format parameters of Opus.
void write_formats(Text& out, const MediaPlan& media, Reader reader, const std::string& wishes = "") {
  for (const auto& format : media.formats()) {
    const int pt = format.payload_type;
    out.line("a=rtpmap:{} {}/{}{}", pt, format.encoding, format.clock_rate, format.channels == 2 ? "/2" : "");
    for (const auto& name : feedback_of(media, format)) out.line("a=rtcp-fb:{} {}", pt, name);
    if (const auto fmtp = fmtp_of(media, format, reader); !fmtp.empty())
      out.line("a=fmtp:{} {}{}", pt, fmtp, media.audio() ? wishes : "");
    if (format.rtx < 0) continue;
    out.line("a=rtpmap:{} rtx/{}", format.rtx, format.clock_rate);
    out.line("a=fmtp:{} apt={}", format.rtx, pt);
  }
  if (media.audio_level) out.line("a=extmap:{} {}", media.audio_level, extension::audio_level);
  if (media.transport_cc) out.line("a=extmap:{} {}", media.transport_cc, extension::transport_cc);
}

std::string format_list(const MediaPlan& media) {
  std::string list;
  for (const auto& format : media.formats()) {
    list += fmt::format(" {}", format.payload_type);
    if (format.rtx >= 0) list += fmt::format(" {}", format.rtx);
  }
  return list;
}

void write_session(Text& out, const std::vector<const MediaPlan*>& sections, bool grouped) {
  out.line("v=0");
  out.line("o=tessera 1 1 IN IP4 127.0.0.1");
  out.line("s=-");
  out.line("t=0 0");
  if (!grouped) return;
  std::string mids;
  for (const auto* media : sections) mids += " " + media->mid;
  out.line("a=group:BUNDLE{}", mids);
}

void write_media_head(Text& out, const MediaPlan& media, std::string_view protocol) {
  out.line("m={} 9 {}{}", media.kind, protocol, media.data() ? " webrtc-datachannel" : format_list(media));
  out.line("c=IN IP4 0.0.0.0");
  if (!media.data()) out.line("a=rtcp:9 IN IP4 0.0.0.0");
  out.line("a=mid:{}", media.mid);
  if (media.data()) return;
  out.line("a=rtcp-mux");
  out.line("a=rtcp-rsize");
}

std::string_view protocol_for_webrtcbin(const MediaPlan& media) {
  return media.data() ? "UDP/DTLS/SCTP" : "UDP/TLS/RTP/SAVPF";
}

void write_transport(Text& out, std::string_view ufrag, std::string_view password,
                     const CertificateHash& fingerprint, std::string_view setup) {
  out.line("a=ice-ufrag:{}", ufrag);
  out.line("a=ice-pwd:{}", password);
  out.line("a=fingerprint:{} {}", name_of(fingerprint.function), fingerprint.value);
  out.line("a=setup:{}", setup);
}

void write_data(Text& out, int sctp_port) {
  out.line("a=sctp-port:{}", sctp_port);
  out.line("a=max-message-size:{}", max_data_message);
}

void write_layers(Text& out, const MediaPlan& media) {
  if (media.rid.empty()) return;
  if (media.mid_id) out.line("a=extmap:{} {}", media.mid_id, extension::mid);
  out.line("a=extmap:{} {}", media.rid_id, extension::rid);
  out.line("a=rid:{} recv", media.rid);
  out.line("a=simulcast:recv {}", media.rid);
}

void write_answer_media(Text& out, const MediaPlan& media, const LocalParameters& local,
                        std::string_view protocol, Reader reader, const std::string& wishes = "") {
  write_media_head(out, media, protocol);
  write_transport(out, local.ufrag, local.password, {HashFunction::sha256, local.fingerprint}, local.setup);
  if (media.data()) return write_data(out, our_sctp_port);
  out.line("a={}", media.direction());
  write_formats(out, media, reader, wishes);
  if (reader == Reader::client) write_layers(out, media);
  if (!media.sends) return;
  for (const auto& line : local.media[static_cast<std::size_t>(media.index)].ssrc_lines)
    out.line("a={}", line);
}

void write_refused(Text& out, const MediaPlan& media) {
  out.line("m={} 0 {} {}", media.kind, media.protocol, media.refused_format);
  out.line("c=IN IP4 0.0.0.0");
  if (!media.mid.empty()) out.line("a=mid:{}", media.mid);
  out.line("a=inactive");
}

Error unexpected(std::string_view what) {
  return error("internal", "webrtcbin's answer is not what was planned: {}", what);
}

Result<void> check_media(const MediaPlan& plan, const SdpMedia& media) {
  if (media.kind != plan.kind)
    return unexpected(fmt::format("mid {} is {}, not {}", plan.mid, media.kind, plan.kind));
  if (media.port == 0) return unexpected(fmt::format("mid {} was refused", plan.mid));
  if (plan.data()) return {};
  if (!media.attributes.has(plan.direction()))
    return unexpected(fmt::format("mid {} is not {}", plan.mid, plan.direction()));
  const auto pt = std::to_string((plan.send ? plan.send : plan.receive)->payload_type);
  if (std::find(media.formats.begin(), media.formats.end(), pt) == media.formats.end())
    return unexpected(fmt::format("mid {} lacks payload type {}", plan.mid, pt));
  return {};
}

LocalParameters::Media read_ssrc_lines(const SdpMedia& media, std::string& cname) {
  LocalParameters::Media lines;
  for (const auto& attribute : media.attributes.list) {
    // The msid of webrtcbin's ssrc lines is left out: a=msid says it better.
    const auto at = attribute.value.find(" cname:");
    if (attribute.name == "ssrc" && at != std::string::npos) cname = attribute.value.substr(at + 7);
    if (attribute.name == "ssrc-group" || (attribute.name == "ssrc" && at != std::string::npos))
      lines.ssrc_lines.push_back(attribute.name + ":" + attribute.value);
  }
  return lines;
}

}  // namespace

std::string offer_for_webrtcbin(const AnswerPlan& plan) {
  Text out;
  const auto sections = plan.by_index();
  write_session(out, sections, true);
  if (plan.ice_lite) out.line("a=ice-lite");
  for (const auto* media : sections) {
    write_media_head(out, *media, protocol_for_webrtcbin(*media));
    write_transport(out, plan.ufrag, plan.password, plan.fingerprints.front(), plan.setup);
    if (media->data()) {
      write_data(out, media->sctp_port);
      continue;
    }
    out.line("a={}", media->offered_direction);
    write_formats(out, *media, Reader::webrtcbin);
    for (const auto& [first, second] : media->repairs) out.line("a=ssrc-group:FID {} {}", first, second);
    for (const auto& [ssrc, cname] : media->ssrcs) out.line("a=ssrc:{} cname:{}", ssrc, cname);
    if (media->index == 0)
      for (const auto& candidate : plan.candidates) out.line("a={}", to_line(candidate));
  }
  return out.take();
}

Result<LocalParameters> read_local_answer(const AnswerPlan& plan, std::string_view answer) {
  const auto sdp = parse_sdp(answer);
  if (!sdp) return sdp.error();
  const auto served = plan.by_index();
  if (sdp->media.size() != served.size()) return unexpected("the number of m-lines");
  LocalParameters local;
  for (std::size_t i = 0; i < served.size(); ++i) {
    if (auto good = check_media(*served[i], sdp->media[i]); !good) return good.error();
    local.media.push_back(read_ssrc_lines(sdp->media[i], local.cname));
  }
  const auto& carrier = sdp->media.front();
  const auto take = [&](std::string_view name, std::string& into) {
    const auto* value = sdp->find(carrier, name);
    if (value) into = *value;
    return value && !value->empty();
  };
  if (!take("ice-ufrag", local.ufrag) || !take("ice-pwd", local.password) || !take("setup", local.setup) ||
      !take("fingerprint", local.fingerprint))
    return unexpected("its transport parameters are missing");
  constexpr std::string_view hash = "sha-256 ";
  if (!local.fingerprint.starts_with(hash)) return unexpected("its fingerprint is not SHA-256");
  local.fingerprint.erase(0, hash.size());
  return local;
}

std::string answer_for_webrtcbin(const AnswerPlan& plan, const LocalParameters& local) {
  Text out;
  const auto sections = plan.by_index();
  write_session(out, sections, true);
  for (const auto* media : sections)
    write_answer_media(out, *media, local, protocol_for_webrtcbin(*media), Reader::webrtcbin);
  return out.take();
}

std::string answer_for_client(const AnswerPlan& plan, const LocalParameters& local,
                              const std::vector<std::string>& candidates, bool complete) {
  Text out;
  const auto sections = plan.accepted();
  write_session(out, sections, plan.grouped);
  out.line("a=ice-options:trickle");
  out.line("a=msid-semantic: WMS *");
  for (const auto& media : plan.media) {
    if (media.refused()) {
      write_refused(out, media);
      continue;
    }
    const bool opus = media.audio() && sound_coding_of(media.formats().front()) == SoundCoding::opus;
    write_answer_media(out, media, local, media.protocol, Reader::client, opus ? opus_wishes(plan) : "");
    if (media.sends) out.line("a=msid:tessera {}", media.kind);
    if (&media != sections.front()) continue;  // the answer's tagged section speaks for all
    for (const auto& candidate : candidates) out.line("a={}", candidate);
    if (complete) out.line("a=end-of-candidates");
  }
  return out.take();
}

}  // namespace tessera::webrtc
