#include "payload/vp8_payload.hpp"

#include "payload/byte_reader.hpp"

namespace tessera::payload {

Fault vp8_fault(std::span<const std::uint8_t> payload) {
  if (payload.empty()) return Fault::empty;
  ByteReader reader(payload);
  if (reader.byte() & 0x80U) {
    const unsigned extension = reader.byte();
    const bool picture_id = extension & 0x80U, level_0_index = extension & 0x40U,
               layer_or_key = extension & 0x30U;
    if (picture_id && reader.byte() & 0x80U) reader.skip(1);
    if (level_0_index) reader.skip(1);
    if (layer_or_key) reader.skip(1);
  }
  return reader.beyond() || reader.rest().empty() ? Fault::descriptor : Fault::none;
}

}  // namespace tessera::payload
