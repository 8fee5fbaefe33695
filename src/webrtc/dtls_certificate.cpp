#include "webrtc/dtls_certificate.hpp"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>

#include <array>
#include <memory>

#include "base/log.hpp"
#include "webrtc/fingerprint.hpp"

namespace tessera::webrtc {
namespace {

template <auto Free>
struct FreeWith {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};
template <typename T, auto Free>
using Owned = std::unique_ptr<T, FreeWith<Free>>;

constexpr long day = 24 * 3600, life = 3650 * day;

Error failed(const char* what) {
  return error("internal", "OpenSSL could not {} of the DTLS certificate", what);
}

/// RFC 5280 wants a positive number of at most 20 octets.
bool set_serial(X509* certificate) {
  std::array<unsigned char, 8> bytes{};
  if (RAND_bytes(bytes.data(), bytes.size()) != 1) return false;
  std::uint64_t number = 0;
  for (const unsigned char byte : bytes) number = number << 8 | byte;
  return ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), number >> 1 | 1) == 1;
}

bool set_name(X509* certificate) {
  const auto* name = reinterpret_cast<const unsigned char*>("WebRTC");
  X509_NAME* subject = X509_get_subject_name(certificate);
  return X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, name, -1, -1, 0) == 1 &&
         X509_set_issuer_name(certificate, subject) == 1;
}

void give_certificate(GstBin*, GstBin*, GstElement* element, gpointer) {
  GstElementFactory* factory = gst_element_get_factory(element);
  const auto& pem = own_dtls_certificate();
  if (!factory || !pem || g_strcmp0(GST_OBJECT_NAME(factory), "dtlssrtpdec") != 0) return;
  g_object_set(element, "pem", pem->c_str(), nullptr);
}

}  // namespace

Result<std::string> make_dtls_certificate() {
  const Owned<EVP_PKEY, &EVP_PKEY_free> key(EVP_EC_gen("P-256"));
  const Owned<X509, &X509_free> certificate(X509_new());
  if (!key || !certificate) return failed("make the key");
  if (X509_set_version(certificate.get(), X509_VERSION_3) != 1 || !set_serial(certificate.get()) ||
      !set_name(certificate.get()) || !X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -day) ||
      !X509_gmtime_adj(X509_getm_notAfter(certificate.get()), life) ||
      X509_set_pubkey(certificate.get(), key.get()) != 1)
    return failed("fill the fields");
  if (X509_sign(certificate.get(), key.get(), EVP_sha256()) == 0) return failed("make the signature");
  const Owned<BIO, &BIO_free> out(BIO_new(BIO_s_mem()));
  if (!out || PEM_write_bio_X509(out.get(), certificate.get()) != 1 ||
      PEM_write_bio_PrivateKey(out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1)
    return failed("write the text");
  char* text = nullptr;
  const long length = BIO_get_mem_data(out.get(), &text);
  return std::string(text, static_cast<std::size_t>(length));
}

const Result<std::string>& own_dtls_certificate() {
  static const Result<std::string> certificate = [] {
    auto made = make_dtls_certificate();
    if (!made) log::error("{}; GStreamer makes one of its own", made.error().message);
    return made;
  }();
  return certificate;
}

std::optional<std::string> own_dtls_fingerprint() {
  const auto& pem = own_dtls_certificate();
  if (!pem) return std::nullopt;
  auto hash = hash_of_certificate(*pem, HashFunction::sha256);
  return hash ? std::optional(std::move(hash->value)) : std::nullopt;
}

gst::Signal use_own_certificate(GstElement* webrtcbin) {
  return {webrtcbin, "deep-element-added", &give_certificate, nullptr};
}

}  // namespace tessera::webrtc
