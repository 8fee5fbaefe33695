#include "payload/payload_gate.hpp"

#include "payload/h264_payload.hpp"
#include "payload/opus_payload.hpp"
#include "payload/vp8_payload.hpp"
#include "payload/vp9_payload.hpp"

namespace tessera::payload {

Fault PayloadGate::check(std::uint16_t sequence, std::span<const std::uint8_t> payload) {
  // After a hole the depayloader starts afresh, and so does this.
  if (!passed_ || sequence != static_cast<std::uint16_t>(*passed_ + 1)) inside_fragment_ = false;
  const Fault fault = look_at(payload);
  if (fault == Fault::none)
    passed_ = sequence;
  else
    inside_fragment_ = false;
  return fault;
}

Fault PayloadGate::look_at(std::span<const std::uint8_t> payload) {
  switch (format_) {
    case Format::vp8:
      return vp8_fault(payload);
    case Format::vp9:
      return vp9_fault(payload);
    case Format::opus:
      return opus_fault(payload);
    case Format::samples:
      return payload.empty() ? Fault::empty : Fault::none;
    case Format::h264:
      break;
  }
  const H264Payload read = read_h264(payload);
  if (read.fault != Fault::none) return read.fault;
  const bool goes_on = read.fragment == Fragment::middle || read.fragment == Fragment::end;
  if (goes_on && !inside_fragment_) return Fault::orphan;
  inside_fragment_ = read.fragment == Fragment::start || read.fragment == Fragment::middle;
  return Fault::none;
}

}  // namespace tessera::payload
