// A token: nobody gets in by guessing, and with a good signature only by claims that hold.
// without: config/server_config.cpp
// options: -max_len=9000
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "fuzz.hpp"
#include "server/auth.hpp"
#include "server/names.hpp"
#include "server/token_header.hpp"

namespace {

using namespace tessera::fuzz;
using namespace tessera::server;

constexpr std::string_view secret = "a secret of more than thirty-two bytes";
const Authenticator::Clock::time_point now{std::chrono::seconds(1'800'000'000)};

const Authenticator& authenticator() {
  static const auto made = [] {
    tessera::config::AuthConfig settings;
    settings.key = secret;
    return Authenticator::create(settings);
  }();
  return *made;
}

std::string base64url(std::string_view bytes) {
  std::string text(bytes.size() / 3 * 4 + 5, '\0');
  const int length =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(length));
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  text.erase(text.find_last_not_of('=') + 1);
  return text;
}

std::string signature(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> sum{};
  unsigned length = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), sum.data(), &length);
  return base64url({reinterpret_cast<const char*>(sum.data()), length});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  Input input(bytes, size);
  const std::string_view header = input.until('\n'), claims = input.text();
  const std::string all(text_of(bytes, size));
  const auto guessed = authenticator().identify(all, now);
  expect(!guessed.ok(), "a token without a signature is refused: {}", all);

  // The key's holder wrote these: the header and the claims are the input's, the signature is right.
  std::string token = base64url(header) + "." + base64url(claims);
  token += "." + signature(token);
  const auto known = authenticator().identify(token, now);
  if (!known) {
    const auto& code = known.error().code;
    expect(code == "bad-token" || code == "token-expired", "a refusal is bad-token or token-expired");
    return 0;
  }
  const auto read = token_header_of(token);
  expect(read && read->algorithm == "HS256", "only HS256 opens: {}", header);
  expect(known->expires && *known->expires > now, "a token that opens has not expired");
  expect(known->room == "*" || is_room_name(known->room), "an identity has a room");
  expect(is_display_name(known->name), "an identity's name can be shown");
  return 0;
}
