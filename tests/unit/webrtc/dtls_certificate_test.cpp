#include "webrtc/dtls_certificate.hpp"

#include <gtest/gtest.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "webrtc/fingerprint.hpp"

namespace tessera::webrtc {
namespace {

struct Read {
  X509* certificate = nullptr;
  EVP_PKEY* key = nullptr;
  explicit Read(const std::string& pem) {
    BIO* bio = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
    certificate = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr);
    key = PEM_read_bio_PrivateKey(bio, nullptr, nullptr, nullptr);
    BIO_free(bio);
  }
  ~Read() {
    X509_free(certificate);
    EVP_PKEY_free(key);
  }
};

TEST(DtlsCertificate, IsOfEcdsaOnP256AndSignedByItself) {
  const auto pem = make_dtls_certificate();
  ASSERT_TRUE(pem.ok());
  const Read read(*pem);
  ASSERT_TRUE(read.certificate && read.key);
  EXPECT_EQ(EVP_PKEY_get_base_id(read.key), EVP_PKEY_EC);
  char group[32] = {};
  ASSERT_EQ(EVP_PKEY_get_group_name(read.key, group, sizeof group, nullptr), 1);
  EXPECT_STREQ(group, "prime256v1");
  EXPECT_EQ(X509_check_private_key(read.certificate, read.key), 1);
  EXPECT_EQ(X509_verify(read.certificate, read.key), 1);
  EXPECT_LT(X509_cmp_current_time(X509_get0_notBefore(read.certificate)), 0);
  EXPECT_GT(X509_cmp_current_time(X509_get0_notAfter(read.certificate)), 0);
}

TEST(DtlsCertificate, IsAnotherEachTimeAndOneForAProcess) {
  const auto one = make_dtls_certificate(), two = make_dtls_certificate();
  ASSERT_TRUE(one.ok() && two.ok());
  EXPECT_NE(hash_of_certificate(*one, HashFunction::sha256), hash_of_certificate(*two, HashFunction::sha256));
  ASSERT_TRUE(own_dtls_certificate().ok());
  EXPECT_EQ(&own_dtls_certificate(), &own_dtls_certificate());
}

}  // namespace
}  // namespace tessera::webrtc
