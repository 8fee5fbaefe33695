#include "webrtc/rtp_format.hpp"

#include <algorithm>
#include <cctype>

namespace tessera::webrtc {
namespace {

using gst::Codec;

constexpr std::size_t most_others = 8;

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

// "<pt> <rest>": the payload type and the rest.
std::optional<std::pair<int, std::string_view>> payload_value(std::string_view value) {
  const auto space = value.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  const auto pt = to_number(value.substr(0, space), 0, 127);
  if (!pt) return std::nullopt;
  return std::pair{static_cast<int>(*pt), trimmed(value.substr(space + 1))};
}

// The first rtpmap, fmtp of a payload type counts; what does not parse is as if absent.
void read_rtpmap(RtpFormat& format, std::string_view value) {
  if (!format.encoding.empty()) return;
  const auto pieces = split(value, '/');
  if (pieces.size() < 2 || !is_token(pieces[0])) return;
  const auto rate = to_number(pieces[1], 1, 1'000'000);
  if (!rate) return;
  format.encoding = pieces[0];
  format.clock_rate = static_cast<int>(*rate);
  if (pieces.size() > 2) format.channels = static_cast<int>(to_number(pieces[2], 1, 255).value_or(1));
}

void read_fmtp(RtpFormat& format, std::string_view value) {
  for (const auto piece : split(value, ';')) {
    const auto parameter = trimmed(piece);
    const auto equals = parameter.find('=');
    if (equals == std::string_view::npos) continue;
    format.parameters.emplace(lower(trimmed(parameter.substr(0, equals))),
                              trimmed(parameter.substr(equals + 1)));
  }
}

// What is not known is not kept: an offer could name thousands for each of its formats.
void read_feedback(RtpFormat& format, std::string_view value) {
  for (const std::string_view known : known_feedback)
    if (value == known) format.feedback.emplace(known);
}

std::string parameter(const RtpFormat& format, const char* name, const char* fallback) {
  const auto found = format.parameters.find(name);
  return found == format.parameters.end() ? fallback : found->second;
}

// H.264: 0 unusable, else the higher the better. What a decoder of High or Main can do includes what our
// encoders make, constrained baseline; so a profile decides nothing but the order. Without packetization mode
// 1 a key frame may not be split over packets: that is for the sender to keep, so we can be sent it, but not
// send it.
int rank_h264(const RtpFormat& format, bool sending) {
  const std::string mode = parameter(format, "packetization-mode", "0");
  if (mode != "1" && (sending || mode != "0")) return 0;
  const std::string profile = h264_profile(format).value_or("420010");
  const bool baseline = profile.starts_with("42");
  const bool constrained = baseline && (std::stoi(profile.substr(2, 2), nullptr, 16) & 0x40) != 0;
  return (constrained ? 6 : baseline ? 4 : 2) + (mode == "1" ? 1 : 0);
}

int rank(const RtpFormat& format, Codec codec, bool sending) {
  const auto is = [&](std::string_view name, int rate) {
    return equals_ignoring_case(format.encoding, name) && format.clock_rate == rate;
  };
  switch (codec) {
    case Codec::opus:
      return is("opus", 48000) && format.channels == 2 ? 1 : 0;
    case Codec::vp8:
      return is("VP8", 90000) ? 1 : 0;
    case Codec::vp9:
      return is("VP9", 90000) && !sending && parameter(format, "profile-id", "0") == "0" ? 1 : 0;
    case Codec::h264:
      return is("H264", 90000) ? rank_h264(format, sending) : 0;
  }
  return 0;
}

// Payload types that need no rtpmap (RFC 3551, section 6).
void name_static_formats(std::vector<RtpFormat>& formats) {
  for (auto& format : formats) {
    if (!format.encoding.empty()) continue;
    const int pt = format.payload_type;
    if (pt == 0 || pt == 8 || pt == 9) {
      format.encoding = pt == 0 ? "PCMU" : pt == 8 ? "PCMA" : "G722";
      format.clock_rate = 8000;
    }
  }
}

void link_retransmissions(std::vector<RtpFormat>& formats) {
  for (const auto& format : formats) {
    if (!equals_ignoring_case(format.encoding, "rtx")) continue;
    const auto target = to_number(parameter(format, "apt", ""), 0, 127);
    for (auto& other : formats)
      if (target && other.payload_type == *target && other.rtx < 0 && other.clock_rate == format.clock_rate)
        other.rtx = format.payload_type;
  }
}

}  // namespace

Result<std::vector<RtpFormat>> formats_of(const SdpMedia& media) {
  std::vector<RtpFormat> formats;
  for (const auto& text : media.formats) {
    const auto pt = to_number(text, 0, 127);
    if (!pt)
      return error("bad-sdp", "line {} of the session description: \"{}\" is not a payload type", media.line,
                   text);
    const bool repeated =
        std::any_of(formats.begin(), formats.end(), [&](const auto& f) { return f.payload_type == *pt; });
    if (repeated || (*pt >= 64 && *pt <= 95)) continue;
    formats.emplace_back();
    formats.back().payload_type = static_cast<int>(*pt);
  }
  const auto visit = [&](std::string_view name, auto&& read) {
    for (const auto value : media.attributes.all(name)) {
      const auto pair = payload_value(value);
      if (!pair) continue;
      for (auto& format : formats)
        if (format.payload_type == pair->first) read(format, pair->second);
    }
  };
  visit("rtpmap", read_rtpmap);
  visit("fmtp", read_fmtp);
  visit("rtcp-fb", read_feedback);
  for (const auto value : media.attributes.all("rtcp-fb"))
    if (value.starts_with("* "))
      for (auto& format : formats) read_feedback(format, trimmed(value.substr(2)));
  name_static_formats(formats);
  std::erase_if(formats, [](const RtpFormat& format) { return format.encoding.empty(); });
  link_retransmissions(formats);
  return formats;
}

std::optional<Codec> codec_of(const RtpFormat& format, bool sending) {
  for (const Codec codec : {Codec::opus, Codec::vp8, Codec::vp9, Codec::h264})
    if (rank(format, codec, sending) > 0) return codec;
  return std::nullopt;
}

const RtpFormat* choose_format(const std::vector<RtpFormat>& formats, const std::vector<Codec>& wanted,
                               bool sending) {
  for (const Codec codec : wanted) {
    const RtpFormat* best = nullptr;
    int best_rank = 0;
    for (const auto& format : formats) {
      const int value = rank(format, codec, sending);
      if (value > best_rank) {
        best = &format;
        best_rank = value;
      }
    }
    if (best) return best;
  }
  return nullptr;
}

std::vector<RtpFormat> others_of_codec(const std::vector<RtpFormat>& formats, const RtpFormat& chosen) {
  std::vector<RtpFormat> others;
  const auto codec = codec_of(chosen, false);
  for (const auto& format : formats)
    if (format.payload_type != chosen.payload_type && codec_of(format, false) == codec &&
        others.size() < most_others)
      others.push_back(format);
  return others;
}

std::optional<SoundCoding> sound_coding_of(const RtpFormat& format) {
  if (codec_of(format, false) == Codec::opus) return SoundCoding::opus;
  if (format.clock_rate != 8000 || format.channels != 1) return std::nullopt;
  if (equals_ignoring_case(format.encoding, "G722")) return SoundCoding::g722;
  if (equals_ignoring_case(format.encoding, "PCMA")) return SoundCoding::pcma;
  if (equals_ignoring_case(format.encoding, "PCMU")) return SoundCoding::pcmu;
  return std::nullopt;
}

const RtpFormat* choose_sound(const std::vector<RtpFormat>& formats) {
  const RtpFormat* best = nullptr;
  for (const auto& format : formats) {
    const auto coding = sound_coding_of(format);
    if (coding && (!best || *coding < *sound_coding_of(*best))) best = &format;
  }
  return best;
}

bool splits_h264(const RtpFormat& format) {
  return parameter(format, "packetization-mode", "0") == "1";
}

std::optional<std::string> h264_profile(const RtpFormat& format) {
  const std::string profile = lower(parameter(format, "profile-level-id", ""));
  if (profile.size() != 6 ||
      !std::all_of(profile.begin(), profile.end(), [](unsigned char c) { return std::isxdigit(c); }))
    return std::nullopt;
  return profile;
}

std::map<std::string, int> extensions_of(const Sdp& sdp, const SdpMedia& media) {
  std::map<std::string, int> ids;
  std::set<long> taken;
  for (const SdpAttributes* level : {&media.attributes, &sdp.session}) {
    for (const auto value : level->all("extmap")) {
      const auto pieces = split(value, ' ');
      if (pieces.size() < 2) continue;
      const auto id = to_number(pieces[0].substr(0, pieces[0].find('/')), 1, 14);
      if (id && taken.insert(*id).second) ids.emplace(std::string(pieces[1]), static_cast<int>(*id));
    }
  }
  return ids;
}

}  // namespace tessera::webrtc
