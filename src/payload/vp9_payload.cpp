#include "payload/vp9_payload.hpp"

#include "payload/byte_reader.hpp"

namespace tessera::payload {
namespace {

void skip_scalability_structure(ByteReader& reader) {
  const unsigned head = reader.byte();
  const unsigned layers = (head >> 5U) + 1;
  if (head & 0x10U) reader.skip(std::size_t{4} * layers);  // width and height of each layer
  if (!(head & 0x08U)) return;
  for (unsigned left = reader.byte(); left > 0 && !reader.beyond(); --left)
    reader.skip(reader.byte() >> 2U & 3U);  // references of one picture of the group
}

/// False when more than three references are given.
bool skip_references(ByteReader& reader) {
  for (int given = 0; given < 3; ++given)
    if (!(reader.byte() & 1U)) return true;
  return false;
}

}  // namespace

Fault vp9_fault(std::span<const std::uint8_t> payload) {
  if (payload.empty()) return Fault::empty;
  ByteReader reader(payload);
  const unsigned head = reader.byte();
  const bool picture_id = head & 0x80U, predicted = head & 0x40U, layers = head & 0x20U,
             flexible = head & 0x10U, structure = head & 0x02U;
  if (picture_id && reader.byte() & 0x80U) reader.skip(1);
  if (layers) reader.skip(flexible ? 1 : 2);
  if (flexible && predicted && !skip_references(reader)) return Fault::descriptor;
  if (structure) skip_scalability_structure(reader);
  return reader.beyond() || reader.rest().empty() ? Fault::descriptor : Fault::none;
}

}  // namespace tessera::payload
