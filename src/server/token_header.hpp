#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace tessera::server {

/// What the header of a JSON Web Token claims, before anything of the token is believed (RFC 7515, section
/// 4).
struct TokenHeader {
  std::string algorithm;
  std::optional<std::string> kid;
};

/// None when it cannot be read, or demands extensions that we do not know ("crit"). Pure.
std::optional<TokenHeader> token_header_of(std::string_view token);

}  // namespace tessera::server
