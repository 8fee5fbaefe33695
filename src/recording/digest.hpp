#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>

typedef struct evp_md_ctx_st EVP_MD_CTX;

namespace tessera::recording {

/// A running check sum.
class Digest {
 public:
  enum class Kind { sha256, md5 };
  explicit Digest(Kind kind);
  void add(std::span<const std::uint8_t> bytes);
  /// The raw bytes of the sum; nothing may be added afterwards.
  std::string finish();

 private:
  struct Free {
    void operator()(EVP_MD_CTX* context) const;
  };
  std::unique_ptr<EVP_MD_CTX, Free> context_;
};

/// Of a whole text, as raw bytes.
std::string digest_of(Digest::Kind kind, std::string_view text);

std::string hex(std::string_view bytes);  ///< lower case

}  // namespace tessera::recording
