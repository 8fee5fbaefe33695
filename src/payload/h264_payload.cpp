#include "payload/h264_payload.hpp"

#include "payload/byte_reader.hpp"

namespace tessera::payload {
namespace {

constexpr unsigned stap_a = 24, fu_a = 28;

constexpr bool is_single_unit(unsigned type) {
  return type >= 1 && type <= 23;
}

// RFC 6184, 5.7.1: sizes of two bytes, each before its unit, to the packet's end.
Fault aggregate_fault(std::span<const std::uint8_t> units) {
  if (units.empty()) return Fault::aggregate_sizes;
  ByteReader reader(units);
  while (!reader.rest().empty()) {
    const unsigned size = reader.two_bytes();
    if (reader.beyond() || size == 0 || size > reader.rest().size()) return Fault::aggregate_sizes;
    const unsigned type = reader.rest().front() & 0x1FU;
    if (type >= stap_a && type <= 29) return Fault::nested;
    if (!is_single_unit(type)) return Fault::unit_type;
    reader.skip(size);
  }
  return Fault::none;
}

H264Payload read_fragment(std::span<const std::uint8_t> payload) {
  if (payload.size() < 3) return {Fault::short_fragment};
  const unsigned header = payload[1];
  const unsigned type = header & 0x1FU;
  if (type >= stap_a && type <= 29) return {Fault::nested};
  if (!is_single_unit(type)) return {Fault::unit_type};
  // Both bits must not be set at once, but some senders do so for a unit that fits one packet.
  if (header & 0x40U) return {Fault::none, header & 0x80U ? Fragment::none : Fragment::end};
  return {Fault::none, header & 0x80U ? Fragment::start : Fragment::middle};
}

}  // namespace

H264Payload read_h264(std::span<const std::uint8_t> payload) {
  if (payload.empty()) return {Fault::empty};
  const unsigned type = payload[0] & 0x1FU;
  if (is_single_unit(type)) return {};
  if (type == stap_a) return {aggregate_fault(payload.subspan(1))};
  if (type == fu_a) return read_fragment(payload);
  return {Fault::unit_type};
}

}  // namespace tessera::payload
