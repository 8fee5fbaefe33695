#include "recording/digest.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>

namespace tessera::recording {

void Digest::Free::operator()(EVP_MD_CTX* context) const {
  EVP_MD_CTX_free(context);
}

Digest::Digest(Kind kind) : context_(EVP_MD_CTX_new()) {
  EVP_DigestInit_ex(context_.get(), kind == Kind::sha256 ? EVP_sha256() : EVP_md5(), nullptr);
}

void Digest::add(std::span<const std::uint8_t> bytes) {
  EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size());
}

std::string Digest::finish() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> sum{};
  unsigned length = 0;
  EVP_DigestFinal_ex(context_.get(), sum.data(), &length);
  return {reinterpret_cast<const char*>(sum.data()), length};
}

std::string digest_of(Digest::Kind kind, std::string_view text) {
  Digest digest(kind);
  digest.add({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  return digest.finish();
}

std::string hex(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes) text += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  return text;
}

}  // namespace tessera::recording
