#pragma once
// Bytes to be copied: of a file, or of a text that is on no disk. Blocking.

#include <cstdint>

#include <span>
#include <string>

#include "base/result.hpp"
#include "recording/files.hpp"

namespace tessera::recording {

class Digest;

class Source {
 public:
  /// A regular file; a link is not followed. "cannot-read".
  static Result<Source> of_file(const std::string& path);
  static Source of_text(std::string text);

  [[nodiscard]] std::uint64_t size() const { return size_; }
  /// Fills `into` from `offset` on, as far as there is. The number of bytes, less than asked for only at the
  /// end. "cannot-read".
  Result<std::size_t> read(std::uint64_t offset, std::span<std::uint8_t> into) const;

  struct Sums {
    std::string sha256, md5;  ///< raw bytes
  };
  /// Check sums of a stretch; what was read for them is added to `also`. "cannot-read", also when the file is
  /// shorter than it was.
  [[nodiscard]] Result<Sums> sums(std::uint64_t offset, std::uint64_t length, Digest* also = nullptr) const;

 private:
  Descriptor file_;
  std::string text_;
  std::string name_;
  std::uint64_t size_ = 0;
};

}  // namespace tessera::recording
