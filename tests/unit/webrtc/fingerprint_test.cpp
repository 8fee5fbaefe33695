#include "webrtc/fingerprint.hpp"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

namespace tessera::webrtc {
namespace {

// A self-signed certificate and, computed another way, the hash of its DER form.
struct Made {
  std::string pem, hash;
};
Made make_certificate() {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* certificate = X509_new();
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
  X509_set_pubkey(certificate, key);
  X509_sign(certificate, key, EVP_sha256());
  BIO* bio = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(bio, certificate);
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  Made made{std::string(data, static_cast<std::size_t>(size)), ""};
  unsigned char* der = nullptr;
  const int length = i2d_X509(certificate, &der);
  const auto sum = g_compute_checksum_for_data(G_CHECKSUM_SHA256, der, static_cast<gsize>(length));
  for (int i = 0; i < 64; i += 2) {
    if (i) made.hash += ':';
    made.hash += static_cast<char>(g_ascii_toupper(sum[i]));
    made.hash += static_cast<char>(g_ascii_toupper(sum[i + 1]));
  }
  g_free(sum);
  OPENSSL_free(der);
  BIO_free(bio);
  X509_free(certificate);
  EVP_PKEY_free(key);
  return made;
}

TEST(Fingerprint, IsTheHashOfTheDerForm) {
  const auto made = make_certificate();
  EXPECT_EQ(sha256_of_certificate(made.pem), made.hash);
}

TEST(Fingerprint, NoCertificateHasNone) {
  EXPECT_FALSE(sha256_of_certificate(""));
  EXPECT_FALSE(sha256_of_certificate("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"));
}

TEST(FingerprintGate, WaitsWhileThereIsNoTransport) {
  FingerprintGate gate({"AA"});
  EXPECT_EQ(gate.check(), FingerprintGate::State::waiting);
  EXPECT_FALSE(gate.open());
}

}  // namespace
}  // namespace tessera::webrtc
