#pragma once
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace tessera::server {

/// Leave to read one recording's files for a while, as a query parameter: a browser's <video>, <img> and
/// downloads cannot send a token in a header, and a token in an address would open far more, for longer.
/// A grant is "<expiry in Unix seconds>.<base64url HMAC-SHA256 over recording and expiry>". Pure but for the
/// keys.
class RecordingLinks {
 public:
  using Time = std::chrono::sys_seconds;
  static constexpr std::chrono::seconds default_lifetime{3600};
  static constexpr std::chrono::seconds max_lifetime{86400};

  /// Grants are made with the first secret and believed with each, so that a secret can be replaced while
  /// grants of the old one are about. They outlive a restart of the server; without any secret they are good
  /// for this process.
  explicit RecordingLinks(const std::vector<std::string>& secrets);

  [[nodiscard]] std::string grant(std::string_view recording, Time expires) const;
  /// Errors: "bad-link" (made by somebody else, or for another recording), "link-expired".
  [[nodiscard]] Result<void> check(std::string_view grant, std::string_view recording, Time now) const;

 private:
  std::vector<std::string> keys_;  ///< at least one
};

}  // namespace tessera::server
