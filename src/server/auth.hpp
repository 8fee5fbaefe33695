#pragma once
// Who may do what: JSON Web Tokens (RFC 7519), HS256 or RS256, read with libjwt.

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
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
  std::optional<std::chrono::system_clock::time_point> expires{};  ///< none in open mode
  /// The right "delete-recordings": recordings of every room that the token covers, as an admin may.
  bool deletes_recordings = false;

  [[nodiscard]] bool allows(Role least) const { return role >= least; }
  [[nodiscard]] bool covers(std::string_view wanted_room) const { return room == "*" || room == wanted_room; }
};

/// What a token may be granted beside its role: the claim `rights`, a list of these words.
inline constexpr std::string_view right_to_delete_recordings = "delete-recordings";

/// Checks tokens. Pure but for the keys it was made with; owned by the server, on the control thread.
/// Each key is good for one algorithm. A token that names its key (`kid`) is checked with that key alone, one
/// that names none with every key of its algorithm.
class Authenticator {
 public:
  using Clock = std::chrono::system_clock;

  /// Error "bad-config" when a public key file cannot be read, or holds no RSA key of at least 2048 bits.
  static Result<Authenticator> create(const config::AuthConfig& settings);

  /// Without a key everybody may do everything (and the server listens on loopback only).
  [[nodiscard]] bool open() const { return keys_.empty(); }

  /// The bearer's identity. In open mode any token, and none, gives an admin of every room.
  /// Errors: "unauthorized" (none sent), "bad-token" (form, signature, algorithm, claims), "token-expired".
  [[nodiscard]] Result<Identity> identify(std::string_view token, Clock::time_point now = Clock::now()) const;
  /// The same for a token that may have expired: for whoever resumes a seat, which is the resume token's to
  /// give. Errors: as above without "token-expired".
  [[nodiscard]] Result<Identity> identify_expired(std::string_view token,
                                                  Clock::time_point now = Clock::now()) const;

 private:
  struct Key {
    std::string kid;       ///< "" for the one that is not in the list
    std::string material;  ///< HS256 secret, or PEM public key
    bool rsa = false;
  };
  Result<void> add(const std::string& place, Key key, const std::string& public_key_file);
  [[nodiscard]] Result<Json> verified_claims(std::string_view token) const;

  std::vector<Key> keys_;
  std::string issuer_, audience_;
  bool named_ =
      false;  ///< there is a list: a token's `kid` means one of it. Without, `kid` means nothing here
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
  std::string kid{};  ///< of the key it is signed with; empty: not named
  std::string issuer{}, audience{};
  std::vector<std::string> rights{};
};

/// Makes a token. `private_key` is an HS256 secret, or with `rsa` a PEM private key. Error "bad-key".
Result<std::string> make_token(const TokenClaims& claims, const std::string& private_key, bool rsa,
                               Authenticator::Clock::time_point now = Authenticator::Clock::now());

/// "90s", "15m", "1h", "7d", or plain seconds; nothing above ten years.
std::optional<std::chrono::seconds> parse_duration(std::string_view text);

}  // namespace tessera::server
