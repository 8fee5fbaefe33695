#include "server/sdpfrag.hpp"

#include <glib.h>

#include <functional>

namespace tessera::server {
namespace {

// Visits each line without its end; stops when `visit` returns false.
void each_line(std::string_view text, const std::function<bool(std::size_t, std::string_view)>& visit) {
  std::size_t number = 0;
  while (!text.empty()) {
    const auto end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!visit(++number, line)) return;
  }
}

bool has_control(std::string_view line) {
  for (const char c : line)
    if (static_cast<unsigned char>(c) < 0x20 && c != '\t') return true;
  return false;
}

std::optional<std::string_view> value_of(std::string_view line, std::string_view name) {
  if (!line.starts_with(name)) return std::nullopt;
  return line.substr(name.size());
}

}  // namespace

Result<SdpFragment> parse_sdpfrag(std::string_view text) {
  if (!g_utf8_validate(text.data(), static_cast<gssize>(text.size()), nullptr))
    return error("bad-sdpfrag", "not UTF-8 text");
  SdpFragment fragment;
  std::optional<Error> failure;
  std::string mid;
  int media = -1;
  const auto index = [&] { return media < 0 ? std::nullopt : std::optional<int>(media); };

  each_line(text, [&](std::size_t number, std::string_view line) {
    const auto fail = [&](std::string_view reason) {
      failure = error("bad-sdpfrag", "line {}: {}", number, reason);
      return false;
    };
    if (line.empty()) return true;
    if (line.size() < 2 || line[1] != '=' || line[0] < 'a' || line[0] > 'z')
      return fail("expected \"<letter>=<value>\"");
    if (has_control(line)) return fail("holds a control character");
    if (line[0] == 'm') {
      ++media;
      mid.clear();
    } else if (const auto ufrag = value_of(line, "a=ice-ufrag:")) {
      if (!fragment.ufrag.empty() && fragment.ufrag != *ufrag) return fail("a second, different ice-ufrag");
      fragment.ufrag = *ufrag;
    } else if (const auto password = value_of(line, "a=ice-pwd:")) {
      fragment.password = *password;
    } else if (const auto name = value_of(line, "a=mid:")) {
      if (name->empty() || name->size() > 64) return fail("a=mid must have 1 to 64 characters");
      mid = *name;
    } else if (const bool end = line == "a=end-of-candidates"; end || line.starts_with("a=candidate:")) {
      if (line.size() > 512) return fail("a candidate longer than 512 characters");
      if (fragment.candidates.size() >= max_fragment_candidates) return fail("too many candidates");
      fragment.candidates.push_back({std::string(end ? "" : line.substr(2)), mid, index()});
    }
    return true;
  });
  if (failure) return std::move(*failure);
  if (fragment.candidates.empty() && fragment.ufrag.empty())
    return error("bad-sdpfrag", "neither candidates nor ICE credentials in it");
  return fragment;
}

std::string ice_ufrag_of(std::string_view sdp) {
  std::string ufrag;
  each_line(sdp, [&](std::size_t, std::string_view line) {
    const auto value = value_of(line, "a=ice-ufrag:");
    if (value) ufrag = *value;
    return !value;
  });
  return ufrag;
}

std::vector<std::string> media_mids_of(std::string_view sdp) {
  std::vector<std::string> mids;
  each_line(sdp, [&](std::size_t, std::string_view line) {
    if (line.starts_with("m=")) mids.emplace_back();
    if (const auto mid = value_of(line, "a=mid:"); mid && !mids.empty()) mids.back() = *mid;
    return true;
  });
  return mids;
}

}  // namespace tessera::server
