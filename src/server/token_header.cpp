#include "server/token_header.hpp"

#include <cstdint>

#include "base/json.hpp"

namespace tessera::server {
namespace {

constexpr std::size_t longest_header = 1024;
constexpr int deepest_header = 4;

int value_of(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '-') return 62;
  return c == '_' ? 63 : -1;
}

// base64url without padding (RFC 4648, section 5).
std::optional<std::string> decoded(std::string_view text) {
  if (text.size() % 4 == 1) return std::nullopt;
  std::string bytes;
  std::uint32_t bits = 0;
  int held = 0;
  for (const char c : text) {
    const int value = value_of(c);
    if (value < 0) return std::nullopt;
    bits = (bits << 6) | static_cast<std::uint32_t>(value);
    held += 6;
    if (held < 8) continue;
    held -= 8;
    bytes += static_cast<char>((bits >> held) & 0xff);
  }
  return bytes;
}

}  // namespace

std::optional<TokenHeader> token_header_of(std::string_view token) {
  const auto dot = token.find('.');
  if (dot == std::string_view::npos || dot > longest_header) return std::nullopt;
  const auto text = decoded(token.substr(0, dot));
  if (!text) return std::nullopt;
  const auto json = Json::parse(*text, {.max_depth = deepest_header});
  if (!json || !json->is_object() || !(*json)["alg"].is_string() || json->has("crit")) return std::nullopt;
  TokenHeader header{(*json)["alg"].as_string(), {}};
  if (json->has("kid")) {
    if (!(*json)["kid"].is_string()) return std::nullopt;
    header.kid = (*json)["kid"].as_string();
  }
  return header;
}

}  // namespace tessera::server
