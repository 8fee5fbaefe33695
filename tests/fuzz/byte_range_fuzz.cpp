// A Range header: what is sent lies inside the file and is not more than the file.
// options: -max_len=4096
#include <cstring>

#include "fuzz.hpp"
#include "server/byte_range.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace tessera::fuzz;
  using namespace tessera::server;
  std::uint64_t length = 0;
  const std::size_t taken = std::min(size, sizeof length);
  std::memcpy(&length, bytes, taken);
  length >>= length % 64;  // small files as well as impossible ones
  length &= INT64_MAX;     // as a file system has them
  const auto ranges = parse_byte_ranges(text_of(bytes + taken, size - taken), length);
  using Outcome = ByteRanges::Outcome;
  expect((ranges.outcome == Outcome::parts) == !ranges.parts.empty(), "there are parts when parts are sent");
  expect(ranges.parts.size() <= max_byte_ranges, "there are at most 16 parts");
  std::uint64_t sum = 0;
  for (const auto& part : ranges.parts) {
    expect(part.length > 0 && part.first < length && part.length <= length - part.first,
           "a part is inside the file");
    sum += part.length;
    expect(sum <= length, "all parts are no more than the file");
    expect(is_one_line(content_range(part, length)), "Content-Range is one line");
  }
  return 0;
}
