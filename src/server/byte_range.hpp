#pragma once
// RFC 9110 section 14: byte ranges of a file download.

#include <cstdint>
#include <string>
#include <string_view>

namespace tessera::server {

struct ByteRange {
  enum class Outcome {
    whole,          ///< no Range header, or one that a server is to ignore: 200 with everything
    part,           ///< 206
    unsatisfiable,  ///< 416
  };
  Outcome outcome = Outcome::whole;
  std::uint64_t first = 0;
  std::uint64_t length = 0;
};

/// `header` is the Range header ("" when absent), `size` that of the file. A syntax error, another unit or
/// more than one range gives `whole`, which RFC 9110 allows and which no client can mistake.
ByteRange parse_byte_range(std::string_view header, std::uint64_t size);

/// "bytes 0-99/1000", or "bytes */1000" when unsatisfiable.
std::string content_range(const ByteRange& range, std::uint64_t size);

}  // namespace tessera::server
