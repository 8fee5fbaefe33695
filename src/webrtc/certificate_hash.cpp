#include "webrtc/certificate_hash.hpp"

#include <array>
#include <cctype>

#include "webrtc/sdp.hpp"

namespace tessera::webrtc {
namespace {

struct Known {
  HashFunction function;
  std::string_view name;
  std::size_t bytes;
};
constexpr std::array<Known, 3> known_functions = {{{HashFunction::sha256, "sha-256", 32},
                                                   {HashFunction::sha384, "sha-384", 48},
                                                   {HashFunction::sha512, "sha-512", 64}}};

// "ab:cd:…" of so many bytes, in upper case.
std::optional<std::string> hex_pairs(std::string_view text, std::size_t bytes) {
  if (text.size() != bytes * 3 - 1) return std::nullopt;
  std::string pairs(text);
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const auto c = static_cast<unsigned char>(pairs[i]);
    if (i % 3 == 2 ? c != ':' : std::isxdigit(c) == 0) return std::nullopt;
    pairs[i] = static_cast<char>(std::toupper(c));
  }
  return pairs;
}

}  // namespace

std::string_view name_of(HashFunction function) {
  return known_functions[static_cast<std::size_t>(function)].name;
}

std::optional<CertificateHash> parse_fingerprint(std::string_view value) {
  const auto pieces = split(value, ' ');
  if (pieces.size() != 2) return std::nullopt;
  for (const auto& known : known_functions) {
    if (!equals_ignoring_case(pieces[0], known.name)) continue;
    if (auto pairs = hex_pairs(pieces[1], known.bytes))
      return CertificateHash{known.function, std::move(*pairs)};
  }
  return std::nullopt;
}

}  // namespace tessera::webrtc
