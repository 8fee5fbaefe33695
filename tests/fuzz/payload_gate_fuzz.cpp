// Payload gates: the packets of one stream. The first byte chooses the codec; each packet is a step of the
// sequence number, a length and as many bytes.
//
// sources: payload/*.cpp
//
// options: -max_len=4096
#include <optional>
#include <vector>

#include "fuzz.hpp"
#include "payload/payload_gate.hpp"

namespace {

using namespace tessera::fuzz;
using namespace tessera::payload;

/// What rtph264depay of GStreamer 1.22.0 believes without looking, written down a second time.
class Depayloader {
 public:
  void take(std::uint16_t sequence, std::span<const std::uint8_t> payload) {
    if (last_ && sequence != static_cast<std::uint16_t>(*last_ + 1)) inside_ = false;
    last_ = sequence;
    expect(!payload.empty(), "no payload is empty");
    const unsigned type = payload[0] & 31U;
    expect((type >= 1 && type <= 24) || type == 28, "unit type {} does not pass", type);
    if (type != 28) {
      inside_ = false;
      if (type == 24) units(payload.subspan(1));
      return;
    }
    expect(payload.size() >= 3, "a fragment has a byte of its unit");
    const bool starts = (payload[1] & 0x80U) != 0, ends = (payload[1] & 0x40U) != 0;
    expect(starts || inside_, "a fragment has a start");
    inside_ = !ends;
  }

 private:
  static void units(std::span<const std::uint8_t> rest) {
    expect(!rest.empty(), "an aggregate has a unit");
    while (!rest.empty()) {
      expect(rest.size() > 2, "a unit has a size and a byte");
      const std::size_t size = std::size_t{rest[0]} << 8 | rest[1];
      expect(size > 0 && size <= rest.size() - 2, "a unit ends within its packet");
      rest = rest.subspan(2 + size);
    }
  }
  std::optional<std::uint16_t> last_;
  bool inside_ = false;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  Input input(bytes, size);
  const auto format = static_cast<Format>(input.byte() % 4);
  PayloadGate gate(format);
  Depayloader depayloader;
  std::uint16_t sequence = 65'530;
  while (!input.bytes().empty()) {
    sequence = static_cast<std::uint16_t>(sequence + input.byte() % 4);
    const std::size_t length = std::min<std::size_t>(input.byte(), input.bytes().size());
    const std::vector<std::uint8_t> payload(input.bytes().begin(),
                                            input.bytes().begin() + static_cast<std::ptrdiff_t>(length));
    for (std::size_t i = 0; i < length; ++i) input.byte();
    const Fault fault = gate.check(sequence, payload);
    expect(fault != Fault::none || !payload.empty(), "no empty payload passes");
    expect(!name_of(fault).empty(), "every fault has a name");
    if (fault == Fault::none && format == Format::h264) depayloader.take(sequence, payload);
  }
  return 0;
}
