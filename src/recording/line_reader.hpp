#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace tessera::recording {

/// The lines of an open file, a block at a time, so that a file of any size costs a block of memory. Reads by
/// position: several readers may share one descriptor.
class LineReader {
 public:
  /// A longer line is passed over.
  static constexpr std::size_t max_line = 1024 * 1024;

  explicit LineReader(int fd) : fd_(fd) {}

  /// The next line that ends with a line feed, without it; valid until the next call. Nothing at the end,
  /// whose torn last line is left out. Error: "cannot-read".
  Result<std::optional<std::string_view>> next();

 private:
  int fd_;
  std::uint64_t offset_ = 0;  ///< of what was not read yet
  std::string buffer_;
  std::size_t begin_ = 0;  ///< of what was not given out yet
  bool skipping_ = false;  ///< within a line that is too long
};

}  // namespace tessera::recording
