#pragma once
// What an a=fingerprint line announces about the peer's certificate (RFC 8122). Pure.

#include <optional>
#include <string>
#include <string_view>

namespace tessera::webrtc {

/// From the weakest to the strongest that is served.
enum class HashFunction { sha256, sha384, sha512 };

/// "sha-256" and so on, as SDP writes it.
std::string_view name_of(HashFunction function);

struct CertificateHash {
  HashFunction function = HashFunction::sha256;
  std::string value;  ///< "AB:CD:…" in upper case, as long as the function makes it
  bool operator==(const CertificateHash&) const = default;
};

/// The value of an a=fingerprint line; nothing when it is malformed or of another hash function.
std::optional<CertificateHash> parse_fingerprint(std::string_view value);

}  // namespace tessera::webrtc
