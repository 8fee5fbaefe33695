#include "webrtc/fingerprint.hpp"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <memory>

#include <fmt/format.h>

namespace tessera::webrtc {
namespace {

const EVP_MD* digest_of(HashFunction function) {
  switch (function) {
    case HashFunction::sha256:
      return EVP_sha256();
    case HashFunction::sha384:
      return EVP_sha384();
    case HashFunction::sha512:
      return EVP_sha512();
  }
  return nullptr;
}

}  // namespace

std::optional<CertificateHash> hash_of_certificate(std::string_view pem, HashFunction function) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> bio(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free);
  if (!bio) return std::nullopt;
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(
      PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr), X509_free);
  if (!certificate) return std::nullopt;
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  if (X509_digest(certificate.get(), digest_of(function), digest.data(), &length) != 1) return std::nullopt;
  std::string text;
  for (unsigned i = 0; i < length; ++i) text += fmt::format("{}{:02X}", i ? ":" : "", digest[i]);
  return CertificateHash{function, std::move(text)};
}

void FingerprintGate::watch(gst::Ptr<GstWebRTCDTLSTransport> transport) {
  const std::lock_guard lock(mutex_);
  transport_ = std::move(transport);
}

FingerprintGate::State FingerprintGate::check() {
  if (const State state = state_.load(std::memory_order_acquire); state != State::waiting) return state;
  const std::lock_guard lock(mutex_);
  if (state_.load() != State::waiting || !transport_) return state_.load();
  gchar* raw = nullptr;
  g_object_get(transport_.get(), "remote-certificate", &raw, nullptr);
  const auto pem = gst::adopt(raw);
  if (!pem || !*pem.get()) return State::waiting;
  const bool match = std::any_of(expected_.begin(), expected_.end(), [&](const CertificateHash& announced) {
    return hash_of_certificate(pem.get(), announced.function) == announced;
  });
  state_.store(match ? State::open : State::shut, std::memory_order_release);
  return state_.load();
}

void FingerprintGate::release() {
  const std::lock_guard lock(mutex_);
  transport_.reset();
}

}  // namespace tessera::webrtc
