// The headers of WebSocket frames, as the bytes of a connection go by: how they are cut makes no difference.
#include <algorithm>

#include "fuzz.hpp"
#include "server/frame_scan.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace tessera::fuzz;
  using tessera::server::FrameScan;
  Input input(bytes, size);
  const std::size_t piece = input.byte() + std::size_t{1};
  auto rest = input.bytes();
  FrameScan whole, in_pieces;
  const auto seen = whole.feed(rest);
  FrameScan::Seen sum;
  while (!rest.empty()) {
    const auto some = in_pieces.feed(rest.first(std::min(piece, rest.size())));
    rest = rest.subspan(std::min(piece, rest.size()));
    sum.frames += some.frames;
    sum.pings += some.pings;
    sum.closes += some.closes;
    sum.messages += some.messages;
    sum.ping_bytes += some.ping_bytes;
    sum.largest_message = std::max(sum.largest_message, some.largest_message);
  }
  expect(seen.frames == sum.frames && seen.pings == sum.pings && seen.closes == sum.closes &&
             seen.messages == sum.messages && seen.ping_bytes == sum.ping_bytes &&
             seen.largest_message == sum.largest_message,
         "the same is seen in pieces of {} bytes", piece);
  expect(seen.frames <= size / 2, "a frame has a header of two bytes");
  expect(seen.pings + seen.closes + seen.messages <= seen.frames, "each frame is one thing");
  return 0;
}
