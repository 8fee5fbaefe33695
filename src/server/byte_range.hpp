#pragma once
// RFC 9110 section 14: byte ranges of a file download. Pure.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tessera::server {

struct ByteRange {
  std::uint64_t first = 0;
  std::uint64_t length = 0;
  bool operator==(const ByteRange&) const = default;
};

/// What a Range header asks for.
struct ByteRanges {
  enum class Outcome {
    whole,          ///< no Range header, or one that a server is to ignore: 200 with everything
    parts,          ///< 206 with `parts`, in the order in which they were asked for
    unsatisfiable,  ///< 416
  };
  Outcome outcome = Outcome::whole;
  std::vector<ByteRange> parts;
};

/// More ranges than this, or ranges that together are longer than the file, are answered with the whole: that
/// is no client's way of fetching a file, but a way of making a server work (RFC 9110 section 14.2).
inline constexpr std::size_t max_byte_ranges = 16;

/// `header` is the Range header ("" when absent), `size` that of the file. A syntax error or another unit
/// gives `whole`. Ranges that begin past the end are left out as long as one does not.
ByteRanges parse_byte_ranges(std::string_view header, std::uint64_t size);

/// "bytes 0-99/1000"
std::string content_range(const ByteRange& range, std::uint64_t size);
/// "bytes */1000", for 416
std::string unsatisfied_range(std::uint64_t size);

}  // namespace tessera::server
