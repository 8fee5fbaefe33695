#include "server/auth.hpp"

#include <jwt.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "base/json.hpp"
#include "server/names.hpp"

namespace tessera::server {
namespace {

constexpr std::array<std::string_view, 4> role_names = {"viewer", "speaker", "operator", "admin"};
constexpr std::size_t max_token = 8192;

struct FreeToken {
  void operator()(jwt_t* token) const { jwt_free(token); }
};
struct FreeText {
  void operator()(char* text) const { std::free(text); }
};
using TokenPtr = std::unique_ptr<jwt_t, FreeToken>;
using TextPtr = std::unique_ptr<char, FreeText>;

Json claims_of(jwt_t* token) {
  const TextPtr text(jwt_get_grants_json(token, nullptr));
  if (!text) return {};
  auto json = Json::parse(text.get());
  return json ? std::move(*json) : Json();
}

std::int64_t seconds(Authenticator::Clock::time_point time) {
  return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

Result<Identity> identity_from(const Json& claims, std::int64_t now) {
  const auto refuse = [](std::string_view reason) { return error("bad-token", "the token {}", reason); };
  if (!claims["exp"].is_number()) return refuse("has no \"exp\"; tokens must expire");
  if (claims["exp"].as_double() <= static_cast<double>(now))
    return error("token-expired", "the token has expired; get a new one");
  if (claims["nbf"].is_number() && claims["nbf"].as_double() > static_cast<double>(now) + 60)
    return refuse("is not valid yet (\"nbf\")");
  const std::string room = claims["room"].as_string();
  if (room != "*" && !is_room_name(room)) return refuse("names no room (\"room\": a name or \"*\")");
  const auto role = role_from(claims["role"].as_string());
  if (!role) return refuse("names no role (\"role\": viewer, speaker, operator or admin)");
  Identity identity{claims["sub"].as_string(), room, *role, claims["name"].as_string()};
  if (!is_display_name(identity.name)) return refuse("has a \"name\" that cannot be shown");
  return identity;
}

}  // namespace

std::string_view name_of(Role role) {
  return role_names[static_cast<std::size_t>(role)];
}

std::optional<Role> role_from(std::string_view name) {
  const auto found = std::find(role_names.begin(), role_names.end(), name);
  if (found == role_names.end()) return std::nullopt;
  return static_cast<Role>(found - role_names.begin());
}

Result<Authenticator> Authenticator::create(const config::AuthConfig& settings) {
  Authenticator made;
  made.key_ = settings.key;
  if (!settings.public_key_file.empty()) {
    std::ifstream file(settings.public_key_file);
    std::stringstream text;
    text << file.rdbuf();
    made.key_ = text.str();
    made.rsa_ = true;
    if (!file || made.key_.find("PUBLIC KEY") == std::string::npos)
      return error("bad-config", "{}: auth.publicKeyFile: cannot be read, or holds no PEM public key",
                   settings.public_key_file);
  }
  return made;
}

Result<Identity> Authenticator::identify(std::string_view token, Clock::time_point now) const {
  if (open()) return Identity{};
  if (token.empty()) return error("unauthorized", "a token is required: Authorization: Bearer <token>");
  const auto refuse = [] {
    return error("bad-token", "the token is malformed or its signature does not fit");
  };
  if (token.size() > max_token) return refuse();
  jwt_t* raw = nullptr;
  const std::string text(token);
  const int failure = jwt_decode(&raw, text.c_str(), reinterpret_cast<const unsigned char*>(key_.data()),
                                 static_cast<int>(key_.size()));
  const TokenPtr decoded(raw);
  if (failure != 0 || !decoded) return refuse();
  // libjwt verifies by the algorithm that the token itself names: it must be the one this key is for, or a
  // public key would serve as the secret of an HS256 token, and "none" as no check at all.
  if (jwt_get_alg(decoded.get()) != (rsa_ ? JWT_ALG_RS256 : JWT_ALG_HS256)) return refuse();
  return identity_from(claims_of(decoded.get()), seconds(now));
}

Result<void> authorise(const Identity& identity, Role least, std::string_view room) {
  if (!identity.allows(least))
    return error("forbidden", "this needs the role {}; the token has {}", name_of(least),
                 name_of(identity.role));
  if (room.empty() ? identity.room != "*" : !identity.covers(room))
    return error("forbidden", "the token is for another room");
  return {};
}

std::string_view bearer_token(std::string_view authorization) {
  constexpr std::string_view scheme = "bearer ";
  if (authorization.size() < scheme.size()) return {};
  for (std::size_t i = 0; i < scheme.size(); ++i)
    if ((authorization[i] | 0x20) != (scheme[i] | 0x20)) return {};
  const auto first = authorization.find_first_not_of(' ', scheme.size());
  if (first == std::string_view::npos) return {};
  return authorization.substr(first, authorization.find_last_not_of(' ') - first + 1);
}

Result<std::string> make_token(const TokenClaims& claims, const std::string& private_key, bool rsa,
                               Authenticator::Clock::time_point now) {
  jwt_t* raw = nullptr;
  if (jwt_new(&raw) != 0) return error("bad-key", "out of memory");
  const TokenPtr token(raw);
  Json grants = Json::object({{"sub", claims.subject},
                              {"iat", seconds(now)},
                              {"exp", seconds(now + claims.lifetime)},
                              {"room", claims.room},
                              {"role", name_of(claims.role)}});
  if (!claims.name.empty()) grants.set("name", claims.name);
  if (jwt_add_grants_json(token.get(), grants.dump().c_str()) != 0)
    return error("bad-key", "the claims cannot be written");
  if (jwt_set_alg(token.get(), rsa ? JWT_ALG_RS256 : JWT_ALG_HS256,
                  reinterpret_cast<const unsigned char*>(private_key.data()),
                  static_cast<int>(private_key.size())) != 0)
    return error("bad-key", "the key cannot be used for {}", rsa ? "RS256" : "HS256");
  const TextPtr text(jwt_encode_str(token.get()));
  if (!text) return error("bad-key", "signing failed; is this a {}?", rsa ? "PEM private key" : "secret");
  return std::string(text.get());
}

std::optional<std::chrono::seconds> parse_duration(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc{} || value <= 0) return std::nullopt;
  const std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
  const std::int64_t factor = unit.empty() || unit == "s" ? 1
                              : unit == "m"               ? 60
                              : unit == "h"               ? 3600
                              : unit == "d"               ? 86400
                                                          : 0;
  constexpr std::int64_t ten_years = 10LL * 366 * 86400;
  if (factor == 0 || value > ten_years / factor) return std::nullopt;
  return std::chrono::seconds(value * factor);
}

}  // namespace tessera::server
