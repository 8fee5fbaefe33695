#include "tokens.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>

namespace tessera::server::test {

std::string base64url(const std::string& bytes) {
  std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  out.resize(static_cast<std::size_t>(EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                                      reinterpret_cast<const unsigned char*>(bytes.data()),
                                                      static_cast<int>(bytes.size()))));
  for (char& c : out) c = c == '+' ? '-' : c == '/' ? '_' : c;
  while (out.ends_with('=')) out.pop_back();
  return out;
}

std::string hand_made(const std::string& header, const std::string& claims, const std::string& secret) {
  const std::string text = base64url(header) + "." + base64url(claims);
  unsigned char sum[EVP_MAX_MD_SIZE];
  unsigned length = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), sum, &length);
  return text + "." + base64url(std::string(reinterpret_cast<const char*>(sum), length));
}

KeyPair rsa_keys(unsigned bits) {
  EVP_PKEY* pair = EVP_RSA_gen(bits);
  const auto text = [](auto write) {
    BIO* memory = BIO_new(BIO_s_mem());
    write(memory);
    char* data = nullptr;
    const long size = BIO_get_mem_data(memory, &data);
    std::string result(data, static_cast<std::size_t>(size));
    BIO_free(memory);
    return result;
  };
  KeyPair keys{
      text([&](BIO* out) { PEM_write_bio_PrivateKey(out, pair, nullptr, nullptr, 0, nullptr, nullptr); }),
      text([&](BIO* out) { PEM_write_bio_PUBKEY(out, pair); })};
  EVP_PKEY_free(pair);
  return keys;
}

}  // namespace tessera::server::test
