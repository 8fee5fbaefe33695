#pragma once
// Who may do what: JSON Web Tokens (RFC 7519), HS256 or RS256, read with libjwt.

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "config/server_config.hpp"

namespace tessera::server {

enum class Role { viewer, speaker, operator_, admin };  ///< in rising order

std::string_view name_of(Role role);
std::optional<Role> role_from(std::string_view name);

/// What a token says about its bearer.
struct Identity {
  std::string subject;
  std::string room = "*";  ///< one room's name, or "*" for every room
  Role role = Role::admin;
  std::string name;  ///< shown on the tile; empty: the client chooses

  [[nodiscard]] bool allows(Role least) const { return role >= least; }
  [[nodiscard]] bool covers(std::string_view wanted_room) const { return room == "*" || room == wanted_room; }
};

/// Checks tokens. Pure but for the key it was made with; owned by the server, on the control thread.
class Authenticator {
 public:
  using Clock = std::chrono::system_clock;

  /// Error "bad-config" when the public key file cannot be read.
  static Result<Authenticator> create(const config::AuthConfig& settings);

  /// Without a key everybody may do everything (and the server listens on loopback only).
  [[nodiscard]] bool open() const { return key_.empty(); }

  /// The bearer's identity. In open mode any token, and none, gives an admin of every room.
  /// Errors: "unauthorized" (none sent), "bad-token" (form, signature, algorithm, claims), "token-expired".
  [[nodiscard]] Result<Identity> identify(std::string_view token, Clock::time_point now = Clock::now()) const;

 private:
  std::string key_;  ///< HS256 secret or PEM public key
  bool rsa_ = false;
};

/// Error "forbidden" unless `identity` may act as `least` in `room` ("" when the call concerns no one room:
/// then the identity must cover every room).
Result<void> authorise(const Identity& identity, Role least, std::string_view room);

/// The token of an `Authorization: Bearer …` header, or "".
std::string_view bearer_token(std::string_view authorization);

struct TokenClaims {
  std::string subject;
  std::string room;
  Role role = Role::viewer;
  std::string name;
  std::chrono::seconds lifetime{3600};
};

/// Makes a token. `private_key` is an HS256 secret, or with `rsa` a PEM private key. Error "bad-key".
Result<std::string> make_token(const TokenClaims& claims, const std::string& private_key, bool rsa,
                               Authenticator::Clock::time_point now = Authenticator::Clock::now());

/// "90s", "15m", "1h", "7d", or plain seconds; nothing above ten years.
std::optional<std::chrono::seconds> parse_duration(std::string_view text);

}  // namespace tessera::server
