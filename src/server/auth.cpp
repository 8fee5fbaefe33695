#include "server/auth.hpp"

#include <jwt.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "base/json.hpp"
#include "server/names.hpp"
#include "server/token_header.hpp"

namespace tessera::server {
namespace {

constexpr std::array<std::string_view, 4> role_names = {"viewer", "speaker", "operator", "admin"};
constexpr std::size_t max_token = 8192;
constexpr int least_rsa_bits = 2048;             // RFC 7518, section 3.3
constexpr std::int64_t clock_skew_seconds = 60;  // a token may come from a clock that is this much ahead
constexpr std::int64_t last_second =
    9'000'000'000;  // what a time point in nanoseconds holds, and two centuries

struct FreeToken {
  void operator()(jwt_t* token) const { jwt_free(token); }
};
struct FreeText {
  void operator()(char* text) const { std::free(text); }
};
using TokenPtr = std::unique_ptr<jwt_t, FreeToken>;
using TextPtr = std::unique_ptr<char, FreeText>;
struct FreeBio {
  void operator()(BIO* memory) const { BIO_free(memory); }
};
struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using BioPtr = std::unique_ptr<BIO, FreeBio>;
using KeyPtr = std::unique_ptr<EVP_PKEY, FreeKey>;

Json claims_of(jwt_t* token) {
  const TextPtr text(jwt_get_grants_json(token, nullptr));
  if (!text) return {};
  auto json = Json::parse(text.get());
  return json ? std::move(*json) : Json();
}

std::int64_t seconds(Authenticator::Clock::time_point time) {
  return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

Error refuse(std::string_view reason) {
  return error("bad-token", "the token {}", reason);
}

// Form and signature: which of them was wrong is nobody's business but the issuer's.
Error malformed() {
  return refuse("is malformed or its signature does not fit");
}

// `aud` is one name or a list of names (RFC 7519, section 4.1.3).
bool is_for(const Json& audience, const std::string& name) {
  if (audience.is_string()) return audience.as_string() == name;
  return std::any_of(audience.items().begin(), audience.items().end(),
                     [&](const Json& one) { return one.is_string() && one.as_string() == name; });
}

Result<void> check_addressee(const Json& claims, const std::string& issuer, const std::string& audience) {
  if (!issuer.empty() && (!claims["iss"].is_string() || claims["iss"].as_string() != issuer))
    return refuse("was not issued by whom this server trusts (\"iss\")");
  if (!audience.empty() && !is_for(claims["aud"], audience))
    return refuse("is not for this server (\"aud\")");
  return {};
}

// How long it is good for. The end alone is left to the caller.
Result<Authenticator::Clock::time_point> expiry_of(const Json& claims, std::int64_t now) {
  if (!claims["exp"].is_number()) return refuse("has no \"exp\"; tokens must expire");
  const Json& begin = claims["nbf"];
  if (!begin.is_null() && !begin.is_number()) return refuse("has an \"nbf\" that is no number");
  if (begin.as_double() > static_cast<double>(now + clock_skew_seconds))
    return refuse("is not valid yet (\"nbf\")");
  const double end = std::clamp(claims["exp"].as_double(), 0.0, static_cast<double>(last_second));
  return Authenticator::Clock::time_point(std::chrono::seconds(static_cast<std::int64_t>(end)));
}

Result<Identity> identity_from(const Json& claims) {
  const std::string room = claims["room"].as_string();
  if (room != "*" && !is_room_name(room)) return refuse("names no room (\"room\": a name or \"*\")");
  const auto role = role_from(claims["role"].as_string());
  if (!role) return refuse("names no role (\"role\": viewer, speaker, operator or admin)");
  Identity identity{claims["sub"].as_string(), room, *role, claims["name"].as_string()};
  if (!is_display_name(identity.name)) return refuse("has a \"name\" that cannot be shown");
  for (const Json& right : claims["rights"].items())
    identity.deletes_recordings |= right.as_string() == right_to_delete_recordings;
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

Result<void> Authenticator::add(const std::string& place, Key key, const std::string& public_key_file) {
  if (public_key_file.empty()) {
    keys_.push_back(std::move(key));
    return {};
  }
  std::ifstream file(public_key_file);
  std::stringstream text;
  text << file.rdbuf();
  key.material = text.str();
  key.rsa = true;
  const BioPtr memory(BIO_new_mem_buf(key.material.data(), static_cast<int>(key.material.size())));
  const KeyPtr parsed(file ? PEM_read_bio_PUBKEY(memory.get(), nullptr, nullptr, nullptr) : nullptr);
  if (!parsed)
    return error("bad-config", "{}: {}: cannot be read, or holds no PEM public key", public_key_file, place);
  if (EVP_PKEY_get_base_id(parsed.get()) != EVP_PKEY_RSA || EVP_PKEY_get_bits(parsed.get()) < least_rsa_bits)
    return error("bad-config", "{}: {}: must be an RSA key of at least {} bits", public_key_file, place,
                 least_rsa_bits);
  keys_.push_back(std::move(key));
  return {};
}

Result<Authenticator> Authenticator::create(const config::AuthConfig& settings) {
  Authenticator made;
  made.issuer_ = settings.issuer;
  made.audience_ = settings.audience;
  made.named_ = !settings.keys.empty();
  if (!settings.key.empty() || !settings.public_key_file.empty())
    if (auto added = made.add("auth.publicKeyFile", {"", settings.key}, settings.public_key_file); !added)
      return std::move(added).error();
  for (std::size_t i = 0; i < settings.keys.size(); ++i) {
    const config::AuthKey& one = settings.keys[i];
    auto added =
        made.add(fmt::format("auth.keys[{}].publicKeyFile", i), {one.kid, one.key}, one.public_key_file);
    if (!added) return std::move(added).error();
  }
  return made;
}

Result<Json> Authenticator::verified_claims(std::string_view token) const {
  if (token.size() > max_token) return malformed();
  const auto header = token_header_of(token);
  if (!header || (header->algorithm != "HS256" && header->algorithm != "RS256")) return malformed();
  const bool rsa = header->algorithm == "RS256";
  const std::string text(token);
  for (const Key& key : keys_) {
    // A public key must never serve as the secret of an HS256 token: each key has one algorithm.
    if (key.rsa != rsa || (named_ && header->kid && *header->kid != key.kid)) continue;
    jwt_t* raw = nullptr;
    const int failure =
        jwt_decode(&raw, text.c_str(), reinterpret_cast<const unsigned char*>(key.material.data()),
                   static_cast<int>(key.material.size()));
    const TokenPtr decoded(raw);
    // libjwt reads the header again, and verifies by what it finds there.
    if (failure == 0 && decoded && jwt_get_alg(decoded.get()) == (rsa ? JWT_ALG_RS256 : JWT_ALG_HS256))
      return claims_of(decoded.get());
  }
  return malformed();
}

Result<Identity> Authenticator::identify_expired(std::string_view token, Clock::time_point now) const {
  if (open()) return Identity{};
  if (token.empty()) return error("unauthorized", "a token is required: Authorization: Bearer <token>");
  auto claims = verified_claims(token);
  if (!claims) return std::move(claims).error();
  if (auto meant = check_addressee(*claims, issuer_, audience_); !meant) return std::move(meant).error();
  auto expires = expiry_of(*claims, seconds(now));
  if (!expires) return std::move(expires).error();
  auto identity = identity_from(*claims);
  if (identity) identity->expires = *expires;
  return identity;
}

Result<Identity> Authenticator::identify(std::string_view token, Clock::time_point now) const {
  auto identity = identify_expired(token, now);
  if (identity && identity->expires && *identity->expires <= now)
    return error("token-expired", "the token has expired; get a new one");
  return identity;
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
  if (!claims.issuer.empty()) grants.set("iss", claims.issuer);
  if (!claims.audience.empty()) grants.set("aud", claims.audience);
  if (!claims.rights.empty()) grants.set("rights", Json::Array(claims.rights.begin(), claims.rights.end()));
  if (!claims.kid.empty() && jwt_add_header(token.get(), "kid", claims.kid.c_str()) != 0)
    return error("bad-key", "the key's name cannot be written");
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
