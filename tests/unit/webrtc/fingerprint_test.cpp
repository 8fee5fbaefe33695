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
  EXPECT_EQ(hash_of_certificate(made.pem, HashFunction::sha256),
            (CertificateHash{HashFunction::sha256, made.hash}));
}

TEST(Fingerprint, EachFunctionHasItsLength) {
  const auto made = make_certificate();
  for (const auto& [function, bytes] :
       {std::pair{HashFunction::sha256, 32}, {HashFunction::sha384, 48}, {HashFunction::sha512, 64}}) {
    const auto hash = hash_of_certificate(made.pem, function);
    ASSERT_TRUE(hash);
    EXPECT_EQ(hash->value.size(), static_cast<std::size_t>(bytes * 3 - 1)) << name_of(function);
    EXPECT_EQ(parse_fingerprint(std::string(name_of(function)) + " " + hash->value), hash);
  }
}

TEST(Fingerprint, IsReadInAnyCase) {
  std::string lower;
  for (int i = 0; i < 32; ++i) lower += i ? ":ab" : "ab";
  const auto hash = parse_fingerprint("SHA-256 " + lower);
  ASSERT_TRUE(hash);
  EXPECT_TRUE(hash->value.starts_with("AB:AB"));
}

TEST(Fingerprint, WhatIsNoneIsNone) {
  std::string pairs;
  for (int i = 0; i < 32; ++i) pairs += i ? ":AB" : "AB";
  EXPECT_TRUE(parse_fingerprint("sha-256 " + pairs));
  for (const std::string& bad :
       {std::string(), std::string("sha-256"), "sha-1 " + pairs, "sha-384 " + pairs,
        "sha-256 " + pairs + ":AB", "sha-256 " + pairs.substr(3), "sha-256 G" + pairs.substr(1),
        "sha-256 AB-" + pairs.substr(3), "sha-256 " + pairs + " x"})
    EXPECT_FALSE(parse_fingerprint(bad)) << bad;
}

TEST(Fingerprint, NoCertificateHasNone) {
  EXPECT_FALSE(hash_of_certificate("", HashFunction::sha256));
  EXPECT_FALSE(hash_of_certificate("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
                                   HashFunction::sha512));
}

TEST(FingerprintGate, WaitsWhileThereIsNoTransport) {
  FingerprintGate gate({{HashFunction::sha256, "AA"}});
  EXPECT_EQ(gate.check(), FingerprintGate::State::waiting);
  EXPECT_FALSE(gate.open());
}

}  // namespace
}  // namespace tessera::webrtc
