// Headers that tell how large a picture is. The first byte chooses the codec: VP8, VP9 (frames of a stream,
// each with its length in two bytes), H.264 with start codes, H.264's decoder configuration.
//
// sources: payload/*.cpp media/h264_size.cpp
//
// options: -max_len=16384
#include <vector>

#include "fuzz.hpp"
#include "media/h264_size.hpp"
#include "payload/vp8_header.hpp"
#include "payload/vp9_header.hpp"

namespace {

using namespace tessera::fuzz;
using namespace tessera::payload;

void read_vp8(std::span<const std::uint8_t> bytes) {
  const auto header = read_vp8_header(bytes);
  if (!header || !header->key) return;
  expect(header->size.known() && header->size.width <= 16'383 && header->size.height <= 16'383,
         "a VP8 key frame has 1 to 16383 pixels each way");
}

void read_vp9(Input input) {
  Vp9SizeReader reader;
  while (!input.bytes().empty()) {
    std::size_t length = input.byte();
    length = std::min(length << 8 | input.byte(), input.bytes().size());
    std::vector<std::uint8_t> frame(input.bytes().begin(),
                                    input.bytes().begin() + static_cast<std::ptrdiff_t>(length));
    for (std::size_t i = 0; i < length; ++i) input.byte();
    const auto unit = reader.read(frame);
    if (!unit) continue;
    expect(unit->largest.known() && unit->largest.width <= 65'536 && unit->largest.height <= 65'536,
           "a VP9 frame has 1 to 65536 pixels each way");
    expect(unit->pixels > 0, "a frame has pixels");
    if (!unit->indexed) {
      const auto index = vp9_single_frame_index(frame.size());
      frame.insert(frame.end(), index.begin(), index.end());
      const auto again = reader.read(frame);
      expect(again && again->indexed && again->largest == unit->largest && again->slots == unit->slots,
             "a frame reads the same with an index of its own");
    }
    reader.keep(*unit);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  Input input(bytes, size);
  switch (input.byte() % 4) {
    case 0:
      read_vp8(input.bytes());
      break;
    case 1:
      read_vp9(input);
      break;
    case 2:
      (void)tessera::media::H264SizeReader().in_access_unit(input.bytes());
      break;
    default:
      (void)tessera::media::H264SizeReader().in_config(input.bytes());
  }
  return 0;
}
