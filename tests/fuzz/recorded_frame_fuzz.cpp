// Frames as a peer sends them and a track keeps them: the length of an Opus packet, and the size in a key
// frame. The first byte chooses the codec; for H.264 a second tells how many bytes of parameter sets follow.
#include "fuzz.hpp"
#include "recording/key_frame.hpp"
#include "recording/opus_toc.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace tessera::fuzz;
  using tessera::gst::Codec;
  Input input(bytes, size);
  const auto codec = static_cast<Codec>(input.byte() % 4);
  if (codec == Codec::opus) {
    const auto samples = tessera::recording::opus_samples(input.bytes());
    expect(samples >= 0 && samples <= 5760 && samples % 120 == 0, "a packet lasts up to 120 ms");
    return 0;
  }
  std::span<const std::uint8_t> setup;
  if (codec == Codec::h264) {
    const std::size_t length = std::min<std::size_t>(input.byte(), input.bytes().size());
    setup = input.bytes().subspan(0, length);
  }
  const auto frame = input.bytes().subspan(setup.size());
  const auto format = tessera::recording::read_key_frame(codec, frame, setup);
  if (!format) return 0;
  expect(format->codec == codec, "the codec is that of the frame");
  expect(format->width >= 1 && format->width <= 16'383 && format->height >= 1 && format->height <= 16'383,
         "a picture has 1 to 16383 pixels each way");
  expect(format->setup.size() <= 2 * size + 8, "parameter sets are no longer than what was sent");
  return 0;
}
