#include "server/recording_links.hpp"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/random.hpp"

namespace tessera::server {
namespace {

std::string hmac(std::string_view key, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> sum{};
  unsigned length = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), sum.data(), &length);
  return std::string(reinterpret_cast<const char*>(sum.data()), length);
}

std::string base64url(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
  const int length =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(length));
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  text.erase(text.find_last_not_of('=') + 1);
  return text;
}

// A key of its own is derived, so that no grant can ever be taken for part of a token.
std::string derived(std::string_view secret) {
  return hmac(secret, "tessera recording links");
}

std::string signature(std::string_view key, std::string_view recording, std::string_view expires) {
  return base64url(hmac(key, fmt::format("{}\n{}", recording, expires)));
}

}  // namespace

RecordingLinks::RecordingLinks(const std::vector<std::string>& secrets) {
  for (const auto& secret : secrets) keys_.push_back(derived(secret));
  if (keys_.empty()) keys_.push_back(derived(random_token(32)));
}

std::string RecordingLinks::grant(std::string_view recording, Time expires) const {
  const std::string time = std::to_string(expires.time_since_epoch().count());
  return time + "." + signature(keys_.front(), recording, time);
}

Result<void> RecordingLinks::check(std::string_view grant, std::string_view recording, Time now) const {
  const auto dot = grant.find('.');
  const std::string_view time = grant.substr(0, dot);
  std::int64_t expires = 0;
  const auto [end, failure] = std::from_chars(time.data(), time.data() + time.size(), expires);
  const std::string_view given = dot == std::string_view::npos ? std::string_view{} : grant.substr(dot + 1);
  const bool readable = failure == std::errc{} && end == time.data() + time.size();
  const bool genuine = readable && std::any_of(keys_.begin(), keys_.end(), [&](const std::string& key) {
                         const std::string expected = signature(key, recording, time);
                         return given.size() == expected.size() &&
                                CRYPTO_memcmp(given.data(), expected.data(), expected.size()) == 0;
                       });
  if (!genuine) return error("bad-link", "this link was not made for this recording by this server");
  if (now.time_since_epoch().count() >= expires)
    return error("link-expired", "this link has expired; get a new one");
  return {};
}

}  // namespace tessera::server
