#include "webrtc/sdp.hpp"

#include <algorithm>
#include <charconv>

namespace tessera::webrtc {
namespace {

constexpr std::string_view known_types = "vosiuepcbtrzkam";

Error fault(int line, std::string_view reason) {
  return error("bad-sdp", "line {} of the session description: {}", line, reason);
}

bool has_control_characters(std::string_view line) {
  return std::any_of(line.begin(), line.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\t'; });
}

Result<SdpMedia> parse_media_line(int number, std::string_view value) {
  const auto pieces = split(value, ' ');
  if (pieces.size() < 4)
    return fault(number, "an m-line has a kind, a port, a protocol and at least one format");
  SdpMedia media;
  media.line = number;
  if (!is_token(pieces[0])) return fault(number, "the kind of media is not a token");
  media.kind = pieces[0];
  const auto port = to_number(pieces[1].substr(0, pieces[1].find('/')), 0, 65535);
  if (!port) return fault(number, "the port is not a number from 0 to 65535");
  media.port = static_cast<int>(*port);
  media.protocol = pieces[2];
  if (pieces.size() - 3 > sdp_max_formats) return fault(number, "too many formats");
  media.formats.assign(pieces.begin() + 3, pieces.end());
  return media;
}

Result<SdpAttribute> parse_attribute(int number, std::string_view value) {
  const auto colon = value.find(':');
  SdpAttribute attribute;
  attribute.name = value.substr(0, colon);
  if (colon != std::string_view::npos) attribute.value = value.substr(colon + 1);
  if (!is_token(attribute.name)) return fault(number, "the attribute's name is not a token");
  return attribute;
}

// Reads one line after another into the model; `number` counts from 1.
class Reader {
 public:
  Result<void> line(std::string_view text) {
    ++number_;
    if (text.size() > sdp_max_line) return fault(number_, "longer than 4 kB");
    if (has_control_characters(text)) return fault(number_, "contains a control character");
    if (text.size() < 2 || text[1] != '=') return fault(number_, "expected <type>=<value>");
    const char type = text[0];
    const std::string_view value = text.substr(2);
    if (known_types.find(type) == std::string_view::npos) return fault(number_, "unknown line type");
    if (number_ == 1 && text != "v=0") return fault(number_, "a session description starts with v=0");
    if (number_ > 1 && type == 'v') return fault(number_, "a second version line");
    if (type == 'o') return origin(value);
    if (type == 'm') return media(value);
    if (type == 'a') attribute(value);
    return {};
  }

  Result<Sdp> finish() {
    if (number_ == 0) return fault(1, "the description is empty");
    if (!has_origin_) return fault(number_, "the o-line is missing");
    if (sdp_.media.empty()) return fault(number_, "there is no m-line");
    return std::move(sdp_);
  }

 private:
  Result<void> origin(std::string_view value) {
    if (has_origin_ || !sdp_.media.empty()) return fault(number_, "a second or misplaced o-line");
    if (split(value, ' ').size() != 6) return fault(number_, "an o-line has six fields");
    has_origin_ = true;
    return {};
  }

  Result<void> media(std::string_view value) {
    if (sdp_.media.size() >= sdp_max_media) return fault(number_, "more than 32 m-lines");
    auto section = parse_media_line(number_, value);
    if (!section) return section.error();
    sdp_.media.push_back(std::move(*section));
    return {};
  }

  // An attribute that nobody can read is as if it were one that nobody knows (RFC 8866, section 5.13).
  void attribute(std::string_view value) {
    auto parsed = parse_attribute(number_, value);
    if (!parsed) {
      if (sdp_.ignored.size() < sdp_max_ignored) sdp_.ignored.push_back(parsed.error().message);
      return;
    }
    auto& level = sdp_.media.empty() ? sdp_.session : sdp_.media.back().attributes;
    level.list.push_back(std::move(*parsed));
  }

  Sdp sdp_;
  int number_ = 0;
  bool has_origin_ = false;
};

}  // namespace

const std::string* SdpAttributes::find(std::string_view name) const {
  for (const auto& attribute : list)
    if (attribute.name == name) return &attribute.value;
  return nullptr;
}

std::vector<std::string_view> SdpAttributes::all(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const auto& attribute : list)
    if (attribute.name == name) values.push_back(attribute.value);
  return values;
}

const std::string* Sdp::find(const SdpMedia& section, std::string_view name) const {
  const std::string* own = section.attributes.find(name);
  return own ? own : session.find(name);
}

Result<Sdp> parse_sdp(std::string_view text) {
  if (text.size() > sdp_max_bytes) return error("bad-sdp", "the session description is longer than 64 kB");
  Reader reader;
  while (!text.empty()) {
    const auto end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    while (line.ends_with(' ') || line.ends_with('\t')) line.remove_suffix(1);
    // Blank lines at the very end are harmless and common in hand-made clients.
    if (line.empty() && text.find_first_not_of("\r\n") == std::string_view::npos) break;
    if (auto read = reader.line(line); !read) return read.error();
  }
  return reader.finish();
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> pieces;
  while (!text.empty()) {
    const auto end = std::min(text.find(separator), text.size());
    if (end > 0) pieces.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return pieces;
}

std::optional<long> to_number(std::string_view digits, long min, long max) {
  long value = 0;
  if (digits.empty() || digits.size() > 12 || digits.front() == '-') return std::nullopt;
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (failure != std::errc{} || end != digits.data() + digits.size() || value < min || value > max)
    return std::nullopt;
  return value;
}

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

bool is_token(std::string_view text) {
  constexpr std::string_view separators = "\"(),/:;<=>?@[\\]";
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [&](char c) {
    return c > 0x20 && c < 0x7f && separators.find(c) == std::string_view::npos;
  });
}

}  // namespace tessera::webrtc
